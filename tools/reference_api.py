"""The page of the REST API, written from its own OpenAPI description.

The API is loaded when the page is written, because its framework reads Django's settings when it is imported.
"""

import importlib
import json
from collections.abc import Iterator
from typing import Any

INTRODUCTION = """\
Everything under `/api/v1`, as JSON. `/api/v1/openapi.json` is the description for programs, `/api/v1/docs` the same to
try in a browser.

Each request carries `Authorization: Bearer kalends_…`; [`kalends create-token`](cli.md#kalends-create-token) makes a
token, which acts as its owner and sees what its owner may see. A refusal is `{"error": "a sentence"}`: 401 without a
valid token, 403 for what only administrators may do, 404 for what does not exist or is not yours to see, 409 when
somebody else was first or the event does not take the act, 422 when the request is malformed.

Times are wall clocks with their zone beside them, days are whole and both included: `{"start": "2026-11-23T09:00:00",
"end": "2026-11-23T10:00:00", "zone": "Europe/Amsterdam"}` or `{"first": "2026-12-24", "last": "2026-12-26"}`."""

EXAMPLE = """\
```
curl -s -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
     -d '{"subject": "Plan the spring", "when": {"start": "2026-11-23T09:00:00", "end": "2026-11-23T10:00:00",
          "zone": "Europe/Amsterdam"}, "attendees": [{"address": "bob@example.com"}]}' \\
     http://localhost:8000/api/v1/events
```

`POST /events/mails` with the same body tells first whom this would make Outlook mail."""


def page(written: str) -> str:
    """The whole page; `written` is the note that it is generated."""
    api = importlib.import_module("kalends.api.urls").api
    described = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    parts = ["# REST API", written, INTRODUCTION, EXAMPLE]
    for tag, operations in _by_tag(described).items():
        parts.append(f"## {tag.capitalize()}")
        parts += [_operation(*each) for each in operations]
    parts += ["## Shapes", *_shapes(described["components"]["schemas"])]
    return "\n\n".join(parts) + "\n"


def _by_tag(described: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return found


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    asked = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
    query = "?" + "&".join(f"{name}=…" for name in asked) if asked else ""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    told = [f"{status} {_type(reply)}".strip() for status, reply in _replies(operation)]
    taken = f" Takes {_type(body)}." if body else ""
    return f"### {method} {path}{query}\n\n{operation['description']}{taken} Answers {', '.join(told)}."


def _replies(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    for status, reply in operation["responses"].items():
        yield str(status), reply.get("content", {}).get("application/json", {}).get("schema")


def _shapes(schemas: dict[str, Any]) -> Iterator[str]:
    for name, schema in sorted(schemas.items()):
        if "enum" in schema:
            yield f"### {name}\n\nOne of {', '.join(f'`{value}`' for value in schema['enum'])}."
        elif name != "Input":
            rows = [_row(member, value, schema) for member, value in schema.get("properties", {}).items()]
            yield f"### {name}\n\n{schema.get('description', '')}\n\n| member | type | |\n|---|---|---|\n" + "\n".join(
                rows
            )


def _row(member: str, value: dict[str, Any], schema: dict[str, Any]) -> str:
    default = f"default `{json.dumps(value['default'])}`" if "default" in value else ""
    return f"| `{member}` | {_type(value)} | {'required' if member in schema.get('required', []) else default} |"


def _type(schema: dict[str, Any] | None) -> str:
    if not schema:
        return ""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "allOf" in schema:
        return _type(schema["allOf"][0])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items'))}"
    return str(schema.get("format") or schema.get("type") or f"`{schema.get('const')}`")
