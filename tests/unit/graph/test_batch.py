"""Batches: never too many, never too heavy, answered in order whatever the order of the answers."""

import httpx2
import msgspec
import pytest

from kalends.graph.batch import chunks, send_all
from kalends.graph.client import Answer, Call, Graph, open_http
from kalends.graph.errors import AnswerLost
from tests.unit.graph.test_client import Tokens


def test_a_batch_holds_twenty_requests_at_most() -> None:
    assert [len(chunk) for chunk in chunks([Call(path="/x")] * 45)] == [20, 20, 5]


def test_a_batch_is_never_too_heavy() -> None:
    heavy, light = Call(path="/x", body={"body": "x" * 2_000_000}), Call(path="/x", body={})
    assert [len(chunk) for chunk in chunks([heavy, light, heavy, heavy])] == [2, 1, 1]


def test_no_call_is_no_batch() -> None:
    assert list(chunks([])) == []


def test_answers_are_given_in_the_order_of_the_calls() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        asked = msgspec.json.decode(request.content)["requests"]
        responses = [{"id": each["id"], "status": 200, "body": {"url": each["url"]}} for each in reversed(asked)]
        return httpx2.Response(200, json={"responses": responses[:-1]})

    graph = Graph(open_http(transport=httpx2.MockTransport(handler)), Tokens())
    lost, second, third = send_all(graph, [Call(path=f"/{number}") for number in range(3)])
    assert isinstance(second, Answer)
    assert isinstance(third, Answer)
    assert (bytes(second.body), bytes(third.body)) == (b'{"url":"/1"}', b'{"url":"/2"}')
    assert isinstance(lost, AnswerLost)


@pytest.mark.parametrize("count", [1, 2])
def test_one_call_goes_by_itself(count: int) -> None:
    paths: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        paths.append(request.url.path)
        return httpx2.Response(200, json={"responses": []})

    graph = Graph(open_http(transport=httpx2.MockTransport(handler)), Tokens())
    send_all(graph, [Call(path="/me")] * count)
    assert paths == [{1: "/v1.0/me", 2: "/v1.0/$batch"}[count]]
