"""Environment variables: defaults, and clear words when they make no sense."""

from pathlib import Path

import pytest

from kalends.config import environment
from kalends.config.database import django_database
from kalends.config.errors import ConfigurationError


def test_its_base_url_follows_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KALENDS_PORT", "9123")
    assert environment.base_url() == "http://localhost:9123"


def test_a_base_url_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KALENDS_BASE_URL", "https://calendar.example.com/")
    assert environment.base_url() == "https://calendar.example.com"


def test_it_says_which_variable_should_be_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KALENDS_PORT", "eight thousand")
    with pytest.raises(ConfigurationError, match="KALENDS_PORT must be a whole number, not 'eight thousand'"):
        environment.PORT.read_number()


def test_each_variable_is_declared_once_and_explained() -> None:
    names = [variable.name for variable in environment.VARIABLES]
    assert len(names) == len(set(names))
    assert all(variable.purpose.endswith(".") for variable in environment.VARIABLES)


def test_a_database_address_becomes_djangos_setting() -> None:
    setting = django_database("postgresql://kal:s3%20cret@db.example:6432/calendar?sslmode=require", pool_size=7)
    assert setting == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "calendar",
        "USER": "kal",
        "PASSWORD": "s3 cret",
        "HOST": "db.example",
        "PORT": "6432",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"sslmode": "require", "pool": {"min_size": 1, "max_size": 7, "timeout": 10}},
    }


def test_a_file_in_the_data_folder_speaks_for_variables_that_nobody_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.environ", {"KALENDS_DATA": str(tmp_path), "KALENDS_PORT": "9000"})
    environment.write_file({"KALENDS_PORT": "9001", "KALENDS_GRAPH_URL": "https://localhost:8443"})
    environment.read_file()
    assert (environment.PORT.read(), environment.GRAPH_URL.read()) == ("9000", "https://localhost:8443")
