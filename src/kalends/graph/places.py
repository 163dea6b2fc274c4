"""Places: Graph's `location` and `locations` as places, and back (FACTS.md §2.7)."""

from collections.abc import Iterable
from typing import Any

from kalends.domain.event import Place
from kalends.graph import wire

_VIDEO_LINKS = ("https://teams.microsoft.com/", "https://teams.live.com/", "https://teams.microsoft.us/")


def places_of(event: wire.Event) -> tuple[Place, ...]:
    """Every place of an event; a bare Teams address is a video link, and no place (scenario O-209)."""
    listed = [_place(location) for location in event.locations or () if location]
    places = [place for place in listed if place != Place(name="")] or _single(event.location)
    return tuple(place for place in places if not is_video_link(place.name))


def _single(location: wire.Location | None) -> list[Place]:
    place = _place(location) if location else Place(name="")
    return [place] if place != Place(name="") else []


def _place(location: wire.Location) -> Place:
    address = location.address or wire.PhysicalAddress()
    coordinates = location.coordinates or wire.GeoCoordinates()
    return Place(
        name=location.display_name or "",
        kind=location.location_type or "default",
        email=location.location_email_address or "",
        uri=location.location_uri or "",
        street=address.street or "",
        city=address.city or "",
        state=address.state or "",
        country=address.country_or_region or "",
        postal_code=address.postal_code or "",
        latitude=coordinates.latitude,
        longitude=coordinates.longitude,
    )


def is_video_link(text: str) -> bool:
    """Whether a place's name is nothing but the address of a Teams meeting."""
    return text.strip().startswith(_VIDEO_LINKS) and not any(map(str.isspace, text.strip()))


def video_link_of(event: wire.Event) -> str:
    """The address of a Teams meeting that somebody put in the place of a place; "" when there is none."""
    names = [location.display_name or "" for location in (*(event.locations or ()), event.location) if location]
    return next((name.strip() for name in names if is_video_link(name)), "")


def place_members(places: Iterable[Place]) -> dict[str, Any]:
    """The members that say where: `location` for none or one, which also replaces `locations`; else `locations`.

    Exchange makes several places of one `location` whose name holds a semicolon; in a list it leaves it alone.
    """
    listed = [_location(place) for place in places]
    if len(listed) > 1 or any(";" in location["displayName"] for location in listed):
        return {"locations": listed}
    return {"location": listed[0] if listed else {"displayName": ""}}


def _location(place: Place) -> dict[str, Any]:
    address = {
        "street": place.street,
        "city": place.city,
        "state": place.state,
        "countryOrRegion": place.country,
        "postalCode": place.postal_code,
    }
    members = {
        "displayName": place.name,
        "locationType": place.kind,
        "locationEmailAddress": place.email,
        "locationUri": place.uri,
        "address": {name: value for name, value in address.items() if value},
        "coordinates": _coordinates(place),
    }
    return {name: value for name, value in members.items() if value or name == "displayName"}


def _coordinates(place: Place) -> dict[str, float]:
    pair = {"latitude": place.latitude, "longitude": place.longitude}
    return {name: value for name, value in pair.items() if value is not None}
