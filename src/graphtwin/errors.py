"""What graphtwin answers when it refuses: FACTS §14.

One class for all of Graph; the code says what happened, the status says what a client should do. `error_body` is the
only place that knows the shape on the wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


class GraphError(Exception):
    """A refusal in Graph's own form; `extra` holds members of the error object beside code, message and innerError."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


def error_body(error: GraphError, *, now: datetime, request_id: str, client_request_id: str) -> dict[str, object]:
    """Return the JSON body of FACTS §14; the date has seconds and no zone, as on the wire."""
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            **error.extra,
            "innerError": {
                "date": now.strftime("%Y-%m-%dT%H:%M:%S"),
                "request-id": request_id,
                "client-request-id": client_request_id,
            },
        }
    }


def bad_request(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def invalid_request(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidRequest", message)


def validation_failure(message: str = "At least one property failed validation.") -> GraphError:
    return GraphError(400, "ErrorPropertyValidationFailure", message)


def item_not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def segment_not_found(segment: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def user_not_found(user: str) -> GraphError:
    return GraphError(404, "ErrorInvalidUser", f"The requested user '{user}' is invalid.")


def access_denied() -> GraphError:
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def not_built(name: str) -> GraphError:
    """Refuse what graphtwin leaves out, by name; QUIRKS.md lists all of them."""
    return GraphError(501, "NotImplemented", f"graphtwin does not simulate {name}.")
