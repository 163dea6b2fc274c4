"""The errors of Microsoft's login (FACTS.md §23.5): AADSTS number → OAuth error, HTTP status, sub-error and text.

The numbers, errors and statuses are Microsoft's; the sentences are ours, for clients must not read them.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the login words one AADSTS code."""

    error: str
    text: str
    status: int = 400
    suberror: str = ""


REFUSALS: dict[int, Refusal] = {
    28000: Refusal("invalid_request", "The scopes of one token request must belong to one resource."),
    50011: Refusal("invalid_request", "The redirect URI is not one of those registered for the application."),
    50013: Refusal("invalid_client", "The assertion failed signature validation.", 401),
    50020: Refusal("invalid_grant", "The user account does not exist in this tenant."),
    50034: Refusal("invalid_grant", "The user account does not exist in the directory."),
    50057: Refusal("invalid_grant", "The user account is disabled."),
    50058: Refusal("login_required", "A silent sign-in was asked for but no user is signed in."),
    50076: Refusal("interaction_required", "Multi-factor authentication is needed here.", 400, "basic_action"),
    50078: Refusal("interaction_required", "The multi-factor authentication has expired.", 400, "basic_action"),
    50079: Refusal("interaction_required", "The user must enrol in multi-factor authentication.", 400, "basic_action"),
    50105: Refusal("invalid_grant", "The user is not assigned to the application."),
    50126: Refusal("invalid_grant", "The user name or password is not valid."),
    50173: Refusal("invalid_grant", "The grant was revoked; a fresh sign-in is needed.", 400, "bad_token"),
    50194: Refusal("invalid_request", "The application serves one tenant only; /common cannot be used for it."),
    50196: Refusal("invalid_request", "The client sends the same request in a loop."),
    53003: Refusal("interaction_required", "Conditional Access does not allow a token here.", 400, "message_only"),
    54005: Refusal("invalid_grant", "The authorization code was already redeemed."),
    65001: Refusal("invalid_grant", "Nobody has consented to these permissions yet.", 400, "consent_required"),
    65004: Refusal("access_denied", "The user declined to consent."),
    70000: Refusal("invalid_grant", "The grant is malformed or was issued to another client."),
    70003: Refusal("unsupported_grant_type", "This grant type is not supported."),
    70005: Refusal("unsupported_response_type", "This response type is not supported."),
    70008: Refusal("invalid_grant", "The authorization code or refresh token has expired."),
    70011: Refusal("invalid_scope", "The scope is not valid."),
    90002: Refusal("invalid_request", "The tenant was not found."),
    90006: Refusal("temporarily_unavailable", "A service behind the login did not answer; try again.", 503),
    90013: Refusal("invalid_request", "A field of the request is not valid."),
    90014: Refusal("invalid_request", "A required field is missing."),
    90024: Refusal("temporarily_unavailable", "The request ran out of time; try again.", 503),
    90033: Refusal("temporarily_unavailable", "A passing error; try again.", 503),
    90094: Refusal("consent_required", "An administrator must grant these permissions."),
    90095: Refusal("consent_required", "An administrator must grant these permissions; a request may be sent to him."),
    501481: Refusal("invalid_grant", "The code_verifier does not match the code_challenge."),
    530003: Refusal("interaction_required", "The device must be managed to reach the resource.", 400, "message_only"),
    700005: Refusal("invalid_grant", "The authorization code is meant for another tenant."),
    700016: Refusal("unauthorized_client", "The application was not found in the tenant."),
    700023: Refusal("invalid_client", "The audience of the client assertion is not this token endpoint.", 401),
    700024: Refusal("invalid_client", "The client assertion is not within its time range.", 401),
    700027: Refusal("invalid_client", "The certificate of the client assertion is not registered.", 401),
    700082: Refusal("invalid_grant", "The refresh token expired by inactivity."),
    700084: Refusal("invalid_grant", "The refresh token of a single page app is over its 24 hours."),
    900144: Refusal("invalid_request", "The body lacks a parameter."),
    1002012: Refusal("invalid_scope", "Client credentials need the scope …/.default of one resource."),
    7000112: Refusal("unauthorized_client", "The application is disabled."),
    7000215: Refusal("invalid_client", "The client secret is wrong: send its value, not its ID.", 401),
    7000218: Refusal("invalid_client", "The body must hold client_secret or client_assertion.", 401),
    7000222: Refusal("invalid_client", "The client secret has expired.", 401),
    9001023: Refusal("invalid_request", "This grant needs a concrete tenant, not /common or /consumers."),
    9002313: Refusal("invalid_request", "The request is malformed."),
}


class LoginError(Exception):
    """The login refuses; `code` is one of REFUSALS, `detail` follows its text."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def refusal(self) -> Refusal:
        return REFUSALS[self.code]

    def description(self, now: datetime, trace_id: str, correlation_id: str) -> str:
        words = f"{self.refusal.text} {self.detail}".strip()
        return (
            f"AADSTS{self.code}: {words} Trace ID: {trace_id} Correlation ID: {correlation_id} "
            f"Timestamp: {now:%Y-%m-%d %H:%M:%SZ}"
        )

    def body(self, now: datetime, trace_id: str, correlation_id: str) -> dict[str, object]:
        payload: dict[str, object] = {
            "error": self.refusal.error,
            "error_description": self.description(now, trace_id, correlation_id),
            "error_codes": [self.code],
            "timestamp": f"{now:%Y-%m-%d %H:%M:%SZ}",
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
        }
        return payload | ({"suberror": self.refusal.suberror} if self.refusal.suberror else {})
