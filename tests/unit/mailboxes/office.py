"""A whole office in one process: Kalends on PostgreSQL, a simulated Outlook behind our real client, rounds by hand."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

import httpx2
from django.utils import timezone

from graphtwin.app import Twin
from graphtwin.apps import DEMO_APP_ID, DEMO_SECRET
from kalends.accounts.models import Person
from kalends.graph.auth import SignIn, TokenSet
from kalends.graph.client import open_http
from kalends.graph.owner import Owner
from kalends.graph.registration import Registration
from kalends.mailboxes import connect
from kalends.mailboxes.identity import claim
from kalends.mailboxes.microsoft import Microsoft, keep_tokens
from kalends.mailboxes.models import Dirty, Mailbox
from kalends.mailboxes.sync import Ending, sync_mailbox
from kalends.options.stored import write

TWIN = "https://localhost:8443"
MOST_ROUNDS = 8


class Office:
    """Kalends and Outlook side by side; nothing happens between them unless a test says so.

    `world` reaches the simulator, `microsoft` is how Kalends does.
    """

    def __init__(self, world: httpx2.Client, graph_http: httpx2.Client) -> None:
        write("outlook.client_id", DEMO_APP_ID)
        write("outlook.client_secret", DEMO_SECRET)
        self.world = world
        origin = str(world.base_url).rstrip("/")
        registration = Registration(
            client_id=DEMO_APP_ID, client_secret=DEMO_SECRET, login_url=origin, graph_url=origin
        )
        self.microsoft = Microsoft(registration=registration, login_http=world, graph_http=graph_http)

    @classmethod
    def in_this_process(cls) -> "Office":
        """The simulator as an object, without a network."""
        transport = httpx2.WSGITransport(app=Twin(seed=7).wsgi)
        return cls(httpx2.Client(transport=transport, base_url=TWIN), open_http(TWIN, transport=transport))

    def close(self) -> None:
        """Leave no connection open."""
        self.world.close()
        self.microsoft.graph_http.close()

    # ── Kalends ──

    def person(self, name: str) -> Person:
        """Somebody with an account here and a mailbox there."""
        address = f"{name.lower()}@example.com"
        self.control("POST", "mailboxes", {"address": address, "name": name})
        return Person.objects.create_person(address, name=name)

    def consent(self, person: Person) -> Mailbox:
        """What a sign-in with Microsoft leaves behind."""
        told = self.control("GET", f"mailboxes/{person.email}")
        sign_in = SignIn(
            tenant_id="11111111-0000-4000-8000-000000000001",
            object_id=told["id"],
            user_name=person.email,
            name=person.name,
            tokens=self.tokens(person),
        )
        owner = Owner(address=person.email, user_name=person.email, name=person.name)
        mailbox = claim(person, sign_in, owner)
        keep_tokens(mailbox, sign_in.tokens)
        return mailbox

    def tokens(self, person: Person) -> TokenSet:
        """Tokens that the twin accepts."""
        granted = self.control("POST", "token", {"mailbox": person.email, "appId": DEMO_APP_ID})
        expires = timezone.now() + dt.timedelta(seconds=granted["expires_in"])
        return TokenSet(
            access_token=granted["access_token"], refresh_token=granted["refresh_token"], expires_at=expires
        )

    def connect(self, person: Person) -> Mailbox:
        """Consent, Start, and rounds until it is quiet."""
        mailbox = self.consent(person)
        connect.start(person)
        self.settle(person)
        return mailbox

    def sync(self, person: Person) -> Ending:
        """One round."""
        mailbox = Mailbox.objects.get(person=person, current=True)
        return sync_mailbox(mailbox.pk, self.microsoft)

    def settle(self, *people: Person) -> None:
        """Rounds of all these people in turn, until none leaves anything to do."""
        for _ in range(MOST_ROUNDS):
            endings = [self.sync(person) for person in people]
            assert not [ending.problem for ending in endings if ending.problem], endings
            busy = any(ending.report is None or ending.report.sent or ending.report.again for ending in endings)
            if not busy and not Dirty.objects.filter(mailbox__person__in=people).exists():
                return
        message = f"still not quiet after {MOST_ROUNDS} rounds: {endings}"
        raise AssertionError(message)

    # ── Outlook ──

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Tell or ask the twin itself."""
        answer = self.world.request(method, f"/_twin/{path}", json=body)
        assert answer.is_success, answer.text
        return cast("dict[str, Any]", answer.json()) if answer.content else {}

    def load(self, person: Person, events: Sequence[Mapping[str, Any]]) -> list[str]:
        """Put events into a mailbox without mailing anybody; returns their ids."""
        return [each["id"] for each in self.control("POST", f"mailboxes/{person.email}/events", list(events))["value"]]

    def outlook(self, person: Person, method: str, path: str, body: object = None) -> dict[str, Any]:
        """What the person does in Outlook, by Graph."""
        bearer = self.control("POST", "token", {"mailbox": person.email})["access_token"]
        headers = {"Authorization": f"Bearer {bearer}", "Prefer": 'IdType="ImmutableId", outlook.timezone="UTC"'}
        answer = self.world.request(method, f"/v1.0/me/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return cast("dict[str, Any]", answer.json()) if answer.content else {}

    def copies(self, person: Person) -> list[dict[str, Any]]:
        """All events of the person's Outlook, by subject."""
        events = self.outlook(person, "GET", "events?$top=1000")["value"]
        return sorted(events, key=lambda each: (each["subject"] or "", each["id"]))

    def subjects(self, person: Person) -> list[str]:
        """The subjects in the person's Outlook."""
        return [each["subject"] for each in self.copies(person)]

    def mails(self) -> list[tuple[str, str]]:
        """(kind, recipient) of every mail that Exchange would have sent, in order."""
        ledger = self.control("GET", "mail")["value"]
        return [(mail["kind"], recipient) for mail in ledger for recipient in mail["recipients"]]

    def forget_traffic(self) -> None:
        """Requests and mails so far do not count."""
        self.control("DELETE", "requests")
        self.control("DELETE", "mail")

    def requests(self) -> list[tuple[str, str, int]]:
        """(method, path, status) of what was asked of Graph since."""
        asked = self.control("GET", "requests")["value"]
        return [(each["method"], each["path"], each["status"]) for each in asked if "/v1.0/" in each["path"]]


def graph_event(subject: str, day: int = 1, **members: object) -> dict[str, Any]:
    """An event of some coming day, nine to ten UTC, in Graph's spelling."""
    date = (timezone.now() + dt.timedelta(days=day)).date()
    return {
        "subject": subject,
        "start": {"dateTime": f"{date}T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": f"{date}T10:00:00", "timeZone": "UTC"},
        **members,
    }


def graph_attendee(person: Person | str, role: str = "required") -> dict[str, Any]:
    """Somebody on the list, in Graph's spelling."""
    address = person if isinstance(person, str) else person.email
    return {"emailAddress": {"address": address, "name": address.split("@")[0].title()}, "type": role}
