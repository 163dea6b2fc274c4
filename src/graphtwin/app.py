"""The twin itself: all state, and the one door `handle` through which every request goes.

    1. one lock; timers that are due fire
    2. the route is found, the request is logged
    3. a bearer token becomes the caller, where the route asks for one
    4. faults may answer instead
    5. the handler does the work
    6. faults may replace the answer

`handle` never raises: what nobody foresaw becomes Graph's 500 and is kept in `errors`, so that a test can assert
there is none.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from graphtwin import rooms
from graphtwin.apps import DEMO_APP, Apps
from graphtwin.asgi import AsgiApplication
from graphtwin.clock import Clock
from graphtwin.delivery import Deliver
from graphtwin.errors import GraphError, error_body
from graphtwin.faults import Faults
from graphtwin.http import Caller, Request, Response, Route, Routes
from graphtwin.login import Login
from graphtwin.mail import MailLedger
from graphtwin.mint import Mint
from graphtwin.paths import plain_path
from graphtwin.render import Rendered
from graphtwin.requestlog import LoggedRequest, RequestLog
from graphtwin.routes import ALL_ROUTES
from graphtwin.subscriptions import Subscriptions
from graphtwin.switches import Switches
from graphtwin.tenant import Mailbox, Tenant
from graphtwin.throttle import Throttle
from graphtwin.tokens import Tokens
from graphtwin.wsgi import WsgiApplication

_ROUTES = Routes(ALL_ROUTES)
_DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"graphtwin","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"AGS00000001"}}'
)


class Twin:
    """A tenant with its login, behind one `handle`. `deliver` carries notifications (delivery.py)."""

    def __init__(
        self,
        *,
        seed: int = 1,
        origin: str = "http://127.0.0.1:8080",
        tls_origin: str = "https://localhost:8443",
        clock: Clock | None = None,
        deliver: Deliver | None = None,
        switches: Switches | None = None,
        first_app: Mapping[str, Any] = DEMO_APP,
    ) -> None:
        self.origin = origin
        self.tls_origin = tls_origin
        self.clock = clock or Clock()
        self.deliver = deliver
        self.first_app = first_app
        self.switches = switches or Switches()
        self.lock = threading.RLock()
        self.errors: list[str] = []
        self.answer_for_room = rooms.answer
        self.wsgi = WsgiApplication(self)
        self.asgi = AsgiApplication(self)
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """Forget everything but the clock and the switches."""
        self.seed = seed
        self.tenant = Tenant.new(seed)
        self.rendered = Rendered()
        self.mail = MailLedger()
        self.requests = RequestLog()
        self.requests_seen = 0
        self.cause = ""
        self.clock.forget_timers()
        self.tokens = Tokens(seed=seed, clock=self.clock, tenant=self.tenant)
        self.apps = Apps(mint=Mint(f"{seed}/apps"))
        self.apps.register(self.first_app, self.now())
        self.login = Login(seed=seed)
        self.faults = Faults(seed=seed)
        self.throttle = Throttle()
        self.subscriptions = Subscriptions(self)
        self.errors.clear()

    def handle(self, request: Request) -> Response:
        """Answer one request, deferred work included, and carry the notifications that follow from it."""
        response = self.complete(request)
        self.subscriptions.deliver_waiting()
        return response

    def complete(self, request: Request) -> Response:
        """Answer one request, deferred work included."""
        response = self.begin(request)
        while response.deferred is not None:
            response = response.deferred()
        return response

    def begin(self, request: Request) -> Response:
        """Answer one request as far as the lock is needed; the caller runs what is `deferred`."""
        with self.lock:
            self.clock.tick()
            return self.answer(request)

    def tick(self) -> None:
        """Fire timers that are due; a server calls this now and then."""
        with self.lock:
            self.clock.tick()

    def answer(self, request: Request) -> Response:
        """Answer one request, or one part of a batch, under the lock."""
        self.requests_seen += 1
        request.id = self.tenant.ids.guid("request", self.requests_seen)
        before, self.cause = self.cause, request.id
        try:
            return self._logged(request)
        finally:
            self.cause = before

    def _logged(self, request: Request) -> Response:
        entry = LoggedRequest(
            id=request.id,
            time=self.clock.now(),
            method=request.method,
            path=request.path,
            query=request.query,
            batch_part=request.batch_part,
        )
        self.requests.add(entry)
        return self._guarded(lambda: self._dispatch(request, entry), request, entry)

    def _guarded(self, work: Callable[[], Response], request: Request, entry: LoggedRequest) -> Response:
        try:
            response = work()
        except GraphError as error:
            response = self.error_response(error, request)
        except Exception:  # noqa: BLE001 - the promise of `handle`: an unforeseen failure is Graph's 500, and is kept
            self.errors.append(f"{request.method} {request.path}\n{traceback.format_exc()}")
            response = self.error_response(
                GraphError(500, "ErrorInternalServerError", "An internal server error occurred."), request
            )
        deferred = response.deferred
        if deferred is not None:
            response.deferred = lambda: self._guarded(deferred, request, entry)
            return response
        entry.status = 0 if response.lost else response.status
        if request.path.startswith(("/v1.0", "/beta")):
            self._add_graph_headers(request, response)
        return response

    def _dispatch(self, request: Request, entry: LoggedRequest) -> Response:
        path, request.arguments = plain_path(request.path)
        try:
            route, parameters = _ROUTES.find(request.method, path)
        except GraphError:
            self._identify(request, entry)
            raise
        if route.authenticated:
            request.caller = self.tokens.caller_for(request.headers.get("authorization", ""))
            self._note_caller(request, entry)
        mailbox = request.caller.mailbox if request.caller else None
        instead = self.faults.before(self, request, mailbox)
        response = instead or self._call(route, request, parameters)
        return self._spoiled(request, mailbox, response)

    def _spoiled(self, request: Request, mailbox: Mailbox | None, response: Response) -> Response:
        """Let faults replace the answer; one that is deferred, when it is there."""
        deferred = response.deferred
        if deferred is not None:
            response.deferred = lambda: self._spoiled(request, mailbox, deferred())
            return response
        return self.faults.after(self, request, mailbox, response)

    def _call(self, route: Route, request: Request, parameters: dict[str, str]) -> Response:
        try:
            return route.handler(self, request, **parameters)
        except GraphError as error:
            return self.error_response(error, request)

    def act(self, request: Request, caller: Caller) -> Response:
        """Answer a Graph request as `caller`, under the lock held by `handle`, without token, log and faults: for the
        twin's pages.
        """
        path, request.arguments = plain_path(request.path)
        request.id, request.caller = self.cause, caller
        try:
            route, parameters = _ROUTES.find(request.method, path)
        except GraphError as error:
            return self.error_response(error, request)
        return self._call(route, request, parameters)

    def _identify(self, request: Request, entry: LoggedRequest) -> None:
        """An unknown address of Graph still answers 401 first to somebody without a token."""
        if request.path.startswith(("/v1.0", "/beta")):
            request.caller = self.tokens.caller_for(request.headers.get("authorization", ""))
            self._note_caller(request, entry)

    def _note_caller(self, request: Request, entry: LoggedRequest) -> None:
        if request.caller is not None and request.caller.mailbox is not None:
            entry.mailbox = request.caller.mailbox.address

    def error_response(self, error: GraphError, request: Request) -> Response:
        body = error_body(error, now=self.now(), request_id=request.id, client_request_id=_client_request_id(request))
        return Response.json(error.status, body, error.headers)

    def now(self) -> datetime:
        return self.clock.now()

    def _add_graph_headers(self, request: Request, response: Response) -> None:
        response.headers["request-id"] = request.id
        response.headers["client-request-id"] = _client_request_id(request)
        response.headers["x-ms-ags-diagnostic"] = _DIAGNOSTIC
        response.headers["date"] = format_datetime(self.now(), usegmt=True)


def _client_request_id(request: Request) -> str:
    return request.headers.get("client-request-id") or request.id
