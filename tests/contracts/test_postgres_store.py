"""The store on PostgreSQL keeps the contract."""

from uuid import UUID

import pytest

from kalends.accounts.models import Person
from kalends.domain.event import Field
from kalends.mailboxes.dirt import put_marks, soil
from kalends.mailboxes.ledger import PostgresLedger, open_ledger
from kalends.mailboxes.local import PostgresLocal
from kalends.mailboxes.models import Connection, Mailbox, Organisation
from tests.contracts.store_contract import NOW, StoreContract


class PostgresBench:
    """Alice and Bob on PostgreSQL."""

    def __init__(self) -> None:
        organisation = Organisation.objects.create(tenant_id=UUID(int=1))
        self.mailboxes: dict[str, Mailbox] = {}
        for number, name in enumerate(("Alice", "Bob"), start=1):
            address = f"{name.lower()}@contoso.example"
            person = Person.objects.create_person(address, name=name)
            self.mailboxes[name] = Mailbox.objects.create(
                person=person,
                organisation=organisation,
                object_id=UUID(int=number),
                address=address,
                user_principal_name=address,
                state=Connection.ACTIVE,
                current=True,
                started_at=NOW,
            )

    def ledger(self, name: str = "Alice") -> PostgresLedger:
        return open_ledger(self.mailboxes[name].pk, "i")

    def local(self, name: str = "Alice") -> PostgresLocal:
        return PostgresLocal(Mailbox.objects.get(pk=self.mailboxes[name].pk))

    def mark(self, event_id: str, fields: frozenset[Field], name: str = "Alice") -> None:
        put_marks(self.mailboxes[name], UUID(event_id), fields)
        soil(self.mailboxes[name], [UUID(event_id)])


class TestPostgresStore(StoreContract):
    """Every test of the contract."""

    @pytest.fixture
    def bench(self, db: None) -> PostgresBench:
        return PostgresBench()
