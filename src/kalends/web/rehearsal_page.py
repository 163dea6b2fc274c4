"""The rehearsal as the page before Start shows it: the sentence, the numbers, the mails by person (LOOK.md)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from django.http import HttpRequest

from kalends.domain.event import Field
from kalends.domain.scheduling import ForecastMail
from kalends.mailboxes.policy import policy_of
from kalends.mailboxes.queries import current_mailbox
from kalends.sync.ports import Direction, Newcomers, Policy, Privacy
from kalends.sync.rehearsal import Group, Row, Shown
from kalends.web.reader import reader

Answer = TypeVar("Answer", bound=StrEnum)
LONGEST_DAYS = 1825
FIELD_WORDS = {
    Field.SUBJECT: "title",
    Field.BODY: "text",
    Field.WHEN: "time",
    Field.PLACES: "place",
    Field.ATTENDEES: "people",
    Field.ONLINE_MEETING: "video meeting",
    Field.RESPONSE_OPTIONS: "what is asked of people",
    Field.SHOW_AS: "shown as",
}
TITLES = {
    Group.LINKED: "linked",
    Group.HERE: "added here",
    Group.THERE: "added to Outlook",
    Group.DIFFERING: "differ",
    Group.CHANGED: "changed",
    Group.LEFT: "left alone",
}
HELP = {
    Group.LINKED: "The same event on both sides; from now on it is one.",
    Group.HERE: "Only in Outlook so far.",
    Group.THERE: "Only here so far.",
    Group.DIFFERING: "Linked, but some fields differ. Outlook's value is shown, yours is kept under Conflicts.",
    Group.CHANGED: "Linked earlier, and changed since.",
    Group.LEFT: "Nothing is done about these.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of the person's: its name, its question, and its answers with their words."""

    name: str
    question: str
    answers: Mapping[str, str]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A group with its count, for a card that opens."""

    group: Group
    title: str
    help: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPerson:
    """The mails that one person would get."""

    name: str
    mails: Sequence[tuple[Row, ForecastMail]]


def chosen(request: HttpRequest) -> Policy:
    """The choices that the page's form states, over those that stand."""
    mailbox = current_mailbox(reader(request))
    policy = policy_of(mailbox) if mailbox is not None else Policy()
    asked = request.POST if request.method == "POST" else request.GET
    return replace(
        policy,
        direction=_of(Direction, asked.get("direction"), policy.direction),
        newcomers=_of(Newcomers, asked.get("newcomers"), policy.newcomers),
        privacy=_of(Privacy, asked.get("privacy"), policy.privacy),
        days_back=_days(asked.get("days_back"), policy.days_back),
        days_ahead=_days(asked.get("days_ahead"), policy.days_ahead),
    )


def choices(policy: Policy) -> list[Choice]:
    """What may be chosen, in the order of the page."""
    return [
        Choice(
            name="direction",
            question="Which way changes go",
            answers={
                Direction.BOTH: "Both ways",
                Direction.FROM_OUTLOOK: "From Outlook to Kalends only",
                Direction.TO_OUTLOOK: "From Kalends to Outlook only",
            },
            chosen=policy.direction,
        ),
        Choice(
            name="newcomers",
            question="Events that are only here",
            answers={
                Newcomers.QUIET: "Quiet copies in Outlook: nobody is invited",
                Newcomers.STAY: "Stay here",
                Newcomers.INVITE: "Invite the people of coming ones through Outlook",
            },
            chosen=policy.newcomers,
        ),
        Choice(
            name="privacy",
            question="Private events in Outlook",
            answers={
                Privacy.FULL: "Take them over; colleagues see “busy”",
                Privacy.BUSY: "Take over the time alone",
                Privacy.SKIP: "Leave them out",
            },
            chosen=policy.privacy,
        ),
    ]


def numbers(shown: Shown) -> list[Numbered]:
    """The groups that a person opens; the less usual ones only when there is something in them."""
    always = {Group.LINKED, Group.HERE, Group.THERE}
    return [
        Numbered(group=group, title=title, help=HELP[group], count=shown.count(group))
        for group, title in TITLES.items()
        if group in always or shown.count(group)
    ]


def sentence(shown: Shown) -> str:
    """What starting does, without its mails."""
    parts = [
        ("link", shown.count(Group.LINKED), ""),
        ("add", shown.count(Group.HERE), " here"),
        ("add", shown.count(Group.THERE), " to Outlook"),
        ("change", shown.count(Group.CHANGED), ""),
    ]
    told = [part for part in parts if part[1]]
    words = [
        f"{verb} {count}{'' if number else _events(count)}{where}" for number, (verb, count, where) in enumerate(told)
    ]
    return ", ".join(words) or "change nothing"


def mail_sentence(shown: Shown) -> str:
    """How many mails follow, said so that none cannot be overlooked."""
    certain = sum(1 for _, mail in shown.mails if mail.certain)
    possible = len(shown.mails) - certain
    if not shown.mails:
        return "send no mail"
    if not certain:
        return f"send perhaps {possible} mail{'' if possible == 1 else 's'}"
    told = f"send {certain} mail{'' if certain == 1 else 's'}"
    return f"{told} and perhaps {possible} more" if possible else told


def by_person(shown: Shown) -> list[ToPerson]:
    """The mails, grouped by whom they go to."""
    found: dict[str, list[tuple[Row, ForecastMail]]] = defaultdict(list)
    for row, mail in shown.mails:
        found[mail.name or mail.recipient].append((row, mail))
    return [ToPerson(name=name, mails=mails) for name, mails in sorted(found.items())]


def field_words(fields: Sequence[Field]) -> str:
    """The differing fields, as people call them."""
    return ", ".join(FIELD_WORDS.get(field, field.value) for field in fields)


def _events(count: int) -> str:
    return " event" if count == 1 else " events"


def _of(kind: type[Answer], text: str | None, default: Answer) -> Answer:
    return next((each for each in kind if each.value == text), default)


def _days(text: str | None, default: int) -> int:
    if text is None or not text.isdecimal():
        return default
    return min(int(text), LONGEST_DAYS)
