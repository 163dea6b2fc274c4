"""Suggestions while somebody types a name."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from kalends.calendars import queries
from kalends.web.reader import reader
from kalends.web.screen import screen


@screen
@require_GET
def contacts(request: HttpRequest) -> JsonResponse:
    """People with and without an account."""
    found = queries.contacts(reader(request), request.GET.get("q", "")[:100], limit=8)
    return JsonResponse([{"name": each.name, "address": each.address} for each in found], safe=False)
