"""The client: what goes out with every request, and what becomes of every answer and of none."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from kalends.graph import wire
from kalends.graph.client import Call, Graph, open_http
from kalends.graph.errors import AnswerLost, OddAnswer
from kalends.sync.errors import AccessLost, Transient

Handler = Callable[[httpx2.Request], httpx2.Response]


class Tokens:
    """A token that is renewed when it was refused."""

    def __init__(self) -> None:
        self.handed_out = 0

    def access_token(self) -> str:
        return "old"

    def renewed_access_token(self) -> str:
        self.handed_out += 1
        return "new"


def graph_with(handler: Handler, url: str = "https://graph.microsoft.com") -> Graph:
    """A client whose world is one function."""
    return Graph(open_http(url, transport=httpx2.MockTransport(handler)), Tokens())


def answering(*answers: httpx2.Response | Exception) -> tuple[Graph, list[httpx2.Request]]:
    """A client that gets these answers in turn, and the requests it made."""
    seen: list[httpx2.Request] = []
    rest = list(answers)

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        answer = rest.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return graph_with(handler), seen


def page(*values: Any, **links: str) -> httpx2.Response:
    """One page of a collection."""
    return httpx2.Response(
        200, json={"value": list(values), **{f"@odata.{name}": link for name, link in links.items()}}
    )


def test_it_asks_for_immutable_ids_utc_and_html_in_every_request() -> None:
    graph, seen = answering(httpx2.Response(200, json={"id": "1"}))
    graph.demand(Call(method="PATCH", path="/me/events/1", body={"subject": "é"}, if_match='W/"k"', prefer=("x=1",)))
    (request,) = seen
    assert (request.method, str(request.url)) == ("PATCH", "https://graph.microsoft.com/v1.0/me/events/1")
    assert request.headers["Prefer"] == (
        'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="html", x=1'
    )
    assert (request.headers["Authorization"], request.headers["If-Match"]) == ("Bearer old", 'W/"k"')
    assert (request.headers["Content-Type"], request.content) == ("application/json", '{"subject":"é"}'.encode())


def test_it_sends_a_length_with_a_post_without_body() -> None:
    """Graph answers 411 otherwise (FACTS.md §1)."""
    graph, seen = answering(httpx2.Response(202))
    graph.demand(Call(method="POST", path="/me/events/1/accept"))
    assert seen[0].headers["Content-Length"] == "0"


def test_it_renews_a_refused_token_once() -> None:
    graph, seen = answering(httpx2.Response(401), httpx2.Response(204))
    assert graph.demand(Call(method="DELETE", path="/me/events/1")).status == 204
    assert [request.headers["Authorization"] for request in seen] == ["Bearer old", "Bearer new"]


def test_it_gives_up_when_the_new_token_is_refused_too() -> None:
    graph, seen = answering(httpx2.Response(401), httpx2.Response(401))
    with pytest.raises(AccessLost):
        graph.get(wire.Entry, "/me/events/1")
    assert len(seen) == 2


@pytest.mark.parametrize("error", [httpx2.ConnectError("refused"), httpx2.ConnectTimeout("slow")])
def test_what_never_went_out_can_be_tried_again(error: Exception) -> None:
    graph, _ = answering(error)
    with pytest.raises(Transient) as raised:
        graph.send(Call(method="POST", path="/me/events"))
    assert type(raised.value) is Transient


@pytest.mark.parametrize(
    "error", [httpx2.ReadTimeout("slow"), httpx2.RemoteProtocolError("cut"), ConnectionResetError()]
)
def test_what_went_out_and_was_not_answered_may_have_been_done(error: Exception) -> None:
    graph, _ = answering(error)
    with pytest.raises(AnswerLost):
        graph.send(Call(method="POST", path="/me/events"))


def test_it_says_when_something_else_than_graph_answers() -> None:
    graph, _ = answering(httpx2.Response(200, html="<html>Please sign in to the hotel's network</html>"))
    with pytest.raises(OddAnswer, match="not Microsoft Graph"):
        graph.get(wire.Page, "/me/events")


def test_it_follows_links_as_given_past_empty_pages() -> None:
    """Scenario O-131."""
    links = [f"https://graph.microsoft.com/v1.0/me/x?$skiptoken={number}%2B" for number in (1, 2)]
    graph, seen = answering(page({"id": "1"}, nextLink=links[0]), page(nextLink=links[1]), page({"id": "2"}))
    assert [len(each.value) for each in graph.pages("/me/x")] == [1, 0, 1]
    assert [str(request.url) for request in seen[1:]] == links


def test_it_never_shows_its_token_to_another_host() -> None:
    graph, seen = answering(page(nextLink="https://graph.example.net/v1.0/me/x?2"))
    with pytest.raises(OddAnswer, match=r"leads elsewhere \(graph\.example\.net\)"):
        list(graph.pages("/me/x"))
    assert len(seen) == 1


@pytest.mark.parametrize("link", ["http://graph.microsoft.com/v1.0/me/x", "https://graph.microsoft.com:444/v1.0/me/x"])
def test_it_never_shows_its_token_on_another_port_or_unencrypted(link: str) -> None:
    graph, seen = answering(page(nextLink=link))
    with pytest.raises(OddAnswer, match="leads elsewhere"):
        list(graph.pages("/me/x"))
    assert len(seen) == 1


def test_it_stops_at_pages_that_lead_in_a_circle() -> None:
    graph = graph_with(lambda _: page(nextLink="https://graph.microsoft.com/v1.0/me/x?again"))
    with pytest.raises(OddAnswer, match="circle"):
        list(graph.pages("/me/x"))
