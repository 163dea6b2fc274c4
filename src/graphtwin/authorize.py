"""`/{tenant}/oauth2/v2.0/authorize`: pick an account, consent or decline, go back with a code (FACTS.md §23.2).

    1. application and redirect address are checked; what is wrong there is shown on a page, never redirected
    2. the other parameters are checked; what is wrong there is told to the application
    3. GET shows the accounts; POST `account` chooses one, and shows the consent page if consent is missing
    4. POST `account` and `decision=accept|decline` answers the consent page; both at once do for a script

Every form posts to the address it was shown at, so the request itself carries the application's parameters through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from graphtwin import id_token, login_pages
from graphtwin.aadsts import LoginError
from graphtwin.apps import App
from graphtwin.http import Request, Response, Route
from graphtwin.login import CODE_LIFE, check_tenant, may_sign_in
from graphtwin.scopes import OIDC_SCOPES, Asked, needs_admin, parse
from graphtwin.token_endpoint import client_info

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

SESSION_COOKIE = "graphtwin_account"
_RESPONSE_TYPES = {"code": "query", "code id_token": "fragment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One call of the page, application and redirect address already good."""

    request: Request
    tenant: str
    params: Mapping[str, str]
    app: App
    redirect_uri: str
    asked: Asked

    @property
    def prompt(self) -> str:
        return self.params.get("prompt", "")


def show(twin: Twin, request: Request, tenant: str) -> Response:
    return _visited(twin, request, tenant, {})


def decide(twin: Twin, request: Request, tenant: str) -> Response:
    return _visited(twin, request, tenant, dict(parse_qsl(request.body.decode("utf-8", "replace"))))


def _visited(twin: Twin, request: Request, tenant: str, form: Mapping[str, str]) -> Response:
    try:
        app, redirect_uri = _destination(twin, request, tenant)
    except LoginError as error:
        return login_pages.error_page(twin, request, error)
    try:
        visit = _visit(twin, request, tenant, app, redirect_uri)
        return _step(twin, visit, form)
    except LoginError as error:
        return _go_back(redirect_uri, request.params, _error_answer(twin, request, error))


def _destination(twin: Twin, request: Request, tenant: str) -> tuple[App, str]:
    """Raises LoginError where it is not safe to send the browser back."""
    params = request.params
    for name in ("client_id", "redirect_uri"):
        if not params.get(name):
            raise LoginError(900144, f"Parameter '{name}'.")
    app = twin.apps.find(params["client_id"])
    check_tenant(twin, tenant, app)
    if not app.accepts_redirect(params["redirect_uri"]):
        raise LoginError(50011, f"It was '{params['redirect_uri']}' for the application '{app.app_id}'.")
    return app, params["redirect_uri"]


def _visit(twin: Twin, request: Request, tenant: str, app: App, redirect_uri: str) -> Visit:
    params = request.params
    for name in ("response_type", "scope"):
        if not params.get(name):
            raise LoginError(900144, f"Parameter '{name}'.")
    if " ".join(sorted(params["response_type"].split())) not in _RESPONSE_TYPES:
        raise LoginError(70005, f"response_type '{params['response_type']}'.")
    if "id_token" in params["response_type"] and not params.get("nonce"):
        raise LoginError(900144, "Parameter 'nonce'.")
    if params.get("code_challenge_method", "plain") not in {"plain", "S256"}:
        raise LoginError(90013, "code_challenge_method must be S256 or plain.")
    asked = parse(params["scope"], (twin.origin, twin.tls_origin))
    return Visit(request=request, tenant=tenant, params=params, app=app, redirect_uri=redirect_uri, asked=asked)


def _step(twin: Twin, visit: Visit, form: Mapping[str, str]) -> Response:
    mailbox = _chosen_account(twin, visit, form)
    if mailbox is None:
        return login_pages.account_page(twin, visit.app, _accounts(twin, visit), visit.params.get("login_hint", ""))
    if form.get("decision") == "decline":
        raise LoginError(65004)
    scopes = visit.asked.graph or frozenset(visit.app.app_roles if visit.asked.default else ())
    missing_admin = needs_admin(scopes) - twin.login.admin_consents.get(visit.app.app_id, frozenset())
    if missing_admin:
        raise LoginError(90094, f"Permissions {', '.join(sorted(missing_admin))}.")
    wanted = scopes | visit.asked.oidc
    consented = twin.login.is_consented(visit.app.app_id, mailbox.address, scopes)
    if form.get("decision") == "accept":
        twin.login.consent(visit.app.app_id, mailbox.address, wanted)
    elif not consented and visit.prompt == "none":
        raise LoginError(65001)
    elif not consented or visit.prompt == "consent":
        return login_pages.consent_page(visit.app, mailbox, sorted(wanted))
    return _success(twin, visit, mailbox)


