"""Send a content security policy with every page: no inline scripts or styles, nothing from elsewhere."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

HEADER = "Content-Security-Policy"
POLICY = (
    "default-src 'self'; "
    "script-src 'self'; "
    "style-src 'self'; "  # the calendar grid positions events by the object model, which is not inline style
    "img-src 'self' data:; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)


class ContentSecurity(MiddlewareMixin):
    """Adds the policy to answers that do not carry one of their own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        del request
        response.headers.setdefault(HEADER, POLICY)
        return response
