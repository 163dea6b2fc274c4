"""The API keeps its own description: random requests by its OpenAPI never break it nor leave its schemas."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from kalends.accounts.models import Person
from kalends.accounts.tokens import create_token
from kalends.api.urls import api

DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
schema = schemathesis.openapi.from_dict(DESCRIPTION)
schema.app = get_wsgi_application()


@pytest.fixture
def token(alice: Person) -> Iterator[str]:
    """Alice's token; requests stay inside the test's transaction, as those of Django's own test client do."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield create_token(alice)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_it_keeps_its_description(case: "schemathesis.Case[Any]", token: str) -> None:
    reply = case.call(headers={"Authorization": f"Bearer {token}"})
    case.validate_response(reply, checks=[not_a_server_error, content_type_conformance, response_schema_conformance])


def test_it_describes_every_operation_with_words() -> None:
    operations = [operation for path in DESCRIPTION["paths"].values() for operation in path.values()]
    assert [each["operationId"] for each in operations if not each.get("description")] == []
    assert len({each["operationId"] for each in operations}) == len(operations)