def _chosen_account(twin: Twin, visit: Visit, form: Mapping[str, str]) -> Mailbox | None:
    """The account picked on the page; without a page (prompt=none) the one signed in last."""
    address = form.get("account") or ""
    if visit.prompt == "none":
        address = _signed_in(visit.request)
        if not address:
            raise LoginError(50058)
    if not address:
        return None
    mailbox = twin.tenant.find(address)
    if mailbox is None:
        raise LoginError(50034, f"Account '{address}'.")
    if not may_sign_in(twin, visit.tenant, visit.app, mailbox):
        raise LoginError(50020, f"Account '{address}'.")
    if mailbox.address.lower() in twin.login.blocked:
        raise LoginError(50057)
    return mailbox


def _accounts(twin: Twin, visit: Visit) -> list[Mailbox]:
    return [each for each in twin.tenant.mailboxes.values() if may_sign_in(twin, visit.tenant, visit.app, each)]


def _success(twin: Twin, visit: Visit, mailbox: Mailbox) -> Response:
    params = visit.params
    code = twin.login.new_code(
        app_id=visit.app.app_id,
        address=mailbox.address,
        tenant=visit.tenant,
        redirect_uri=visit.redirect_uri,
        scope=" ".join(visit.asked.spelled),
        nonce=params.get("nonce", ""),
        challenge=params.get("code_challenge", ""),
        challenge_method=params.get("code_challenge_method", "plain"),
        expires=twin.now() + CODE_LIFE,
    )
    answer = {"code": code.code}
    if "id_token" in params["response_type"]:
        answer["id_token"] = id_token.issue(
            twin, visit.app.app_id, mailbox, visit.asked.oidc, nonce=params["nonce"], code=code.code
        )
    if params.get("client_info"):
        answer["client_info"] = client_info(twin, mailbox)
    answer["session_state"] = twin.login.mint.guid("session")
    response = _go_back(visit.redirect_uri, params, answer)
    response.headers["set-cookie"] = f"{SESSION_COOKIE}={quote(mailbox.address)}; Path=/; HttpOnly; SameSite=Lax"
    return response


def _error_answer(twin: Twin, request: Request, error: LoginError) -> dict[str, str]:
    description = error.description(twin.now(), request.id, request.params.get("client-request-id", request.id))
    answer = {"error": error.refusal.error, "error_description": description}
    return answer | ({"error_subcode": "cancel"} if error.code == 65004 else {})  # noqa: PLR2004 - declined


def _go_back(redirect_uri: str, params: Mapping[str, str], answer: dict[str, str]) -> Response:
    """Send the answer in the way asked for; the state comes back as it was."""
    if "state" in params:
        answer["state"] = params["state"]
    mode = params.get("response_mode") or _RESPONSE_TYPES.get(params.get("response_type", ""), "query")
    if mode == "form_post":
        return login_pages.form_post_page(redirect_uri, answer)
    separator = "#" if mode == "fragment" else "&" if "?" in redirect_uri else "?"
    return Response.redirect(f"{redirect_uri}{separator}{urlencode(answer)}")


def _signed_in(request: Request) -> str:
    try:
        cookies: SimpleCookie = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError:
        return ""
    morsel = cookies.get(SESSION_COOKIE)
    return dict(parse_qsl(f"account={morsel.value}")).get("account", "") if morsel else ""


def logout(twin: Twin, request: Request, tenant: str) -> Response:
    """Forget the session, then go to post_logout_redirect_uri if an application has registered it."""
    del tenant
    wanted = request.params.get("post_logout_redirect_uri", "")
    known = any(wanted in app.redirect_uris for app in twin.apps.registered.values())
    response = Response.redirect(wanted) if known else login_pages.signed_out_page()
    response.headers["set-cookie"] = f"{SESSION_COOKIE}=; Path=/; Max-Age=0"
    return response


def admin_consent(twin: Twin, request: Request, tenant: str) -> Response:
    """The administrator's page (FACTS.md §23.8), and with a decision posted, its answer."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        app, redirect_uri = _destination(twin, request, tenant)
    except LoginError as error:
        return login_pages.error_page(twin, request, error)
    scope = request.params.get("scope", "")
    try:
        scopes = parse(scope, (twin.origin, twin.tls_origin)).graph
    except LoginError as error:
        return _go_back(redirect_uri, request.params, _error_answer(twin, request, error))
    wanted = (scopes or frozenset(app.app_roles)) - OIDC_SCOPES
    decision = form.get("decision")
    if decision is None:
        return login_pages.admin_consent_page(app, sorted(wanted))
    if decision != "accept":
        refused = LoginError(65004).description(twin.now(), request.id, request.id)
        answer = {"error": "consent_required" if scope else "permission_denied", "error_description": refused}
        return _go_back(redirect_uri, request.params, answer | {"admin_consent": "True"})
    twin.login.admin_consent(app.app_id, wanted | frozenset(app.app_roles))
    answer = {"admin_consent": "True", "tenant": twin.tenant.tenant_id} | ({"scope": scope} if scope else {})
    return _go_back(redirect_uri, request.params, answer)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/{tenant}/oauth2/v2.0/authorize", show),
    Route("POST", "/{tenant}/oauth2/v2.0/authorize", decide),
    Route("GET", "/{tenant}/oauth2/v2.0/logout", logout),
    *(
        Route(method, path, admin_consent)
        for path in ("/{tenant}/v2.0/adminconsent", "/{tenant}/adminconsent")
        for method in ("GET", "POST")
    ),
)
