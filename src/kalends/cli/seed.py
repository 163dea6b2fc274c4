"""Fill an empty installation, and the simulated Outlook beside it, with a small company to try things on."""

import argparse
import datetime as dt
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx2
from django.db import transaction
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.calendars.models import Contact
from kalends.cli import company
from kalends.cli.company import Side
from kalends.config import environment
from kalends.config.errors import ConfigurationError
from kalends.options.stored import write

SECRET_LIFE = dt.timedelta(days=730)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password", required=True, help="of every person of the company")
    parser.add_argument("--client-id", required=True, help="of the application that the simulator knows")
    parser.add_argument("--client-secret", required=True, help="its secret")


def run(options: argparse.Namespace) -> int:
    if Person.objects.exists():
        message = "There are people here already; the small company is only for an empty installation."
        raise ConfigurationError(message)
    monday = company.monday_of(timezone.now().astimezone(ZoneInfo(company.ZONE)).date())
    with transaction.atomic():
        seed_here(monday, options.password)
        seed_settings(options)
        seed_outlook(monday)
    return 0


def seed_here(monday: dt.date, password: str) -> None:
    people = {
        member.address: Person.objects.create_person(
            member.address,
            password,
            name=member.name,
            is_administrator=member.administrator,
            time_zone=company.ZONE,
        )
        for member in company.MEMBERS
        if member.signs_in
    }
    for contact in company.CONTACTS:
        Contact.objects.create(address=contact.address, address_folded=contact.address, name=contact.name)
    for entry in company.entries(Side.HERE):
        edits.create_event(people[entry.owner.address], company.event(entry, monday))


def seed_settings(options: argparse.Namespace) -> None:
    """The registration that the simulator knows, as an administrator would have entered it."""
    write("outlook.client_id", options.client_id)
    write("outlook.client_secret", options.client_secret)
    write("outlook.client_secret_expires", f"{timezone.now() + SECRET_LIFE:%Y-%m-%d}")


def seed_outlook(monday: dt.date) -> None:
    """Mailboxes and their events. Meetings are really sent, so that everybody has his copy; the mails are forgotten."""
    origin = f"http://127.0.0.1:{environment.TWIN_PORT.read_number()}"
    with httpx2.Client(trust_env=False, timeout=30, base_url=origin) as client:
        client.post("/_twin/reset", json={}).raise_for_status()
        known = {each["address"] for each in client.get("/_twin/mailboxes").raise_for_status().json()["value"]}
        for member in company.MEMBERS:
            if member.address not in known:
                kind = "user" if member.signs_in else "room"
                asked = {"address": member.address, "name": member.name, "kind": kind, "timeZone": company.ZONE}
                client.post("/_twin/mailboxes", json=asked).raise_for_status()
        for member in company.MEMBERS:
            _fill(client, member, monday)
        for trace in ("mail", "requests"):
            client.delete(f"/_twin/{trace}").raise_for_status()


def _fill(client: httpx2.Client, member: company.Member, monday: dt.date) -> None:
    """One mailbox: meetings by its owner, everything else put there."""
    mine = [entry for entry in company.entries(Side.OUTLOOK) if entry.owner == member]
    alone = [company.graph_event(entry, monday) for entry in mine if not entry.with_]
    client.post(f"/_twin/mailboxes/{quote(member.address)}/events", json=alone).raise_for_status()
    bearer = client.post("/_twin/token", json={"mailbox": member.address}).raise_for_status().json()["access_token"]
    for entry in mine:
        if entry.with_:
            headers = {"Authorization": f"Bearer {bearer}"}
            meeting = company.graph_event(entry, monday)
            client.post("/v1.0/me/events", json=meeting, headers=headers).raise_for_status()
