"""The administrator's checklist: each part of the registration tried against Microsoft, with a verdict and what to do.

| step        | how it is known                                                                              |
|-------------|----------------------------------------------------------------------------------------------|
| client id   | it is a GUID                                                                                 |
| login       | the tenant's discovery document can be read                                                  |
| credential  | the login gives a token to the app itself, or refuses something other than its secret         |
| redirects   | `authorize` with `prompt=none` sends the browser back there, or shows AADSTS50011            |
| graph       | Graph answers a request without token as Graph does                                          |
| clock       | ours and their `Date` differ by less than five minutes                                       |

Nobody signs in, nothing is written. What Microsoft does not show without a sign-in stays open, and says so.
"""

import datetime as dt
import html
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlencode

import httpx2

from kalends.graph.auth import Login
from kalends.graph.login_errors import code_of, words_of
from kalends.graph.registration import AccountType, Registration, is_guid
from kalends.graph.when import http_date
from kalends.sync.errors import AccessLost, Transient

_MOST_SKEW = dt.timedelta(minutes=5)
_AFTER_THE_APP = frozenset({"invalid_grant"})
"""Refusals of a grant, which come only after the app itself was accepted."""
_NOT_REGISTERED = 50011
_TOO_EARLY = frozenset({90002, 700016, 900144})
_NO_SECRET = "This is a Secret ID, not a secret. In Microsoft Entra, copy the column “Value”."  # noqa: S105 - words
_WRONG_APP = "Check the Client ID, the tenant ID and the account type against the registration in Microsoft Entra."
_WRONG_PLACE = "Check the choice of cloud, and whether a proxy answers in Microsoft's place."

Asked = httpx2.Response | Exception


