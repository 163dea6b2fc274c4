"""What Microsoft's login may answer, as errors that say whose turn it is (FACTS.md §23.5).

It branches on `error`; the AADSTS code only chooses the words. `invalid_grant` and its like ask the person to sign in
again; `invalid_client` and its like ask the administrator; the rest passes by itself.
"""

import re
from collections.abc import Mapping
from typing import Any

from kalends.sync.errors import Access, AccessLost, Permanent, SyncError, Transient

_PERSON = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required", "access_denied"})
_PASSING = frozenset({"temporarily_unavailable", "server_error"})
_PASSING_CODES = frozenset({50196, 90006, 90024, 90033, 90055})
"""Too many requests, and troubles of the login's own."""

_AADSTS = re.compile(r"AADSTS(\d+)")

WORDS: Mapping[int, str] = {
    50020: "This account belongs to an organisation that may not use this registration.",
    50034: "Microsoft does not know this account.",
    50057: "This account is disabled.",
    50076: "Your organisation asks for a second proof of who you are. Connect Outlook again.",
    50079: "Your organisation asks you to set up a second proof of who you are. Connect Outlook again.",
    50105: "Your administrator has not assigned this account to the app.",
    50173: "The sign-in was withdrawn, perhaps because the password changed. Connect Outlook again.",
    50194: "The registration is for one organisation only: choose “this organisation” and give its tenant ID.",
    53003: "A rule of your organisation (Conditional Access) does not allow this sign-in.",
    65001: "The permission to read and write the calendar is missing. Connect Outlook again.",
    65004: "You declined. Nothing was connected, and nothing was changed.",
    70008: "The sign-in took too long. Connect Outlook again.",
    70043: "The sign-in has expired. Connect Outlook again.",
    90002: "Microsoft does not know this tenant ID.",
    90094: "An administrator of your organisation must consent first.",
    90095: "An administrator of your organisation must consent first.",
    700016: "Microsoft does not know this Client ID in this organisation.",
    700027: "Microsoft does not accept the certificate: it is not among those registered, or its key is another's.",
    700082: "The sign-in was not used for 90 days and has expired. Connect Outlook again.",
    7000112: "The app is disabled in Microsoft Entra.",
    7000215: "Microsoft does not accept the client secret. Copy its Value, not its Secret ID.",
    7000218: "A client secret or a certificate is missing.",
    7000222: "The client secret has expired. Make a new one in Microsoft Entra, and save its Value in the settings.",
}


class SignInRefused(Permanent):
    """A sign-in that did not come to its end; the message says to the person why, and what to do."""


def login_error(answer: Mapping[str, Any]) -> SyncError:
    """The error that the login's answer to a renewal means."""
    kind, words = str(answer.get("error") or ""), words_of(answer)
    if kind in _PASSING or code_of(answer) in _PASSING_CODES:
        return Transient(f"Microsoft's login asks to wait. {words}")
    return AccessLost(words, Access.PERSON if kind in _PERSON else Access.ADMINISTRATOR)


def words_of(answer: Mapping[str, Any]) -> str:
    """What happened and what to do, in words; Microsoft's own first sentence where we have none."""
    code = code_of(answer)
    description = str(answer.get("error_description") or answer.get("error") or "Microsoft gave no reason")
    sentence = _AADSTS.sub("", description.split("Trace ID", maxsplit=1)[0]).strip(" :\r\n")
    return WORDS.get(code or 0) or f"Microsoft's login answered: {sentence.rstrip('.')}." + (
        f" (AADSTS{code})" if code else ""
    )


def code_of(answer: Mapping[str, Any]) -> int | None:
    """The AADSTS code of an answer."""
    codes = answer.get("error_codes")
    if isinstance(codes, list) and codes and isinstance(codes[0], int):
        return codes[0]
    named = _AADSTS.search(str(answer.get("error_description") or ""))
    return int(named[1]) if named else None
