"""People to invite: those with an account here, the viewer's contacts, and whoever shared an event with them."""

from django.db.models import Q

from kalends.accounts.models import Person
from kalends.calendars.models import Contact, Participant
from kalends.calendars.views import ContactView


def contacts(viewer: Person, text: str, *, limit: int = 20) -> list[ContactView]:
    """Those whose name or address holds `text`; people with an account first. None for an empty text."""
    needle = text.replace("\x00", "").strip()
    if not needle:
        return []
    found: dict[str, ContactView] = {}
    for view in [*_people(needle, limit), *_saved(viewer, needle, limit), *_met(viewer, needle, limit)]:
        found.setdefault(view.address.casefold(), view)
    return list(found.values())[:limit]


def _people(needle: str, limit: int) -> list[ContactView]:
    people = Person.objects.filter(is_active=True).filter(Q(name__icontains=needle) | Q(email__icontains=needle))
    return [ContactView(address=each.email, name=each.name, person_id=each.pk) for each in people[:limit]]


def _saved(viewer: Person, needle: str, limit: int) -> list[ContactView]:
    visible = Contact.objects.filter(Q(owner=None) | Q(owner=viewer))
    matching = visible.filter(Q(name__icontains=needle) | Q(address__icontains=needle)).order_by("name", "address")
    return [ContactView(address=each.address, name=each.name, person_id=None) for each in matching[:limit]]


def _met(viewer: Person, needle: str, limit: int) -> list[ContactView]:
    shared = Participant.objects.filter(person=viewer).values("event")
    matching = Participant.objects.filter(event__in=shared).filter(
        Q(name__icontains=needle) | Q(address__icontains=needle)
    )
    latest = matching.order_by("address_folded", "-id").distinct("address_folded")[:limit]
    return [ContactView(address=each.address, name=each.name, person_id=each.person_id) for each in latest]
