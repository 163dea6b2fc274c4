"""Writes whose answers are still out, settled before a connection ends (RULES 2.3, 15.2)."""

from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.microsoft import Microsoft, open_microsoft
from kalends.mailboxes.models import Intent, Mailbox
from kalends.mailboxes.sync import ports_of
from kalends.sync.errors import SyncError
from kalends.sync.settle import settle


class StillUnderWay(ConnectRefused):
    """A write may still arrive; what it does has to be known first."""

    def __init__(self) -> None:
        super().__init__(
            "A change is on its way to Outlook and not answered yet. Nothing was done. Try again in a minute."
        )


def settle_unfinished(mailbox: Mailbox, microsoft: Microsoft | None = None) -> None:
    """Look what became of each open write; raises StillUnderWay while that cannot be known.

    Where access to Outlook is lost nothing more can be learned, and what arrived is found at the next start.
    """
    if not Intent.objects.filter(mailbox=mailbox).exists():
        return
    try:
        settled = settle(ports_of(mailbox, microsoft or open_microsoft()))
    except SyncError:
        return
    if settled.under_way:
        raise StillUnderWay
