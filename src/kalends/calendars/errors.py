"""What an edit may meet; the message is a sentence for the person who edits."""


class EditError(Exception):
    """An edit that was not made; nothing of it was written."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class EditRefused(EditError):
    """The person may not do this, or the event cannot take it."""


class NoSuchEvent(EditError):
    """There is no such event, or this person may not know of it."""

    def __init__(self) -> None:
        super().__init__("This event does not exist, or it is not yours to see.")


class Stale(EditError):
    """Somebody else changed the same field since the form was opened."""
