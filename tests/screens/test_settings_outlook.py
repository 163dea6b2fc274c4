"""The registration with Microsoft."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from kalends.options import stored
from kalends.web.views.settings_outlook import expiry_words, proposed_expiry

CLIENT_ID = "11111111-2222-3333-4444-555555555555"
VALUE = "abc8Q~value-of-the-secret"


def _posted(**fields: str) -> dict[str, str]:
    whole = {
        "client_id": CLIENT_ID,
        "client_secret": VALUE,
        "client_secret_expires": "2028-11-20",
        "account_type": "any_org",
        "cloud": "global",
        "tenant_id": "",
        "certificate": "",
        "certificate_key": "",
        "next_client_secret": "",
        "next_client_secret_expires": "",
        "sync_enabled": "on",
    }
    return whole | fields


def test_it_shows_the_redirect_addresses_to_copy(as_dora: Client) -> None:
    page = as_dora.get(reverse("settings_outlook")).content.decode()

    assert "http://localhost:8000/microsoft_account/authentication" in page
    assert "http://localhost:8000/oauth2/outlook/callback" in page


def test_it_keeps_what_was_entered_and_never_shows_the_secret(as_dora: Client) -> None:
    saved = as_dora.post(reverse("settings_outlook"), _posted())
    page = as_dora.get(reverse("settings_outlook")).content.decode()

    assert saved.status_code == 302
    assert (stored.read("outlook.client_id"), stored.read("outlook.client_secret")) == (CLIENT_ID, VALUE)
    assert stored.read("outlook.client_secret_expires") == dt.date(2028, 11, 20)
    assert (VALUE in page, "Saved. Type a new one to replace it." in page) == (False, True)


def test_it_keeps_the_secret_when_the_field_is_left_empty(as_dora: Client) -> None:
    as_dora.post(reverse("settings_outlook"), _posted())
    as_dora.post(reverse("settings_outlook"), _posted(client_secret="", account_type="any_org_and_personal"))

    assert stored.read("outlook.client_secret") == VALUE
    assert stored.read("outlook.account_type") == "any_org_and_personal"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"client_secret": CLIENT_ID}, "This is the Secret ID."),
        ({"client_id": "my app"}, "looks like 11111111-2222-3333-4444-555555555555"),
        ({"tenant_id": "my company"}, "The Directory (tenant) ID is needed"),
        ({"certificate": "hello"}, "A certificate in PEM form is needed"),
    ],
    ids=["secret id", "client id", "tenant", "certificate"],
)
def test_it_explains_what_was_pasted_wrong(as_dora: Client, fields: dict[str, str], words: str) -> None:
    answer = as_dora.post(reverse("settings_outlook"), _posted(**fields))

    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_it_switches_syncing_off_and_on(as_dora: Client) -> None:
    as_dora.post(reverse("settings_outlook"), {**_posted(), "sync_enabled": ""})
    off = stored.is_on("outlook.sync_enabled")
    as_dora.post(reverse("settings_outlook"), _posted())

    assert (off, stored.is_on("outlook.sync_enabled")) == (False, True)


def test_it_proposes_24_months() -> None:
    assert proposed_expiry(dt.date(2026, 11, 30)) == dt.date(2028, 11, 28)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (dt.date(2028, 9, 1), ""),
        (dt.date(2028, 11, 13), "The client secret expires in 7 days"),
        (dt.date(2028, 12, 1), "The client secret expired on 2028-11-20."),
    ],
)
def test_it_warns_before_the_secret_ends(as_dora: Client, today: dt.date, words: str) -> None:
    as_dora.post(reverse("settings_outlook"), _posted())

    assert expiry_words(today).startswith(words)
    assert bool(words) == bool(expiry_words(today))


def test_it_checks_each_step_and_says_what_to_do(as_dora: Client, settings: Settings) -> None:
    settings.MICROSOFT_LOGIN_URL = settings.GRAPH_URL = "https://127.0.0.1:9"
    as_dora.post(reverse("settings_outlook"), _posted())
    page = as_dora.post(reverse("settings_outlook_check")).content.decode()

    assert 'data-step="Client ID"' in page
    assert "cannot be reached" in page


def test_it_saves_one_setting_of_the_whole_list(as_dora: Client) -> None:
    as_dora.post(reverse("settings_all"), {"name": "outlook.days_back", "value": "90"})
    refused = as_dora.post(reverse("settings_all"), {"name": "outlook.days_back", "value": "many"})

    assert stored.read_number("outlook.days_back") == 90
    assert (refused.status_code, "A whole number from 1 to 1825" in refused.content.decode()) == (422, True)
