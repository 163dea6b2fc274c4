"""The history of one's mailbox: its sync runs, and undoing what one changed here (FEATURES 6.1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from kalends.mailboxes import runs
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from kalends.web.reader import reader
from kalends.web.screen import screen


@screen
@require_GET
def outlook_runs(request: HttpRequest) -> HttpResponse:
    """Every run that did something, latest first."""
    return render(request, "outlook_runs.html", {"runs": runs.runs(reader(request))})


@screen
@require_GET
def outlook_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """What one changed here and there, and its mails."""
    return render(request, "outlook_run.html", {"detail": runs.run_detail(reader(request), run_id)})


@screen
@require_http_methods(["GET", "POST"])
def outlook_run_undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """What undoing would do and whom it would mail; posted, it is done."""
    person, notice = reader(request), ""
    if request.method == "POST":
        try:
            done = runs.undo_run(person, run_id, request.POST.get("digest", ""))
        except ChangedMeanwhile as refusal:
            notice = refusal.words
        else:
            return render(request, "outlook_run_undone.html", {"steps": done})
    steps, digest = runs.preview_undo_run(person, run_id)
    context = {
        "run": runs.run_detail(person, run_id).run,
        "going": [step for step in steps if not step.left],
        "left": [step for step in steps if step.left],
        "mails": [mail for step in steps if not step.left for mail in step.mails],
        "digest": digest,
        "notice": notice,
    }
    return render(request, "outlook_run_undo.html", context)