class Verdict(StrEnum):
    """How a step ended."""

    GOOD = "good"
    OPEN = "open"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of the checklist: its name, how it ended, what was seen, and what to do about it."""

    name: str
    verdict: Verdict
    words: str
    remedy: str = ""


def check(
    registration: Registration,
    http: httpx2.Client,
    *,
    redirect_uris: Iterable[str],
    now: Callable[[], dt.datetime],
    home_tenant: str = "",
) -> Iterator[Step]:
    """Every step, in order; the later ones are tried whatever the earlier ones said.

    `home_tenant` is any tenant in which the app is known, such as that of a connected mailbox: Microsoft checks a
    secret best where there is one.
    """
    login, graph = _asked(http, _discovery_url(registration)), _asked(http, f"{registration.graph}/v1.0/me")
    yield _client_id(registration)
    yield _login(registration, login)
    yield _credential(registration, http, now, home_tenant)
    for redirect_uri in redirect_uris:
        yield _redirect(registration, http, redirect_uri)
    yield _graph(registration, graph)
    yield _clock([login, graph], now())


def _discovery_url(registration: Registration) -> str:
    return f"{registration.authority}/v2.0/.well-known/openid-configuration"


def _asked(http: httpx2.Client, url: str) -> Asked:
    try:
        return http.get(url)
    except (httpx2.HTTPError, OSError) as error:
        return error


def _client_id(registration: Registration) -> Step:
    if not registration.client_id:
        return Step(
            name="Client ID",
            verdict=Verdict.BAD,
            words="It is missing.",
            remedy="Copy “Application (client) ID” from the registration's overview in Microsoft Entra.",
        )
    if not is_guid(registration.client_id):
        return Step(
            name="Client ID",
            verdict=Verdict.BAD,
            words="A Client ID has the form 00000000-0000-0000-0000-000000000000.",
            remedy="Copy “Application (client) ID” from the registration's overview in Microsoft Entra.",
        )
    return Step(name="Client ID", verdict=Verdict.GOOD, words="It has the right form.")


def _login(registration: Registration, answer: Asked) -> Step:
    name = "Microsoft's login"
    if isinstance(answer, Exception):
        return _unreachable(name, registration.login, answer)
    if answer.is_success:
        return Step(name=name, verdict=Verdict.GOOD, words=f"{registration.login} answers.")
    if registration.account_type is AccountType.THIS_ORG:
        return Step(
            name=name,
            verdict=Verdict.BAD,
            words="Microsoft does not know this tenant ID.",
            remedy="Copy “Directory (tenant) ID” from the registration's overview in Microsoft Entra.",
        )
    words = f"{registration.login} answered with status {answer.status_code}."
    return Step(name=name, verdict=Verdict.BAD, words=words, remedy=_WRONG_PLACE)


def _clock(answers: Iterable[Asked], now: dt.datetime) -> Step:
    dates = [answer.headers.get("Date") for answer in answers if isinstance(answer, httpx2.Response)]
    theirs = next((moment for moment in map(http_date, dates) if moment), None)
    if theirs is None:
        return Step(name="Clock", verdict=Verdict.OPEN, words="Microsoft did not say what time it is.")
    skew = abs(theirs - now)
    if skew < _MOST_SKEW:
        return Step(name="Clock", verdict=Verdict.GOOD, words="It agrees with Microsoft's.")
    return Step(
        name="Clock",
        verdict=Verdict.BAD,
        words=f"It differs from Microsoft's by {int(skew.total_seconds() // 60)} minutes.",
        remedy="Set this machine's clock, best by NTP: sign-ins fail otherwise.",
    )


def _credential(
    registration: Registration, http: httpx2.Client, now: Callable[[], dt.datetime], home_tenant: str
) -> Step:
    name = "Certificate" if registration.certificate and registration.private_key else "Client secret"
    if not registration.credential:
        remedy = "Make one under “Certificates & secrets” in Microsoft Entra, and save its Value here."
        return Step(name=name, verdict=Verdict.BAD, words="It is missing.", remedy=remedy)
    try:
        answer = _ask_as_the_app(registration, http, now, home_tenant)
    except Transient as error:
        return Step(name=name, verdict=Verdict.OPEN, words=str(error), remedy="Try again in a minute.")
    except AccessLost as error:
        return Step(name=name, verdict=Verdict.BAD, words=str(error), remedy="Check the tenant ID and the certificate.")
    return _of_credential(registration, name, answer)


def _of_credential(registration: Registration, name: str, answer: Mapping[str, object]) -> Step:
    if "access_token" in answer or answer.get("error") in _AFTER_THE_APP:
        return Step(name=name, verdict=Verdict.GOOD, words="Microsoft accepts it.")
    if answer.get("error") == "invalid_client":
        return Step(name=name, verdict=Verdict.BAD, words=words_of(answer), remedy=_new_one(registration))
    if answer.get("error") == "unauthorized_client":
        return Step(name=name, verdict=Verdict.BAD, words=words_of(answer), remedy=_WRONG_APP)
    return Step(name=name, verdict=Verdict.OPEN, words=words_of(answer))


def _ask_as_the_app(
    registration: Registration, http: httpx2.Client, now: Callable[[], dt.datetime], home_tenant: str
) -> dict[str, object]:
    tenant = registration.tenant_id or home_tenant
    if not tenant:
        return Login(registration, http, now).with_no_token()
    return Login(in_tenant(registration, tenant), http, now).as_the_app()


def in_tenant(registration: Registration, tenant: str) -> Registration:
    """The same app, asked for in one tenant."""
    return replace(registration, account_type=AccountType.THIS_ORG, tenant_id=tenant)


def _new_one(registration: Registration) -> str:
    if is_guid(registration.client_secret):
        return _NO_SECRET
    return "Make a new one under “Certificates & secrets” in Microsoft Entra, and save its Value here."


def _redirect(registration: Registration, http: httpx2.Client, redirect_uri: str) -> Step:
    name = f"Redirect address {redirect_uri}"
    query = {
        "client_id": registration.client_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "prompt": "none",
    }
    try:
        answer = http.get(f"{registration.authority}/oauth2/v2.0/authorize?{urlencode(query)}")
    except (httpx2.HTTPError, OSError) as error:
        return _unreachable(name, registration.login, error)
    if answer.headers.get("Location", "").startswith(redirect_uri):
        return Step(name=name, verdict=Verdict.GOOD, words="It is registered.")
    code = code_of({"error_description": html.unescape(answer.text)})
    if code == _NOT_REGISTERED:
        return Step(
            name=name,
            verdict=Verdict.BAD,
            words="It is not registered.",
            remedy="Add it, letter by letter, under “Authentication” → “Web” in Microsoft Entra.",
        )
    if code in _TOO_EARLY:
        words = words_of({"error_description": f"AADSTS{code}"})
        return Step(name=name, verdict=Verdict.OPEN, words=f"It cannot be tried yet. {words}")
    return Step(name=name, verdict=Verdict.OPEN, words="Microsoft shows only at the first sign-in whether it is.")


def _graph(registration: Registration, answer: Asked) -> Step:
    name = "Microsoft Graph"
    if isinstance(answer, Exception):
        return _unreachable(name, registration.graph, answer)
    if answer.status_code == HTTPStatus.UNAUTHORIZED and "InvalidAuthenticationToken" in answer.text:
        return Step(name=name, verdict=Verdict.GOOD, words=f"{registration.graph} answers.")
    words = f"What answers at {registration.graph} is not Microsoft Graph (status {answer.status_code})."
    return Step(name=name, verdict=Verdict.BAD, words=words, remedy=_WRONG_PLACE)


def _unreachable(name: str, address: str, error: Exception) -> Step:
    return Step(
        name=name,
        verdict=Verdict.BAD,
        words=f"{address} cannot be reached ({error or type(error).__name__}).",
        remedy="Check the network, the proxy and the firewall of this machine: it must reach that address by HTTPS.",
    )
