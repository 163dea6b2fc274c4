"""Signing in and out."""

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

REFUSED = "That address and password do not belong together. Check both, or ask an administrator for a new password."


class SignInForm(forms.Form):
    """Address and password."""

    email = forms.CharField(max_length=320)
    password = forms.CharField(max_length=1000, strip=False)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page; posted, the calendar or whatever was asked for."""
    if request.user.is_authenticated:
        return redirect(_wanted(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    words = ""
    if form.is_valid():
        person = authenticate(request, username=form.cleaned_data["email"], password=form.cleaned_data["password"])
        if person is not None:
            login(request, person)
            return redirect(_wanted(request))
        words = REFUSED
    elif form.is_bound:
        words = "Give your address and your password."
    return render(
        request, "sign_in.html", {"words": words, "email": request.POST.get("email", "")}, status=_status(words)
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign_in")


def _status(words: str) -> int:
    return 422 if words else 200


def _wanted(request: HttpRequest) -> str:
    """Where the person was going; only within this installation."""
    wanted = request.GET.get("next", "")
    own = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, own, require_https=request.is_secure()) else "/"
