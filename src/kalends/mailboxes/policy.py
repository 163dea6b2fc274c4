"""A person's choices for the sync, over the window that the administrator set."""

from kalends.mailboxes.models import Mailbox
from kalends.options.stored import read_number
from kalends.sync.codec import from_json, to_json
from kalends.sync.ports import Policy


def policy_of(mailbox: Mailbox) -> Policy:
    """The choices as they stand: the person's own, else the administrator's window and the quiet defaults."""
    return from_json(Policy, {**_window(), **mailbox.policy})


def keep_policy(mailbox: Mailbox, policy: Policy) -> None:
    """Remember what the person chose; what is as everywhere follows the administrator's settings from then on."""
    usual = to_json(from_json(Policy, _window()))
    mailbox.policy = {name: value for name, value in to_json(policy).items() if value != usual[name]}
    mailbox.save(update_fields=["policy"])


def _window() -> dict[str, int]:
    return {"days_back": read_number("outlook.days_back"), "days_ahead": read_number("outlook.days_ahead")}
