"""Faults on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.http import Request, Response
    from graphtwin.tenant import Mailbox


class Faults:
    def __init__(self, *, seed: int) -> None:
        self.seed = seed

    def before(self, _twin: Twin, _request: Request, _mailbox: Mailbox | None) -> Response | None:
        return None

    def after(self, _twin: Twin, _request: Request, _mailbox: Mailbox | None, response: Response) -> Response:
        return response
