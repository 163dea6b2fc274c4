"""What templates of the screens need: assets, icons, times in words."""

import datetime as dt
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kalends.domain.scheduling import ForecastMail, MailKind
from kalends.domain.span import Span
from kalends.web import event_text, when_words
from kalends.web import mail_words as mails
from kalends.web.event_looks import hue_of, person_hue
from kalends.web.reader import reader_zone, today
from kalends.web.reader import theme as chosen_theme

register = template.Library()
ANSWERS = {
    "accepted": "accepted",
    "tentative": "maybe",
    "declined": "declined",
    "needs-action": "not answered",
}
MARK = (
    '<svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">'
    '<rect width="24" height="24" rx="6" fill="#3f4fd0"/>'
    '<path d="M7 6v12M7 12.5 16.5 6M10.5 10.2 17 18" fill="none" stroke="#fff" stroke-width="2.4" '
    'stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
DIST = Path(__file__).parent.parent / "static/dist"
ENTRY = "src/main.ts"


@lru_cache(maxsize=1)
def _manifest(changed: float) -> dict[str, dict[str, object]]:
    del changed
    loaded: dict[str, dict[str, object]] = json.loads((DIST / "manifest.json").read_text())
    return loaded


@lru_cache(maxsize=1)
def _drawings(changed: float) -> dict[str, str]:
    del changed
    loaded: dict[str, str] = json.loads((DIST / "icons.json").read_text())
    return loaded


def _entry() -> dict[str, object]:
    return _manifest((DIST / "manifest.json").stat().st_mtime)[ENTRY]


@register.simple_tag
def script_file() -> str:
    """The address of the page's script."""
    return static(f"dist/{_entry()['file']}")


@register.simple_tag
def style_files() -> list[str]:
    """The addresses of the page's style sheets."""
    sheets = _entry().get("css", [])
    return [static(f"dist/{sheet}") for sheet in sheets] if isinstance(sheets, list) else []


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """One of the icons that frontend/src/icons.ts names, drawn into the page."""
    drawing = _drawings((DIST / "icons.json").stat().st_mtime)[name]
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        f"icon-{size}" if size else "",
        mark_safe(drawing),  # noqa: S308 -- our own build's drawings
    )


@register.simple_tag
def brand_mark() -> SafeString:
    """Kalends' own mark."""
    return mark_safe(MARK)  # noqa: S308 -- a constant


@register.simple_tag
def mark_file() -> str:
    """The same as the page's icon."""
    drawing = MARK.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    return f"data:image/svg+xml,{quote(drawing)}"


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """Light, dark or auto."""
    request = context.get("request")
    return chosen_theme(request) if isinstance(request, HttpRequest) else "auto"


@register.simple_tag(takes_context=True)
def when(context: template.Context, span: Span) -> str:
    """An event's time for the reader."""
    return when_words.when_words(span, reader_zone(_request(context)), today(_request(context)))


@register.simple_tag(takes_context=True)
def own_zone(context: template.Context, span: Span) -> str:
    """An event's time on its own clocks, when they differ from the reader's."""
    return when_words.own_zone_words(span, reader_zone(_request(context)))


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: dt.datetime | None) -> str:
    """A moment for the reader."""
    if at is None:
        return ""
    return when_words.moment_words(at, reader_zone(_request(context)), today(_request(context)))


@register.simple_tag
def age(at: dt.datetime | None) -> SafeString:
    """“3 s ago”, kept fresh by the page."""
    if at is None:
        return mark_safe("")
    seconds = max(0, round((timezone.now() - at).total_seconds()))
    words = f"{seconds} s ago" if seconds < 60 else f"{seconds // 60} min ago"  # noqa: PLR2004
    return format_html('<time data-ago="{}" datetime="{}">{}</time>', at.isoformat(), at.isoformat(), words)


@register.filter
def event_html(body: str) -> SafeString:
    """An event's text, cleaned."""
    return mark_safe(event_text.shown_html(body))  # noqa: S308 -- cleaned right here


@register.filter
def initials(name: str) -> str:
    """“Ann Lee” is AL; an address gives its first letter."""
    words = [word for word in name.split("@", maxsplit=1)[0].replace(".", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


@register.filter
def mail_words(forecast: Sequence[ForecastMail]) -> str:
    """“Outlook will mail …”."""
    return mails.mail_words(forecast)


@register.filter
def mail_kind(kind: str) -> str:
    """What a mail says."""
    return mails.KINDS.get(MailKind(kind), kind) if kind in set(MailKind) else kind


@register.filter
def mail_cause(kind: str) -> str:
    """Which act of a person such a mail follows from."""
    return mails.CAUSES[MailKind(kind)] if kind in set(MailKind) else ""


@register.filter
def answer_words(partstat: str) -> str:
    """An answer, as people say it."""
    return ANSWERS.get(str(partstat), str(partstat))


@register.filter
def web_address(address: str) -> str:
    """A link's target, if it leads to the web and nowhere else."""
    return address if urlsplit(address).scheme in {"http", "https"} else "#"


@register.filter
def date_value(value: object) -> str:
    """A day for a date field, whether it comes from the calendar or from what was typed."""
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


@register.filter
def time_value(value: object) -> str:
    """A clock time for a time field."""
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value or "")


@register.filter
def text(value: object) -> str:
    """A value as a choice's value; nothing for None."""
    return "" if value is None else str(value)


@register.filter
def hue(text: str) -> int:
    """The hue of a text."""
    return hue_of(str(text))


@register.filter
def colleague_hue(person_id: int) -> int:
    """The hue of a colleague's calendar."""
    return person_hue(person_id)


def _request(context: template.Context) -> HttpRequest:
    request = context["request"]
    assert isinstance(request, HttpRequest)  # noqa: S101 -- the context processor puts it there
    return request
