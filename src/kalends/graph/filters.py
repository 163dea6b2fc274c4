"""OData filters, with values quoted and escaped for an address."""

from urllib.parse import quote


def equals(member: str, value: str) -> str:
    """`member eq 'value'`."""
    return quote(f"{member} eq {_literal(value)}")


def has_property(name: str, value: str) -> str:
    """Items whose extended property has this value (FACTS.md §2.8)."""
    condition = f"ep/id eq {_literal(name)} and ep/value eq {_literal(value)}"
    return quote(f"singleValueExtendedProperties/Any(ep: {condition})")


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
