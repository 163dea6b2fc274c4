"""The conflict inbox: what both sides changed, and the value that lost, one click away (RULES 4.3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kalends.calendars import edits, queries
from kalends.web.reader import reader
from kalends.web.screen import screen


@screen
@require_GET
def conflicts(request: HttpRequest) -> HttpResponse:
    """Both values of each, and whom taking the other one would mail."""
    person = reader(request)
    entries = [
        {"conflict": each, "mails": edits.preview_other_value(person, each.id)} for each in queries.conflicts(person)
    ]
    return render(request, "conflicts.html", {"entries": entries})


@screen
@require_POST
def conflict_settle(request: HttpRequest, conflict_id: int) -> HttpResponse:
    """Take the other value, keep both, or leave the one that won."""
    act = {"other": edits.use_other_value, "both": edits.keep_both_values}.get(
        request.POST.get("take", ""), edits.dismiss_conflict
    )
    act(reader(request), conflict_id)
    return redirect("conflicts")
