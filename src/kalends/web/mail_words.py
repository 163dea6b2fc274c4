"""“Outlook will mail Ann (invitation) and Bob (cancellation).”: said before anything happens (RULES 9.1)."""

from collections.abc import Iterable, Sequence

from kalends.domain.scheduling import ForecastMail, MailKind, Via

KINDS = {
    MailKind.REQUEST: "invitation",
    MailKind.UPDATE: "update",
    MailKind.CANCEL: "cancellation",
    MailKind.RESPONSE: "answer",
}
CAUSES = {
    MailKind.REQUEST: "invited them",
    MailKind.UPDATE: "changed the event",
    MailKind.CANCEL: "cancelled it or took them off",
    MailKind.RESPONSE: "answered",
}
SENDERS = {Via.OUTLOOK: "Outlook", Via.KALENDS: "Kalends"}
SILENT = "Nobody will be mailed."
NAMED = 6


def mail_words(mails: Sequence[ForecastMail]) -> str:
    """By sender, the certain mails first, then the possible ones; nothing to send is said, too."""
    sentences = []
    for via, sender in SENDERS.items():
        certain = [mail for mail in mails if mail.via is via and mail.certain]
        possible = [mail for mail in mails if mail.via is via and not mail.certain]
        if certain:
            sentences.append(f"{sender} will mail {_people(certain)}.")
        if possible:
            sentences.append(f"{sender} may mail {_people(possible)}.")
    return " ".join(sentences) or SILENT


def _people(mails: Sequence[ForecastMail]) -> str:
    kinds = {mail.kind for mail in mails}
    if len(kinds) == 1 and len(mails) > 1:
        return f"{_listed(mail.name or mail.recipient for mail in mails)} ({KINDS[mails[0].kind]})"
    return _listed(f"{mail.name or mail.recipient} ({KINDS[mail.kind]})" for mail in mails)


def _listed(words: Iterable[str]) -> str:
    found = list(words)
    if len(found) > NAMED:
        found = [*found[: NAMED - 1], f"{len(found) - NAMED + 1} others"]
    if len(found) == 1:
        return found[0]
    return f"{', '.join(found[:-1])} and {found[-1]}"
