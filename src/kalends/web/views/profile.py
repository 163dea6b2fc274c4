"""One's own name, time zone, password and theme."""

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kalends.accounts.models import Person
from kalends.domain.errors import UnknownZone
from kalends.domain.span import zone
from kalends.web.event_form_page import ZONES
from kalends.web.reader import THEME_COOKIE, THEMES, reader, theme
from kalends.web.screen import screen

A_YEAR = 365 * 24 * 3600


class ProfileForm(forms.Form):
    """What a person says about himself."""

    name = forms.CharField(max_length=200)
    time_zone = forms.CharField(max_length=64)
    theme = forms.ChoiceField(choices=[(name, name) for name in THEMES])

    def clean_time_zone(self) -> str:
        """A zone that is known."""
        name: str = self.cleaned_data["time_zone"].strip()
        try:
            zone(name)
        except UnknownZone as error:
            raise forms.ValidationError(str(error)) from error
        return name


class PasswordForm(forms.Form):
    """A new password, in exchange for the present one."""

    present = forms.CharField(max_length=1000, strip=False)
    new = forms.CharField(max_length=1000, strip=False)

    def __init__(self, data: object, person: Person) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.person = person

    def clean_present(self) -> str:
        """Whoever finds an open screen shall not take the account."""
        present: str = self.cleaned_data["present"]
        if not self.person.check_password(present):
            raise forms.ValidationError("That is not your present password.")
        return present

    def clean_new(self) -> str:
        """A password that is hard to guess."""
        new: str = self.cleaned_data["new"]
        try:
            validate_password(new, self.person)
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from error
        return new


@screen
@sensitive_post_parameters("present", "new")
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Both forms; each is sent alone."""
    person = reader(request)
    posted = request.POST if request.method == "POST" else None
    about = ProfileForm(
        posted if posted and "name" in posted else None,
        initial={"name": person.name, "time_zone": person.time_zone, "theme": theme(request)},
    )
    secret = PasswordForm(posted if posted and "new" in posted else None, person)
    if about.is_valid():
        return _save_about(person, about)
    if secret.is_valid():
        person.set_password(secret.cleaned_data["new"])
        person.save(update_fields=["password"])
        update_session_auth_hash(request, person)
        return redirect("/profile/?saved=password")
    shown = {"about": about, "secret": secret, "zones": ZONES, "saved": request.GET.get("saved", "")}
    return render(request, "profile.html", shown, status=422 if posted else 200)


def _save_about(person: Person, form: ProfileForm) -> HttpResponse:
    person.name, person.time_zone = form.cleaned_data["name"], form.cleaned_data["time_zone"]
    person.save(update_fields=["name", "time_zone"])
    response = redirect("/profile/?saved=about")
    response.set_cookie(THEME_COOKIE, form.cleaned_data["theme"], max_age=A_YEAR, samesite="Lax")
    return response
