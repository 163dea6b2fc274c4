"""PostgreSQL as a process: killing it in the middle of a round loses and doubles nothing."""

from django.db import connection, connections
from procrastinate.contrib.django import app

from kalends.accounts.models import Person
from kalends.config import postgres
from kalends.mailboxes import connect
from kalends.mailboxes.models import Dirty, Intent
from tests.unit.jobs.house import House, wait_until
from tests.unit.jobs.test_workers import fill
from tests.unit.mailboxes.test_trouble import shown


def test_it_goes_on_after_the_database_was_killed_in_the_middle(
    house: House, alice: Person, postgres_server: postgres.Server
) -> None:
    house.consent(alice)
    fill(house, alice)
    connect.start(alice)
    house.fault(kind="latency", delaySeconds=5, path="*$batch", skip=1)
    worker = house.worker()
    wait_until(Intent.objects.exists, "writes that are under way")
    assert postgres_server.process is not None
    postgres_server.process.kill()
    postgres_server.process.wait()
    connections.close_all()
    postgres_server.start()
    house.mend()
    worker.kill()
    worker.wait()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    app.configure_task("revive_stalled_jobs").defer(timestamp=0)
    house.work()
    house.work()
    assert shown(alice) == house.subjects(alice)
    assert len(shown(alice)) == 38
    assert Intent.objects.count() == Dirty.objects.count() == 0
