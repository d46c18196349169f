"""For load balancers: alive, and ready to serve."""

from litestar import get

from kb.core.database import fetch_value
from kb.core.errors import Unavailable
from kb.core.saying import say
from server.security.guards import PUBLIC


@get("/healthz", opt=PUBLIC)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", opt=PUBLIC)
async def readyz() -> dict[str, str]:
    """The process can reach its database; without it no page can be made."""
    try:
        await fetch_value("select 1")
    except Exception as error:
        raise Unavailable(say("The database does not answer.")) from error
    return {"status": "ready"}
