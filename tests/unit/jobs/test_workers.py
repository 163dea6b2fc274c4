"""Workers as processes: they do what edits ask for, and killing one loses and doubles nothing."""

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.event import Event
from kalends.mailboxes import connect
from kalends.mailboxes.models import Dirty, Intent
from tests.unit.jobs.house import House, wait_until
from tests.unit.mailboxes.office import graph_event
from tests.unit.mailboxes.test_trouble import nine, shown


def fill(house: House, alice: Person) -> None:
    house.load(alice, [graph_event(f"Outlook {number}", number) for number in range(1, 20)])
    for number in range(1, 20):
        edits.create_event(alice, Event(when=nine(number), subject=f"Kalends {number}"))


def test_it_syncs_by_the_jobs_that_edits_ask_for(house: House, alice: Person) -> None:
    house.consent(alice)
    fill(house, alice)
    connect.start(alice)
    house.work()
    assert shown(alice) == house.subjects(alice)
    assert len(shown(alice)) == 38
    edits.create_event(alice, Event(when=nine(2), subject="Dentist"))
    assert ProcrastinateJob.objects.filter(status="todo", task_name="sync_mailbox").count() == 1
    edits.create_event(alice, Event(when=nine(3), subject="Surgery"))
    assert ProcrastinateJob.objects.filter(status="todo", task_name="sync_mailbox").count() == 1
    house.work()
    assert {"Dentist", "Surgery"} <= set(house.subjects(alice))


def test_it_goes_on_after_the_worker_was_killed_in_the_middle(house: House, alice: Person) -> None:
    house.consent(alice)
    fill(house, alice)
    connect.start(alice)
    house.fault(kind="latency", delaySeconds=30, path="*$batch", skip=1)
    victim = house.worker()
    wait_until(Intent.objects.exists, "writes that are under way")
    victim.kill()
    victim.wait()
    house.mend()
    assert ProcrastinateJob.objects.filter(status="doing", task_name="sync_mailbox").exists()
    edits.create_event(alice, Event(when=nine(1), subject="Kalends 0"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    app.configure_task("revive_stalled_jobs").defer(timestamp=0)
    house.work()
    house.work()
    assert shown(alice) == house.subjects(alice)
    assert len(shown(alice)) == 39
    assert Intent.objects.count() == Dirty.objects.count() == 0
