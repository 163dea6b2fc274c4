"""Assets are served with headers that let browsers keep them."""

import asyncio
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from kalends.config.static_files import static_files

SCRIPT = "/static/app.js"


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"page {request.path}")


async def _awaited_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@pytest.fixture(autouse=True)
def _assets(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "app.js").write_text("let calendar;")
    settings.STATIC_ROOT = str(tmp_path)


@pytest.fixture
def requests() -> RequestFactory:
    return RequestFactory()


def test_it_serves_a_file(requests: RequestFactory) -> None:
    answer = static_files(_page)(requests.get(SCRIPT))
    assert isinstance(answer, HttpResponse)
    assert (answer.status_code, answer.content) == (200, b"let calendar;")
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_it_serves_a_file_between_awaited_pages(requests: RequestFactory) -> None:
    async def both() -> list[bytes]:
        serve = static_files(_awaited_page)
        answers = [serve(requests.get(SCRIPT)), serve(requests.get("/calendar"))]
        return [(await answer).content for answer in answers]  # type: ignore[misc]

    assert asyncio.run(both()) == [b"let calendar;", b"page /calendar"]


def test_it_does_not_send_again_what_the_browser_has(requests: RequestFactory) -> None:
    serve = static_files(_page)
    first = serve(requests.get(SCRIPT))
    assert isinstance(first, HttpResponse)
    again = serve(requests.get(SCRIPT, headers={"if-none-match": first.headers["ETag"]}))
    assert isinstance(again, HttpResponse)
    assert (again.status_code, again.content) == (304, b"")


def test_it_passes_on_what_is_no_file(requests: RequestFactory) -> None:
    answer = static_files(_page)(requests.get("/static/unknown.js"))
    assert isinstance(answer, HttpResponse)
    assert answer.content == b"page /static/unknown.js"
