"""What the calendar's own language refuses."""


class DomainError(ValueError):
    """A value that no calendar can hold; the message is meant for a person."""


class EndBeforeStart(DomainError):
    """An event ends before it starts."""


class UnknownZone(DomainError):
    """A time zone name that neither IANA nor Windows knows."""


class InvalidAddress(DomainError):
    """An attendee's address that no mail could reach."""
