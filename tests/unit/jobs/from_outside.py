"""Run as a program, with the environment of a running Kalends: connects a person, or tells how her calendar stands."""

import json
import os
import sys
from datetime import timedelta

import django
import httpx2

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - Django is ready only now

from kalends.accounts.models import Person  # noqa: E402 - the same
from kalends.calendars import queries  # noqa: E402 - the same
from kalends.graph.auth import SignIn, TokenSet  # noqa: E402 - the same
from kalends.graph.owner import Owner  # noqa: E402 - the same
from kalends.mailboxes import connect  # noqa: E402 - the same
from kalends.mailboxes.identity import claim  # noqa: E402 - the same
from kalends.mailboxes.microsoft import keep_tokens  # noqa: E402 - the same
from kalends.mailboxes.models import Dirty, Intent, Mailbox  # noqa: E402 - the same


def main(deed: str, address: str, twin: str) -> None:
    person = Person.objects.get(email=address)
    if deed == "connect":
        connected(person, twin)
    now = timezone.now()
    views = queries.events_between(person, now - timedelta(days=60), now + timedelta(days=60))
    synced = Mailbox.objects.filter(person=person, last_synced_at__isnull=False, failures=0).exists()
    waiting = Intent.objects.count() + Dirty.objects.count()
    told = {"subjects": sorted(view.subject for view in views), "synced": synced, "waiting": waiting}
    sys.stdout.write(json.dumps(told))


def connected(person: Person, twin: str) -> None:
    """Consent and Start, without a browser."""
    with httpx2.Client(base_url=f"{twin}/_twin", trust_env=False) as control:
        account = control.get(f"/mailboxes/{person.email}").json()["id"]
        app = control.get("/apps").json()["value"][0]["appId"]
        granted = control.post("/token", json={"mailbox": person.email, "appId": app}).json()
    expires = timezone.now() + timedelta(seconds=granted["expires_in"])
    tokens = TokenSet(access_token=granted["access_token"], refresh_token=granted["refresh_token"], expires_at=expires)
    sign_in = SignIn(tenant_id="t", object_id=account, user_name=person.email, name=person.name, tokens=tokens)
    mailbox = claim(person, sign_in, Owner(address=person.email, user_name=person.email, name=person.name))
    keep_tokens(mailbox, tokens)
    connect.start(person)


if __name__ == "__main__":
    main(*sys.argv[1:])
