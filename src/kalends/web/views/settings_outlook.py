"""The registration with Microsoft: what an administrator enters once, and the checklist beside it (FEATURES §1)."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kalends.mailboxes import connect
from kalends.mailboxes.microsoft import redirect_uris
from kalends.mailboxes.models import Organisation
from kalends.mailboxes.queries import is_set_up
from kalends.options import stored
from kalends.options.declared import BY_NAME, OptionRefused
from kalends.web.reader import reader
from kalends.web.screen import administration

FIELDS = (
    "outlook.client_id",
    "outlook.client_secret",
    "outlook.client_secret_expires",
    "outlook.next_client_secret",
    "outlook.next_client_secret_expires",
    "outlook.certificate",
    "outlook.certificate_key",
    "outlook.account_type",
    "outlook.tenant_id",
    "outlook.cloud",
    "outlook.sync_enabled",
)
SECRET_LASTS_MONTHS = 24
WARN_DAYS = 30


@administration
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def settings_outlook(request: HttpRequest) -> HttpResponse:
    """The form; posted, every field that differs is kept, or refused with words beside it."""
    refused: dict[str, str] = {}
    if request.method == "POST":
        refused = _save(request)
        if not refused:
            return redirect(f"{reverse('settings_outlook')}?saved=1")
    views = {view.setting.name: view for view in stored.listed()}
    shown = {
        "fields": {name.removeprefix("outlook."): _field(request, views[name], refused) for name in FIELDS},
        "refused": refused,
        "saved": bool(request.GET.get("saved")),
        "redirects": redirect_uris(),
        "proposed_expiry": proposed_expiry(timezone.now().date()),
        "expiry": expiry_words(timezone.now().date()),
        "consented": admin_consents(),
        "is_set_up": is_set_up(),
    }
    return render(request, "settings_outlook.html", shown, status=422 if refused else 200)


@administration
@require_POST
def settings_outlook_check(request: HttpRequest) -> HttpResponse:
    """Try each part of the registration against Microsoft."""
    return render(
        request, "settings_outlook_checklist.html", {"steps": list(connect.check()), "redirects": redirect_uris()}
    )


def proposed_expiry(today: dt.date) -> dt.date:
    """Microsoft lets a secret live for 24 months at most."""
    year, day = today.year + SECRET_LASTS_MONTHS // 12, min(today.day, 28)
    return today.replace(year=year, day=day)


def expiry_words(today: dt.date) -> str:
    """A warning while the secret's end is near."""
    expires = stored.read("outlook.client_secret_expires")
    if not isinstance(expires, dt.date):
        return ""
    days = (expires - today).days
    if days < 0:
        return f"The client secret expired on {expires}. Make a new one in Microsoft Entra and save it here."
    if days <= WARN_DAYS:
        return (
            f"The client secret expires in {days} days, on {expires}. Make a new one before, and save it as the next."
        )
    return ""


def admin_consents() -> list[Organisation]:
    """The organisations whose administrator consented for everybody (FEATURES 1.8)."""
    return list(Organisation.objects.exclude(admin_consent_at=None))


def _save(request: HttpRequest) -> dict[str, str]:
    refused = {}
    for name in FIELDS:
        text = _posted(request, name)
        if text is None or text == _kept(name):
            continue
        try:
            stored.write(name, text, reader(request).pk)
        except OptionRefused as error:
            refused[name.removeprefix("outlook.")] = error.words
    return refused


def _posted(request: HttpRequest, name: str) -> str | None:
    """What was typed; None for a secret left empty, which stays, and for what the page did not show."""
    field = name.removeprefix("outlook.")
    if name == "outlook.sync_enabled":
        return "on" if request.POST.get(field) else "off"
    if field not in request.POST:
        return None
    text = request.POST[field].strip()
    if name == "outlook.client_secret_expires" and not (
        request.POST.get("client_secret") or stored.read_text("outlook.client_secret")
    ):
        return None
    return None if BY_NAME[name].secret and not text else text


def _kept(name: str) -> str:
    if BY_NAME[name].secret:
        return ""
    value = stored.read(name)
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)


def _field(request: HttpRequest, view: stored.OptionView, refused: dict[str, str]) -> dict[str, object]:
    """A field with its value: what was typed if it was refused, never a secret."""
    name = view.setting.name.removeprefix("outlook.")
    typed = request.POST.get(name) if refused and not view.setting.secret else None
    return {
        "name": name,
        "setting": view.setting,
        "value": _kept(view.setting.name) if typed is None else typed,
        "is_set": view.is_set,
        "overridden": view.overridden,
        "choices": (view.setting.choices or {}).items(),
        "refused": refused.get(name, ""),
    }
