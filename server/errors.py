"""The one table from refusals to statuses, and the three shapes they are told in: page, fragment and JSON."""

from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.utils.scope.state import ScopeState

from kb.core.errors import (
    Conflict,
    Gone,
    Invalid,
    KbError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PreconditionFailed,
    TooLarge,
    TooMany,
    Unavailable,
)
from kb.core.saying import say
from kb.languages.telling import tell
from server.drafts.fields import kept_fields
from server.languages.negotiating import language_of
from server.pages import ErrorPage, render

log = structlog.get_logger()

STATUS: dict[type[KbError], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    PreconditionFailed: 412,
    TooLarge: 413,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}

_HTTP_CODES = {
    400: "invalid",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_many",
}

WIRE_PREFIXES = ("/api/", "/e/", "/batch/", "/capture/", "/i/", "/v1/", "/flags/", "/decide/", "/array/", "/hooks/")


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Programs get JSON: by address, or because they ask for it and not for HTML."""
    accepted = request.headers.get("accept", "")
    asks = "application/json" in accepted and "text/html" not in accepted
    return asks or f"{request.url.path}/".startswith(WIRE_PREFIXES)


def error_body(code: str, message: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    """The one JSON error shape."""
    return {"error": {"code": code, "message": message, "fields": fields or {}}}


def answer_kb_error(request: Request[Any, Any, Any], error: KbError) -> Response[Any]:
    """A refusal of kb."""
    status = next((s for kind, s in STATUS.items() if isinstance(error, kind)), 400)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    return _answer(request, status, error.code, error.message, fields=error.fields, headers=headers)


def answer_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """A refusal of the framework: unknown address, wrong method, malformed body."""
    code = _HTTP_CODES.get(error.status_code, "error")
    fields = {str(e.get("key", "body")): str(e.get("message", "")) for e in error.extra or [] if isinstance(e, dict)}
    message = say("There is nothing at this address.") if error.status_code == 404 else error.detail
    return _answer(request, error.status_code, code, message, fields=fields, headers=dict(error.headers or {}))


def answer_crash(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Our own fault: logged whole, told in one sentence."""
    # the route, not the address: what stands in that may be a secret
    log.error("request.crashed", path=request.scope.get("path_template", ""), exc_info=error)
    return _answer(request, 500, "error", say("Something broke on our side. It has been noted."), fields={}, headers={})


def _answer(
    request: Request[Any, Any, Any],
    status: int,
    code: str,
    message: str,
    *,
    fields: dict[str, str],
    headers: dict[str, str],
) -> Response[Any]:
    if wants_json(request):
        language = language_of(request)
        said = {name: tell(text, language) for name, text in fields.items()}
        return Response(
            error_body(code, tell(message, language), said),
            status_code=status,
            headers=headers,
            media_type="application/json",
        )
    if status == 401 and request.method == "GET" and "hx-request" not in request.headers:
        back = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="/")
        return Redirect(f"/sign-in?next={back}", status_code=303)
    if status == 401 and (kept := _typed_so_far(request)):
        page = ErrorPage(title=say("Sign in"), status=status, message=message, fields=kept)
        return render(request, "people/sign_in_again.html", page, status=status, headers=headers)
    template = "errors/_error.html" if "hx-request" in request.headers else "errors/error.html"
    page = ErrorPage(title=message, status=status, message=message, fields=fields)
    return render(request, template, page, status=status, headers=headers)


def _typed_so_far(request: Request[Any, Any, Any]) -> dict[str, str]:
    """What stands in a form whose session is over, as the check of its token has read it; {} for other forms."""
    form = ScopeState.from_scope(request.scope).form
    fields = form if isinstance(form, dict) else {}
    return kept_fields({name: value for name, value in fields.items() if isinstance(value, str)})


EXCEPTION_HANDLERS: dict[Any, Any] = {
    KbError: answer_kb_error,
    HTTPException: answer_http_error,
    Exception: answer_crash,
}
