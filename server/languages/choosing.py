"""Choosing a language: in this browser, and for good where somebody is signed in."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import NotAllowed
from kb.core.saying import say
from kb.languages.offered import require_language
from kb.people.choosing_language import choose_language
from server.languages.negotiating import LANGUAGE_COOKIE
from server.people.forms import local_path, read_text
from server.security.guards import PUBLIC

FREE = {**PUBLIC, "exclude_from_csrf": True}
"""Pages that strangers share hold no token. What a foreign site could do with it is change a stranger's language."""

YEAR = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Choice:
    """A language's code; "" leaves it to the browser."""

    language: str


@post("/language", opt=FREE, status_code=303)
async def show_in_language(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """The page that the form stood on, in another language from now on."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise NotAllowed(say("A language is chosen on the pages themselves."))
    form = await read_text(request)
    code = require_language(form.get("language", ""))
    if actor.is_signed_in:
        await choose_language(actor, code)
    back = Redirect(local_path(form.get("next", "")), status_code=303)
    back.set_cookie(key=LANGUAGE_COOKIE, value=code, max_age=YEAR, httponly=True, samesite="lax")
    return back


@put("/api/v1/people/me/language", opt=PUBLIC)
async def api_choose_language(actor: Actor, data: Choice) -> Choice:
    """The language in which pages, notices and mails speak to the caller; `""` leaves it to the browser."""
    await choose_language(actor, data.language)
    return data
