"""The store on PostgreSQL keeps the same contract as the one in memory."""

from uuid import UUID

import pytest

from kalends.accounts.models import Person
from kalends.domain.event import Field
from kalends.mailboxes.dirt import put_marks, soil
from kalends.mailboxes.ledger import open_ledger
from kalends.mailboxes.local import PostgresLocal
from kalends.mailboxes.models import Connection, Mailbox, Organisation
from kalends.sync.ports import Ledger, Local
from tests.contracts.bench import NOW
from tests.contracts.store_contract import StoreContract


class PostgresBench:
    """Alice and Bob on PostgreSQL."""

    def __init__(self) -> None:
        organisation = Organisation.objects.create(tenant_id="contoso")
        self.mailboxes = {name: _connected(name, organisation) for name in ("Alice", "Bob")}

    def ledger(self, name: str = "Alice") -> Ledger:
        return open_ledger(self.mailboxes[name].pk, "installation")

    def local(self, name: str = "Alice") -> Local:
        return PostgresLocal(self.mailboxes[name])

    def mark(self, event_id: str, fields: frozenset[Field], name: str = "Alice") -> None:
        put_marks(self.mailboxes[name], UUID(event_id), fields)
        soil(self.mailboxes[name].pk, UUID(event_id))


@pytest.mark.django_db
class TestPostgresStore(StoreContract):
    """Every test of the contract."""

    @pytest.fixture
    def bench(self) -> PostgresBench:
        return PostgresBench()


def _connected(name: str, organisation: Organisation) -> Mailbox:
    person = Person.objects.create_person(f"{name.lower()}@contoso.example", name=name)
    return Mailbox.objects.create(
        person=person,
        organisation=organisation,
        object_id=name,
        address=person.email,
        state=Connection.ACTIVE,
        started_at=NOW,
    )
