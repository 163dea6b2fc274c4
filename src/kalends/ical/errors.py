"""What iCalendar text may be wrong with; the message is meant for a person."""


class MalformedCalendar(ValueError):
    """The text is no calendar, or lacks what makes it one meeting's message."""
