"""`POST /_twin/inbound`: mail from outside without SMTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtwin.control import refuse
from graphtwin.http import Request, Response, Route
from graphtwin.inbound import receive, receive_mail

if TYPE_CHECKING:
    from graphtwin.app import Twin


def inbound(twin: Twin, request: Request) -> Response:
    """Take `{"ics": …, "to": [address…]}`, or a whole mail with content type message/rfc822 and `?to=` addresses."""
    try:
        if request.headers.get("content-type", "").startswith("message/rfc822"):
            recipients = [each for each in request.params.get("to", "").split(",") if each]
            return Response.json(200, {"events": receive_mail(twin, request.body, recipients)})
        body = request.json_object()
        if not isinstance(body.get("ics"), str):
            raise refuse("The body needs ics, the iCalendar text.")
        return Response.json(200, {"events": receive(twin, body["ics"], body.get("to") or ())})
    except ValueError as error:
        raise refuse(str(error)) from error


ROUTES: tuple[Route, ...] = (Route("POST", "/_twin/inbound", inbound),)
