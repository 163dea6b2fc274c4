"""People, the addresses they are known by, their API tokens, and the audit of administrators' acts.

A person signs in by e-mail and password. Addresses are kept in the form in which they are compared (RULES 1.3), so that
a database index does the comparing.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from kalends.domain.attendee import normal_address


class People(BaseUserManager["Person"]):
    """How people are made and found."""

    def create_person(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A new person, known by `email`; without a password nobody can sign in as them."""
        person = self.model(email=normal_address(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        Address.objects.get_or_create(address=person.email, defaults={"person": person})
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=normal_address(username or ""))

    def by_address(self, address: str) -> "Person | None":
        """The person known by `address`, however it is spelt."""
        return self.filter(addresses__address=normal_address(address)).first()


class Person(AbstractBaseUser):
    """Somebody with an account."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_administrator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    created = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("name", "email")

    def __str__(self) -> str:
        return self.name or self.email


class Address(models.Model):
    """One address a person is known by: sign-in, mailbox, user principal name, or seen on a copy (RULES 1.3)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=320, unique=True)

    def __str__(self) -> str:
        return self.address

    def save(self, *args: Any, **options: Any) -> None:
        self.address = normal_address(self.address)
        super().save(*args, **options)


class ApiToken(models.Model):
    """A bearer token of the REST API; only its digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label or f"token of {self.person}"


class AuditRecord(models.Model):
    """One act of an administrator, or one that touches a person's access."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    act = models.CharField(max_length=100)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.person}: {self.act}"
