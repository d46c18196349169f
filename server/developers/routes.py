"""The page for developers. All it says of scopes, limits and lists is read out of the code that keeps them."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get

from kb.core.saying import Said, say
from kb.people.api_keys import CALLS_A_MINUTE
from kb.people.scopes import SCOPES
from server.developers.examples import EXAMPLES, Example
from server.developers.widget import WIDGET, Widget
from server.lists import MOST
from server.pages import Page, render
from server.security.guards import PUBLIC


@dataclass(frozen=True, slots=True)
class DevelopersPage(Page):
    """What the page shows. `document` is the path of the OpenAPI document."""

    base_url: str
    examples: tuple[Example, ...]
    scopes: list[tuple[str, Said]]
    calls_a_minute: int
    most: int
    document: str = "/schema/openapi.json"
    widget: Widget = WIDGET


@get("/developers", opt=PUBLIC)
async def show_developers(request: Request[Any, Any, Any]) -> Response[Any]:
    """How programs use this service."""
    base: str = request.app.state.services.settings.base_url
    scopes = [(scope.value, words) for scope, words in SCOPES.items()]
    page = DevelopersPage(say("For developers"), base, EXAMPLES, scopes, CALLS_A_MINUTE, MOST, canonical="/developers")
    return render(request, "developers/developers.html", page, shared=True)


DEVELOPERS_ROUTES: list[Any] = [show_developers]
