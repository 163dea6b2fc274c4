"""What `kalends sync USER --rehearse` tells: the plan in groups, and every mail."""

import json
from typing import Any

from kalends.accounts.models import Person
from kalends.config.errors import ConfigurationError
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.rehearsal import rehearse_now
from kalends.sync.codec import to_json
from kalends.sync.errors import SyncError
from kalends.sync.rehearsal import Group, Row, Shown

TITLES = {
    Group.LINKED: "linked",
    Group.HERE: "to be created here",
    Group.THERE: "to be created in Outlook",
    Group.DIFFERING: "differing",
    Group.CHANGED: "to be changed",
    Group.LEFT: "left alone",
}


def tell_rehearsal(person: Person, *, as_json: bool) -> int:
    """Print it; nothing is written to either calendar."""
    try:
        shown = rehearse_now(person)
    except ConnectRefused as error:
        raise ConfigurationError(error.words) from None
    except SyncError as error:
        message = f"Outlook could not be read: {error}"
        raise ConfigurationError(message) from error
    print(json.dumps(_plain(shown), indent=1, ensure_ascii=False) if as_json else _in_words(shown))
    return 0


def _in_words(shown: Shown) -> str:
    lines = ["Nothing has been changed."]
    for group, title in TITLES.items():
        lines.append(f"{shown.count(group):6} {title}")
        lines += [f"         {_row(row)}" for row in shown.rows if row.group is group]
    lines.append(f"{len(shown.mails):6} mails")
    lines += [f"         {mail.kind} to {mail.recipient}: {row.subject}" for row, mail in shown.mails]
    return "\n".join(lines)


def _row(row: Row) -> str:
    when = f"{row.when.start_at:%Y-%m-%d} " if row.when else ""
    fields = f" ({', '.join(row.fields)})" if row.fields else ""
    return f"{when}{row.subject or 'Untitled'}{fields} – {row.why}"


def _plain(shown: Shown) -> dict[str, Any]:
    return {
        "counts": {group.value: shown.count(group) for group in Group},
        "mails": [{"subject": row.subject, **to_json(mail)} for row, mail in shown.mails],
        "rows": [to_json(row) for row in shown.rows],
        "digest": shown.digest,
    }
