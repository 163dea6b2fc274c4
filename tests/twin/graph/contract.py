"""Holds what graphtwin says against the published description of Graph (tests/data/openapi-calendar.json).

`Contract.check` finds the operation of a request, takes its schema for the status and validates the body. Members the
description does not declare fail, but for annotations and for the two that real responses contain all the same
(FACTS §2.1): uid and occurrenceId.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

DATA = Path(__file__).parents[2] / "data"
SEEN_ON_THE_WIRE = frozenset({"uid", "occurrenceId", "groupClassId"})
_NOT_MEANT = frozenset({"nullable", "format", "additionalProperties"})
_REFERENCE = "#/components/"


@cache
def data(name: str) -> Any:
    return json.loads((DATA / name).read_text())


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0's nullable in the words of JSON Schema; complex members may be null, as they are on the wire."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _nullable(each) for name, each in schema.items() if name not in _NOT_MEANT}
    for name, each in plain.get("properties", {}).items():
        if isinstance(each, dict) and "$ref" in each:
            plain["properties"][name] = {"anyOf": [each, {"type": "null"}]}
    if schema.get("nullable") is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


class Contract:
    """The description, ready to be asked."""

    def __init__(self) -> None:
        document = data("openapi-calendar.json")
        self.document = document
        self.components = _nullable(document["components"])
        self.types = document["components"]["schemas"]
        self.paths = [(_pattern(path), operations) for path, operations in document["paths"].items()]

    def operation(self, method: str, path: str) -> dict[str, Any]:
        """The operation of a request; raises AssertionError if the description has none."""
        path = re.sub(r"=microsoft[\w.]+'", "='", re.sub(r"\('([^']*)'\)", r"/\1", path))
        found = [each for pattern, each in self.paths if pattern.fullmatch(path) and method.lower() in each]
        assert found, f"no operation {method} {path}"
        return found[-1][method.lower()]  # type: ignore[no-any-return]

    def check(self, method: str, path: str, status: int, body: Any) -> None:
        responses = self.operation(method, path)["responses"]
        exact, family = str(status), f"{status // 100}XX"
        response = responses.get(exact) or responses.get(family) or responses["default"]
        schema = self._schema_of(response)
        if schema is None:
            assert body is None, f"{method} {path}: a body nobody announced"
            return
        whole = {"components": self.components, **_nullable(schema)}
        jsonschema.Draft202012Validator(whole).validate(body)
        self._check_members(body, schema, f"{method} {path}")

    def _schema_of(self, response: dict[str, Any]) -> Any:
        while "$ref" in response:
            response = self._resolve(response["$ref"])
        content = response.get("content", {})
        return content["application/json"]["schema"] if "application/json" in content else None

    def _resolve(self, reference: str) -> Any:
        found: Any = self.document["components"]
        for part in reference.removeprefix(_REFERENCE).split("/"):
            found = found[part]
        return found

    def _check_members(self, body: Any, schema: Any, where: str) -> None:
        """Fail on members without a declaration, however deep; open types and errors are let pass."""
        if (
            isinstance(body, dict)
            and f"microsoft{str(body.get('@odata.type')).partition('microsoft')[2]}" in self.types
        ):
            schema = self.types[str(body["@odata.type"]).lstrip("#")]
        declared = self._declared(schema)
        if isinstance(body, list):
            for each in body:
                self._check_members(each, declared.get("items", {}), where)
        if not isinstance(body, dict) or not declared.get("properties") or "extensionName" in body:
            return
        unknown = {name for name in body if name not in declared["properties"] and "@" not in name} - SEEN_ON_THE_WIRE
        assert not unknown, f"{where}: {unknown} are declared nowhere"
        for name, value in body.items():
            if name in declared["properties"]:
                self._check_members(value, declared["properties"][name], where)

    def _declared(self, schema: Any) -> dict[str, Any]:
        """Properties and items of a schema with all its references and bases gathered."""
        if "$ref" in schema:
            return self._declared(self._resolve(schema["$ref"]))
        gathered: dict[str, Any] = {"properties": dict(schema.get("properties", {})), "items": schema.get("items", {})}
        for part in [*schema.get("allOf", ()), *schema.get("anyOf", ())]:
            below = self._declared(part)
            gathered["properties"].update(below["properties"])
            gathered["items"] = gathered["items"] or below["items"]
        return gathered


def _pattern(path: str) -> re.Pattern[str]:
    text = re.escape(path).replace(r"\(\)", r"(?:\(\))?")
    return re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", text), re.IGNORECASE)


def nested_orders(shown: Any, shape: Any, where: str = "event") -> list[str]:
    """Where the members of `shown` are not those of `shape` in its order; [] if they are everywhere."""
    if isinstance(shown, dict) and isinstance(shape, dict):
        wrong = [] if list(shown) == list(shape) else [f"{where}: {list(shown)} is not {list(shape)}"]
        for name in set(shown) & set(shape):
            wrong += nested_orders(shown[name], shape[name], f"{where}.{name}")
        return wrong
    if isinstance(shown, list) and isinstance(shape, list) and shape:
        return [line for each in shown for line in nested_orders(each, shape[0], f"{where}[]")]
    return []
