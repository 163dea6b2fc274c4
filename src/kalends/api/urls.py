"""The API's one object: its routers, and the one place where errors become HTTP answers."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kalends.api import attendees, connections, events, mailboxes, people, rehearsals, settings
from kalends.api.callers import Bearer
from kalends.calendars.errors import EditError, NoSuchEvent
from kalends.mailboxes.identity import ConnectRefused
from kalends.options.declared import OptionRefused

api = NinjaAPI(
    title="Kalends",
    version="1",
    description="A calendar that stays identical to Outlook, for programs. Make a token with `kalends create-token`.",
    auth=Bearer(),
    urls_namespace="api",
)
api.add_router("/events", events.router)
api.add_router("/events", attendees.router)
api.add_router("/outlook", mailboxes.router)
api.add_router("/outlook", rehearsals.router)
api.add_router("/outlook", connections.router)
api.add_router("/settings", settings.router)
api.add_router("", people.router)


@api.exception_handler(EditError)
def refused(request: HttpRequest, error: EditError) -> HttpResponse:
    """404 for what the caller may not know of, 409 for a race or an act that does not fit the event."""
    return api.create_response(request, {"error": error.words}, status=404 if isinstance(error, NoSuchEvent) else 409)


@api.exception_handler(ConnectRefused)
@api.exception_handler(OptionRefused)
def not_now(request: HttpRequest, error: ConnectRefused | OptionRefused) -> HttpResponse:
    """409: the account or the setting does not take this, for the reason given."""
    return api.create_response(request, {"error": error.words}, status=409)


@api.exception_handler(HttpError)
def said(request: HttpRequest, error: HttpError) -> HttpResponse:
    """An operation's own refusal."""
    return api.create_response(request, {"error": error.message}, status=error.status_code)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 with every complaint named by its place in the request."""
    complaints = [f"{'.'.join(str(part) for part in each['loc'][1:])}: {each['msg']}" for each in error.errors]
    return api.create_response(request, {"error": "; ".join(complaints)}, status=422)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """401 without a token, or with one that is no longer valid."""
    words = "Send a valid token: “Authorization: Bearer kalends_…”; `kalends create-token` makes one."
    reply = api.create_response(request, {"error": words}, status=401)
    reply["WWW-Authenticate"] = "Bearer"
    return reply


urlpatterns = [path("", api.urls)]
