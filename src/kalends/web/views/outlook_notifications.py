"""Where Outlook tells of changes (FACTS.md §13): what is genuine asks for a round, the rest is silence."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kalends.mailboxes import notifications
from kalends.sync.errors import Permanent


@csrf_exempt
@require_POST
def outlook_notifications(request: HttpRequest) -> HttpResponse:
    """Echo the token with which Outlook tries the address; take what is told."""
    token = request.GET.get("validationToken")
    if token is not None:
        return HttpResponse(token, content_type="text/plain; charset=utf-8")
    try:
        notifications.receive(request.body)
    except Permanent as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=202)
