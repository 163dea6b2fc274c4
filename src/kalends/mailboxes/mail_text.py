"""The text of a mail: words for people, HTML, and the iTIP message for their calendars (RFC 6047 §2).

A mail is `multipart/alternative`: plain, HTML, `text/calendar`; programs show what they understand best.
"""

import datetime as dt
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

import nh3

from kalends.domain.attendee import Attendee
from kalends.domain.event import Event
from kalends.domain.invitations import Notice
from kalends.domain.scheduling import MailKind
from kalends.domain.span import AllDay, Span, Timed
from kalends.ical.itip import Method, cancel_text, request_text
from kalends.ical.text import text_of
from kalends.ical.vevent import Entry
from kalends.mailboxes.mail_sender import Sender

PREFIXES = {MailKind.REQUEST: "Invitation", MailKind.UPDATE: "Updated", MailKind.CANCEL: "Cancelled"}
LEADS = {
    MailKind.REQUEST: "{who} invites you.",
    MailKind.UPDATE: "{who} changed this meeting.",
    MailKind.CANCEL: "{who} called this meeting off, or took you off its list.",
}
NO_SUBJECT = "(no subject)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every mail has: its name, its time, both ends."""

    message_id: str
    at: dt.datetime
    sender: Sender
    recipient: Attendee


def invitation_mail(envelope: Envelope, notice: Notice, uid: str, link: str) -> bytes:
    """The mail of a notice; `link` leads to the page where its recipient answers."""
    event = replace(notice.told.event, organizer=envelope.sender.organizer)
    entry = Entry(uid=uid, stamp=envelope.at.replace(microsecond=0), sequence=notice.told.sequence, event=event)
    recipient = notice.told.attendee.address
    off = notice.kind is MailKind.CANCEL
    if off and not any(each.key == notice.told.attendee.key for each in event.attendees):
        entry = replace(entry, event=replace(event, attendees=(*event.attendees, notice.told.attendee)))
    calendar = cancel_text(entry, recipient) if off else request_text(entry, recipient)
    subject = f"{PREFIXES[notice.kind]}: {event.subject or NO_SUBJECT}"
    lead = LEADS[notice.kind].format(who=envelope.sender.organizer.name or envelope.sender.organizer.address)
    asks = not off and event.response_options.requested
    message = plain_mail(envelope, subject, _plain(lead, event, link if asks else ""))
    message.add_alternative(_html(lead, event, link if asks else ""), subtype="html")
    add_calendar(message, calendar, Method.CANCEL if off else Method.REQUEST)
    return message.as_bytes()


def plain_mail(envelope: Envelope, subject: str, words: str) -> EmailMessage:
    """A mail of words alone, to be added to."""
    message = EmailMessage(policy=SMTP)
    message["From"] = envelope.sender.shown
    message["To"] = envelope.recipient.address
    if envelope.sender.reply_to:
        message["Reply-To"] = envelope.sender.reply_to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words, cte="quoted-printable")
    return message


def add_calendar(message: EmailMessage, text: str, method: Method) -> None:
    """The iTIP message as the last and best alternative."""
    message.add_alternative(text, subtype="calendar", params={"method": method.value}, cte="base64")


def when_words(when: Span) -> str:
    """When it is, in the event's own zone, which is named."""
    if isinstance(when, AllDay):
        return _day(when.first) if when.first == when.last else f"{_day(when.first)} – {_day(when.last)}"
    return _timed_words(when)


def _timed_words(when: Timed) -> str:
    start = f"{_day(when.start.date())}, {when.start:%H:%M}"
    same_day = when.start.date() == when.end.date()
    end = f"{when.end:%H:%M}" if same_day else f"{_day(when.end.date())}, {when.end:%H:%M}"
    if when.start_zone == when.end_zone:
        return f"{start} – {end} ({_zone_words(when.start_zone)})"
    return f"{start} ({_zone_words(when.start_zone)}) – {end} ({_zone_words(when.end_zone)})"


def _zone_words(name: str) -> str:
    return name.rpartition("/")[2].replace("_", " ") + " time" if "/" in name else name


def _day(day: dt.date) -> str:
    return f"{day:%A}, {day.day} {day:%B %Y}"


def _facts(event: Event) -> list[tuple[str, str]]:
    facts = [("When", when_words(event.when)), ("Where", "; ".join(each.name for each in event.places))]
    if event.online_meeting.join_url:
        facts.append(("Online", event.online_meeting.join_url))
    if event.organizer:
        facts.append(("Organizer", event.organizer.name or event.organizer.address))
    if event.attendees and not event.response_options.hide_attendees:
        facts.append(("With", ", ".join(each.name or each.address for each in event.attendees)))
    return [(name, words) for name, words in facts if words]


def _plain(lead: str, event: Event, link: str) -> str:
    lines = [lead, "", event.subject or NO_SUBJECT, *(f"{name}: {words}" for name, words in _facts(event))]
    if link:
        lines += ["", f"Accept, maybe or decline: {link}"]
    if event.body:
        lines += ["", text_of(event.body)]
    return "\n".join(lines) + "\n"


def _html(lead: str, event: Event, link: str) -> str:
    rows = "".join(
        f'<tr><td style="padding:2px 12px 2px 0;color:#667">{escape(name)}</td><td>{escape(words)}</td></tr>'
        for name, words in _facts(event)
    )
    press = "display:inline-block;padding:8px 16px;border:1px solid #456;border-radius:6px;text-decoration:none"
    answer = f'<p><a style="{press}" href="{escape(link)}">Accept, maybe or decline</a></p>' if link else ""
    return (
        f'<div style="font:14px/20px sans-serif"><p>{escape(lead)}</p>'
        f'<p style="font-size:18px;font-weight:600">{escape(event.subject or NO_SUBJECT)}</p>'
        f"<table>{rows}</table>{answer}{nh3.clean(event.body)}</div>"
    )
