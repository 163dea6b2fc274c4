"""The page behind the link in an invitation of Kalends': no account, no sign-in (RULES 10.3).

GET shows, POST answers: mail programs and scanners follow links, and must not answer for anybody by it.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kalends.calendars.errors import EditRefused, NoSuchEvent
from kalends.domain.attendee import Partstat
from kalends.mailboxes import invited

ANSWERS = {Partstat.ACCEPTED: "Accept", Partstat.TENTATIVE: "Maybe", Partstat.DECLINED: "Decline"}
SAID = {
    Partstat.ACCEPTED: "You accepted.",
    Partstat.TENTATIVE: "You answered “maybe”.",
    Partstat.DECLINED: "You declined.",
}
LONGEST_COMMENT = 2_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The meeting and three buttons; pressed, one of them answers."""
    try:
        return _answered(request, token) if request.method == "POST" else _page(request, token)
    except NoSuchEvent as error:
        raise Http404("This link leads to no meeting. It may have been cut off in the mail.") from error


def _answered(request: HttpRequest, token: str) -> HttpResponse:
    partstat = next((each for each in ANSWERS if each.value == request.POST.get("partstat")), None)
    if partstat is None:
        return _page(request, token, "Choose Accept, Maybe or Decline.", 422)
    comment = request.POST.get("comment", "")[:LONGEST_COMMENT].strip()
    try:
        invited.answer_invitation(token, partstat, comment, request.POST.get("seen", ""))
    except EditRefused as error:
        return _page(request, token, error.words, 409)
    return redirect("invitation", token)


def _page(request: HttpRequest, token: str, words: str = "", status: int = 200) -> HttpResponse:
    view = invited.invitation(token)
    context = {
        "view": view,
        "said": SAID.get(view.partstat, ""),
        "answers": [(each.value, label) for each, label in ANSWERS.items()],
        "words": words,
    }
    return render(request, "invitation.html", context, status=status)
