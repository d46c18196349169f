"""Who calls the help API, from its three headers. The session cookie of a forum member does not count here."""

from dataclasses import dataclass
from typing import Any

from litestar import Request

from kb.core.errors import NotSignedIn
from kb.core.saying import say
from kb.help.identifying import Caller, identify_caller
from kb.help.places import Place, read_place
from server.security.visitors import hash_visitor
from server.wiring import Services

TEXT_READ = 2_000
"""Characters of what was typed that are read: a long address line's worth. What is embedded is shorter still."""

TYPING_NAME = 40


async def provide_caller(request: Request[Any, Any, Any], services: Services) -> Caller:
    """For the routes' `caller` parameter. Refuses an unknown write key, and a token that is expired or not ours."""
    headers = request.headers
    return await identify_caller(
        write_key=headers.get("x-write-key", ""),
        token=headers.get("x-identity-token", ""),
        visitor=hash_visitor(request, services),
        distinct_id=headers.get("x-distinct-id", ""),
    )


def provide_place(page: str = "", element: str = "", release: str = "") -> Place:
    """Where on the product's page they are, both as events name them; `release` is the version of the product they run."""
    return read_place(page, element, release)


@dataclass(frozen=True, slots=True)
class HelpTyped:
    """What is being typed, the name the page gave this typing, and whether it is typed into a form that asks."""

    text: str
    typing: str
    asking: bool


def provide_typed(text: str = "", typing: str = "", asking: bool = False) -> HelpTyped:
    """A newer question with the same `typing`, a name the page made up for itself, ends this one. `asking`: into a form that asks;
    a few people by lot are shown nothing there, by whom the installation learns what suggestions spare."""
    return HelpTyped(text[:TEXT_READ], typing[:TYPING_NAME], asking)


def require_known(caller: Caller) -> None:
    """Raises `NotSignedIn` unless the product vouched for who this is."""
    if not caller.is_known:
        raise NotSignedIn(say("This is for customers the page can name."), {"token": say("missing")})
