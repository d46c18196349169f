"""A reader who is not signed in, told apart by a random number in a signed cookie: it is set when they first say something of an
article, and stands for nobody anywhere else."""

import hashlib
import hmac
import secrets
from typing import Any

from litestar import Request, Response

from server.wiring import Services

READER_COOKIE = "answerloop_reader"
YEAR = 365 * 24 * 3600


def find_reader(request: Request[Any, Any, Any], services: Services) -> str:
    """The number out of the cookie; a new one where there is none, or one that we did not sign."""
    number, _, signature = request.cookies.get(READER_COOKIE, "").partition(".")
    is_ours = number and hmac.compare_digest(signature.encode(), _sign(number, services).encode())
    return number if is_ours else secrets.token_hex(16)


def remember_reader(response: Response[Any], reader: str, services: Services) -> Response[Any]:
    """Have the browser keep it for a year; scripts do not see it."""
    response.set_cookie(
        key=READER_COOKIE,
        value=f"{reader}.{_sign(reader, services)}",
        max_age=YEAR,
        httponly=True,
        samesite="lax",
        secure=services.settings.is_secure,
    )
    return response


def _sign(number: str, services: Services) -> str:
    key = services.settings["SECRET_KEY"].encode()
    return hmac.new(key, f"reader:{number}".encode(), hashlib.sha256).hexdigest()[:32]
