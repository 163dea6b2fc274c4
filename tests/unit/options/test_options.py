"""Settings: declared once, read by precedence, secrets sealed."""

import datetime as dt

import pytest

from kalends.accounts.models import AuditRecord, Person
from kalends.options import stored
from kalends.options.declared import SETTINGS, Kind, OptionRefused
from kalends.options.models import StoredOption
from kalends.options.sealing import CannotOpen, seal, unseal

GUID = "11111111-2222-4333-8444-555555555555"

pytestmark = pytest.mark.django_db


def test_it_reads_the_environment_before_the_database_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stored.read("outlook.days_back") == 180
    stored.write("outlook.days_back", "90")
    assert stored.read("outlook.days_back") == 90
    monkeypatch.setenv("KALENDS_OUTLOOK_DAYS_BACK", "30")
    assert stored.read("outlook.days_back") == 30
    with pytest.raises(OptionRefused, match="KALENDS_OUTLOOK_DAYS_BACK"):
        stored.write("outlook.days_back", "60")


def test_it_brings_back_the_default_when_emptied() -> None:
    stored.write("outlook.sync_enabled", "off")
    assert not stored.is_on("outlook.sync_enabled")
    stored.write("outlook.sync_enabled", " ")
    assert stored.is_on("outlook.sync_enabled")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("outlook.client_id", "kalends", "looks like"),
        ("outlook.client_secret", GUID, "This is the Secret ID"),
        ("outlook.client_secret_expires", "next year", "A date like"),
        ("outlook.account_type", "everybody", "is none of"),
        ("outlook.tenant_id", "our company", "tenant"),
        ("outlook.days_back", "0", "from 1 to 1825"),
        ("outlook.sync_enabled", "maybe", "“on” or “off”"),
        ("outlook.certificate", "abc", "BEGIN CERTIFICATE"),
        ("outlook.certificate_key", "abc", "PRIVATE KEY"),
        ("outlook.nonsense", "1", "There is no setting"),
    ],
)
def test_it_says_in_words_why_a_value_cannot_be(name: str, text: str, words: str) -> None:
    with pytest.raises(OptionRefused, match=words):
        stored.write(name, text)
    assert not StoredOption.objects.filter(name=name).exists()


def test_it_gives_typed_values() -> None:
    for name, text in {
        "outlook.client_id": GUID.upper(),
        "outlook.client_secret": "aBc~1.x",
        "outlook.client_secret_expires": "2028-11-21",
        "outlook.tenant_id": "Example.com",
    }.items():
        stored.write(name, text)
    values = [stored.read(each.name) for each in SETTINGS[:3]]
    assert values == [GUID, "aBc~1.x", dt.date(2028, 11, 21)]
    assert stored.read("outlook.tenant_id") == "example.com"


def test_it_keeps_secrets_sealed_and_never_shows_them() -> None:
    alice = Person.objects.create_person("alice@example.com")
    stored.write("outlook.client_secret", "aBc~1.secret", by=alice.pk)
    assert "aBc~1.secret" not in StoredOption.objects.get(name="outlook.client_secret").value
    (view,) = stored.listed("client secret value shows once")
    assert (view.text, view.is_set) == (stored.MASK, True)
    record = AuditRecord.objects.get()
    assert (record.person, record.details) == (alice, {"setting": "outlook.client_secret"})


def test_it_finds_settings_by_every_word() -> None:
    assert [view.setting.name for view in stored.listed("master switch")] == ["outlook.sync_enabled"]
    assert len(stored.listed()) == len(SETTINGS)
    assert stored.listed("certificate unicorn") == []


def test_it_opens_a_seal_only_for_the_row_it_was_made_for() -> None:
    sealed = seal("secret", "mailbox:1")
    assert unseal(sealed, "mailbox:1") == "secret"
    key_id, _, content = sealed.partition(".")
    damaged = f"{key_id}.{content[:-4]}AAA="
    for wrong, identity in ((sealed, "mailbox:2"), (damaged, "mailbox:1"), (f"none.{content}", "mailbox:1")):
        with pytest.raises(CannotOpen):
            unseal(wrong, identity)


def test_it_keeps_one_name_for_the_installation() -> None:
    assert stored.installation_id() == stored.installation_id() != ""


def test_it_declares_each_setting_once_with_help_and_a_valid_default() -> None:
    assert len({each.name for each in SETTINGS}) == len(SETTINGS)
    for each in SETTINGS:
        assert each.help
        assert each.title
        if each.default:
            each.parse(each.default)
        assert (each.choices is not None) == (each.kind is Kind.CHOICE)
