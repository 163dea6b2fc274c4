"""What every screen shares: somebody is signed in, and refusals become answers with words (STYLE.md 14)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from kalends.accounts.models import Person
from kalends.calendars.errors import EditError, NoSuchEvent
from kalends.mailboxes.connect import ConnectRefused
from kalends.web.reader import in_panel, is_script

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def screen(view: View[Arguments]) -> View[Arguments]:
    """A page for whoever is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if not isinstance(request.user, Person):
            return _to_sign_in(request)
        try:
            return view(request, *args, **kwargs)
        except NoSuchEvent as error:
            raise Http404(error.words) from error
        except (EditError, ConnectRefused) as error:
            return refused(request, error.words)

    return guarded


def administration(view: View[Arguments]) -> View[Arguments]:
    """A page for administrators."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if isinstance(request.user, Person) and not request.user.is_administrator:
            raise PermissionDenied("Only administrators may see this page.")
        return view(request, *args, **kwargs)

    return screen(guarded)


def refused(request: HttpRequest, words: str) -> HttpResponse:
    """What was asked is not done, and why; as a line for scripts, as a page for people."""
    if is_script(request):
        return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    return render(request, "refused.html", {"words": words}, status=409)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Scripts are sent on by a header: a redirect would put the sign-in page into the panel."""
    if in_panel(request):
        return HttpResponseClientRedirect(reverse("sign_in"))
    if request.method != "GET" or is_script(request):
        return HttpResponse("You are signed out. Sign in again.", status=401, content_type="text/plain; charset=utf-8")
    return redirect_to_login(request.get_full_path(), reverse("sign_in"))
