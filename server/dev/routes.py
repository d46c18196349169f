"""The living style guide: every component in both schemes."""

from typing import Any

from litestar import Request, Response, get

from server.pages import Page, render
from server.security.guards import PUBLIC


@get("/dev/styleguide", opt=PUBLIC)
async def show_styleguide(request: Request[Any, Any, Any]) -> Response[Any]:
    """What pages are made of."""
    return render(request, "styleguide.html", Page("Style guide"))
