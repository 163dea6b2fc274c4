"""The quick look at the migrations agrees with Django's."""

import pytest
from django.db import connection

from kalends.cli import schema
from kalends.config import postgres


def _address() -> str:
    settings = connection.settings_dict
    return f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"


@pytest.mark.django_db
def test_it_sees_that_everything_is_applied() -> None:
    assert schema.is_up_to_date(_address())


@pytest.mark.django_db(transaction=True)
def test_it_sees_that_a_migration_is_missing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = 'x' || name WHERE app = 'calendars'")
        try:
            assert not schema.is_up_to_date(_address())
        finally:
            cursor.execute("UPDATE django_migrations SET name = substr(name, 2) WHERE app = 'calendars'")


def test_it_sees_an_empty_database(postgres_server: postgres.Server) -> None:
    assert not schema.is_up_to_date(postgres.url(postgres_server.folder, "postgres"))
