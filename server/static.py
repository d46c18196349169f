"""Built files. Their names carry a hash, so browsers may keep them for ever."""

from litestar.static_files import create_static_files_router

from server.security.guards import PUBLIC
from server.templating import FRONTEND

(FRONTEND / "dist").mkdir(parents=True, exist_ok=True)

static_files = create_static_files_router(
    path="/static",
    directories=[FRONTEND / "dist"],
    cache_control=None,
    opt=PUBLIC,
    include_in_schema=False,
)
