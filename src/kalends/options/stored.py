"""Reading and writing settings: environment over database over default."""

import os
from dataclasses import dataclass
from uuid import uuid4

from django.apps import apps
from django.db import transaction

from kalends.options.declared import SETTINGS, OptionRefused, OptionValue, Setting, setting
from kalends.options.models import StoredOption
from kalends.options.sealing import seal, unseal

INSTALLATION = "installation.id"
MASK = "••••••••"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """A setting as the page, the command line and the API show it; a secret's `text` is never its value."""

    setting: Setting
    text: str
    is_set: bool
    overridden: bool


def read(name: str) -> OptionValue:
    """The value of a setting; raises OptionRefused for an unknown name or a bad override."""
    declaration = setting(name)
    return declaration.parse(_text(declaration))


def read_text(name: str) -> str:
    """The value of a setting that is a text, a choice or a secret."""
    value = read(name)
    return value if isinstance(value, str) else ""


def read_number(name: str) -> int:
    """The value of a setting that is a number."""
    value = read(name)
    return value if isinstance(value, int) else 0


def is_on(name: str) -> bool:
    """Whether a switch is on."""
    return read(name) is True


def write(name: str, text: str, by: int | None = None) -> None:
    """Give a setting a value; an empty text brings back its default. `by` is the administrator's id.

    Raises OptionRefused, and for a setting that the environment decides.
    """
    declaration = setting(name)
    if declaration.variable in os.environ:
        raise OptionRefused(f"{declaration.title} is decided by the variable {declaration.variable}.")
    with transaction.atomic():
        if text.strip():
            kept = _kept(declaration, text)
            StoredOption.objects.update_or_create(name=name, defaults={"value": kept, "changed_by_id": by})
        else:
            StoredOption.objects.filter(name=name).delete()
        details = {"setting": name} if declaration.secret else {"setting": name, "value": text.strip()}
        apps.get_model("accounts", "AuditRecord").objects.create(person_id=by, act="setting changed", details=details)


def listed(search: str = "") -> list[OptionView]:
    """All settings whose name, title or help holds every word of `search`, in their order."""
    words = search.lower().split()
    return [
        _view(each)
        for each in SETTINGS
        if all(word in f"{each.name} {each.title} {each.help} {each.section}".lower() for word in words)
    ]


def installation_id() -> str:
    """The name of this installation, made at first use; it marks what Kalends creates in Outlook (RULES 1.2)."""
    stored, _ = StoredOption.objects.get_or_create(name=INSTALLATION, defaults={"value": str(uuid4())})
    return stored.value


def _kept(declaration: Setting, text: str) -> str:
    value = declaration.parse(text)
    kept = ("on" if value else "off") if isinstance(value, bool) else str(value)
    return seal(kept, declaration.name) if declaration.secret else kept


def _text(declaration: Setting) -> str:
    if declaration.variable in os.environ:
        return os.environ[declaration.variable]
    stored = StoredOption.objects.filter(name=declaration.name).first()
    if stored is None:
        return declaration.default
    return unseal(stored.value, declaration.name) if declaration.secret else stored.value


def _view(declaration: Setting) -> OptionView:
    text = _text(declaration)
    return OptionView(
        setting=declaration,
        text=MASK if declaration.secret and text else text,
        is_set=text != declaration.default,
        overridden=declaration.variable in os.environ,
    )
