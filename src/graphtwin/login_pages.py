"""The pages of the login: choose an account, consent, errors. Plain forms, no script but the one that posts a form by
itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from graphtwin.http import Response

if TYPE_CHECKING:
    from graphtwin.aadsts import LoginError
    from graphtwin.app import Twin
    from graphtwin.apps import App
    from graphtwin.http import Request
    from graphtwin.tenant import Mailbox

PERMISSIONS = {
    "openid": ("Sign you in", "The app learns who you are."),
    "profile": ("View your basic profile", "Your name and your user name."),
    "email": ("View your email address", "Your primary address."),
    "offline_access": ("Maintain access to data you have given it access to", "Also when you are not using the app."),
    "User.Read": ("Sign you in and read your profile", "Your name, address and organisation."),
    "Calendars.Read": ("Read your calendars", "The app can read events in your calendars."),
    "Calendars.ReadBasic": ("Read basic details of your calendars", "Times and subjects, no bodies or attachments."),
    "Calendars.ReadWrite": ("Have full access to your calendars", "Read, create, update and delete events."),
    "Calendars.ReadWrite.Shared": ("Read and write your and shared calendars", "Calendars you have access to."),
    "MailboxSettings.Read": ("Read your mailbox settings", "Time zone, working hours, language."),
    "MailboxSettings.ReadWrite": ("Read and write your mailbox settings", "Time zone, working hours, language."),
}

_templates = Environment(
    loader=PackageLoader("graphtwin", "templates/login"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def account_page(twin: Twin, app: App, accounts: Sequence[Mailbox], hint: str) -> Response:
    """The hinted account comes first."""
    ordered = sorted(accounts, key=lambda each: each.address.lower() != hint.lower())
    return _page("account.html", app=app, accounts=ordered, hint=hint, origin=twin.origin)


def consent_page(app: App, mailbox: Mailbox, scopes: Sequence[str]) -> Response:
    return _page("consent.html", app=app, mailbox=mailbox, permissions=_permissions(scopes))


def admin_consent_page(app: App, scopes: Sequence[str]) -> Response:
    return _page("admin_consent.html", app=app, permissions=_permissions(scopes))


def form_post_page(redirect_uri: str, answer: Mapping[str, str]) -> Response:
    return _page("form_post.html", redirect_uri=redirect_uri, answer=answer)


def signed_out_page() -> Response:
    return _page("signed_out.html")


def error_page(twin: Twin, request: Request, error: LoginError) -> Response:
    return _page("error.html", status=400, error=error, request_id=request.id, time=twin.now())


def _permissions(scopes: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(scope, *PERMISSIONS.get(scope, (scope, ""))) for scope in scopes]


def _page(template: str, *, status: int = 200, **values: object) -> Response:
    text = _templates.get_template(template).render(**values)
    return Response.html(status, text, {"cache-control": "no-store"})
