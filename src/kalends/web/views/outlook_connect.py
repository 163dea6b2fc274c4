"""To Microsoft and back: sign-in and consent (RULES §14)."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kalends.mailboxes import connect, queries
from kalends.mailboxes.microsoft import redirect_uris
from kalends.mailboxes.views import SyncKind
from kalends.web.reader import reader
from kalends.web.screen import administration, refused, screen

FLOW = "outlook_flow"
CONSENT = "outlook_consent_state"
CAN_START = frozenset({SyncKind.CONSENTED, SyncKind.STOPPED})


@screen
@never_cache
@require_GET
def outlook_connect(request: HttpRequest) -> HttpResponse:
    """To Microsoft's sign-in; what proves that the answer is ours stays in the session."""
    address, flow = connect.begin(reader(request), redirect_uris()[0])
    request.session[FLOW] = flow
    return redirect(address)


@screen
@never_cache
@require_GET
def outlook_callback(request: HttpRequest) -> HttpResponse:
    """Back from Microsoft: from a sign-in, or from an administrator's consent for everybody."""
    if "admin_consent" in request.GET or (CONSENT in request.session and "code" not in request.GET):
        return _consented(request)
    flow = request.session.pop(FLOW, None)
    if flow is None:
        return refused(
            request, "This answer from Microsoft belongs to no sign-in of this browser. Connect Outlook again."
        )
    connect.finish(reader(request), flow, request.GET.dict())
    state = queries.sync_state(reader(request))
    return redirect("outlook_start" if state.kind in CAN_START else "calendar")


@administration
@require_GET
def outlook_admin_consent(request: HttpRequest) -> HttpResponse:
    """To Microsoft's page on which an administrator of the organisation consents for everybody (FEATURES 1.8)."""
    state = secrets.token_urlsafe(24)
    request.session[CONSENT] = state
    return redirect(connect.consent_address(state))


def _consented(request: HttpRequest) -> HttpResponse:
    expected = request.session.pop(CONSENT, "")
    if not expected or not constant_time_compare(expected, request.GET.get("state", "")):
        return refused(request, "This consent belongs to no page of this browser. Begin again in the settings.")
    if not reader(request).is_administrator or request.GET.get("admin_consent", "").lower() != "true":
        return refused(request, "Microsoft says that the consent was not given. You can try again in the settings.")
    connect.consented_for_everybody(reader(request), request.GET.get("tenant", ""))
    return redirect("settings_outlook")
