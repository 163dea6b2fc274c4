"""The people of this installation, for administrators."""

import secrets

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from kalends.accounts.models import Address, AuditRecord, Person
from kalends.domain.attendee import normal_address
from kalends.domain.errors import UnknownZone
from kalends.domain.span import zone
from kalends.web.event_form_page import ZONES
from kalends.web.reader import reader, reader_zone
from kalends.web.screen import administration


class PersonForm(forms.Form):
    """One person; an empty password keeps the present one."""

    name = forms.CharField(max_length=200, error_messages={"required": "Give a name."})
    email = forms.EmailField(error_messages={"required": "Give an address.", "invalid": "That is not an address."})
    time_zone = forms.CharField(max_length=64)
    password = forms.CharField(max_length=1000, required=False, strip=False)
    is_administrator = forms.BooleanField(required=False)
    is_active = forms.BooleanField(required=False)

    def __init__(self, data: object, initial: dict[str, object], person: Person | None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.person = person

    def clean_email(self) -> str:
        """An address belongs to one person."""
        email = normal_address(self.cleaned_data["email"])
        owner = Person.objects.by_address(email)
        if owner is not None and owner != self.person:
            raise forms.ValidationError(f"{email} already belongs to {owner}.")
        return email

    def clean_time_zone(self) -> str:
        """A zone that is known."""
        name: str = self.cleaned_data["time_zone"].strip()
        try:
            zone(name)
        except UnknownZone as error:
            raise forms.ValidationError(str(error)) from error
        return name

    def clean_password(self) -> str:
        """A first password is needed; later ones are as hard to guess."""
        password: str = self.cleaned_data["password"]
        if not password and self.person is None:
            raise forms.ValidationError("Give a first password; the person can change it in the profile.")
        if password:
            try:
                validate_password(password, self.person)
            except ValidationError as error:
                raise forms.ValidationError(error.messages) from error
        return password


@administration
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account."""
    return render(request, "people.html", {"people": Person.objects.all(), "saved": request.GET.get("saved", "")})


@administration
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    initial = {"time_zone": reader_zone(request), "is_active": True, "password": secrets.token_urlsafe(9)}
    form = PersonForm(request.POST if request.method == "POST" else None, initial, None)
    if not form.is_valid():
        return _page(request, form, None)
    with transaction.atomic():
        fields = {name: form.cleaned_data[name] for name in ("name", "time_zone", "is_administrator")}
        person = Person.objects.create_person(form.cleaned_data["email"], form.cleaned_data["password"], **fields)
        AuditRecord.objects.create(person=reader(request), act="created a person", details={"email": person.email})
    return redirect(f"/people/?saved={person.pk}")


@administration
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change an account."""
    somebody = get_object_or_404(Person, pk=person_id)
    names = ("name", "email", "time_zone", "is_administrator", "is_active")
    initial: dict[str, object] = {name: getattr(somebody, name) for name in names}
    form = PersonForm(request.POST if request.method == "POST" else None, initial, somebody)
    if form.is_valid() and _locks_out(request, form, somebody):
        form.add_error(None, "You cannot take your own account or your own administrator's rights away.")
    if not form.is_valid():
        return _page(request, form, somebody)
    with transaction.atomic():
        _change(somebody, form)
        details = {"email": somebody.email, "changed": form.changed_data}
        AuditRecord.objects.create(person=reader(request), act="changed a person", details=details)
    return redirect(f"/people/?saved={somebody.pk}")


def _locks_out(request: HttpRequest, form: PersonForm, somebody: Person) -> bool:
    kept = form.cleaned_data["is_active"] and form.cleaned_data["is_administrator"]
    return somebody == reader(request) and not kept


def _change(somebody: Person, form: PersonForm) -> None:
    for name in ("name", "email", "time_zone", "is_administrator", "is_active"):
        setattr(somebody, name, form.cleaned_data[name])
    if form.cleaned_data["password"]:
        somebody.set_password(form.cleaned_data["password"])
    somebody.save()
    Address.objects.get_or_create(address=somebody.email, defaults={"person": somebody})


def _page(request: HttpRequest, form: PersonForm, somebody: Person | None) -> HttpResponse:
    shown = {"form": form, "somebody": somebody, "zones": ZONES}
    return render(request, "person.html", shown, status=422 if form.is_bound else 200)
