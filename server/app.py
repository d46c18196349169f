"""The web application, put together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware

from kb.clusters.following import keep_following
from kb.core import outbox
from kb.core.actor import Actor
from kb.core.database import close_database, open_database
from kb.standing.reading import ReadingNotes, keep_reading
from server.answering_once import AnswerOnce
from server.conditional_api import ConditionalApi
from server.describing_api import API_DOCUMENT, describe_refusals
from server.errors import EXCEPTION_HANDLERS
from server.heads import answer_head
from server.imports.leading_on import know_former_topics
from server.rooms import ROUTES
from server.security.headers import SecurityHeaders
from server.security.identifying import IdentifyActor
from server.shared_pages import SharedPages
from server.status.standing import look_at_incidents
from server.wiring import Services

MAX_BODY = 20 * 1024 * 1024
"""The largest batch an event SDK sends (reference: 20 MB); pages and forms set narrower limits of their own."""


def create_app(services: Services, *, opens_database: bool = True) -> Litestar:
    """The app over these services. Tests that hold a database open already pass `opens_database=False`."""
    reading = ReadingNotes()
    describe_refusals(ROUTES)
    app = Litestar(
        route_handlers=ROUTES,
        lifespan=[_living(services, reading, opens_database=opens_database)],
        state=State({"services": services, "reading": reading}),
        dependencies={
            "actor": Provide(provide_actor, sync_to_thread=False),
            "services": Provide(provide_services, sync_to_thread=False),
        },
        middleware=[
            SharedPages(float(services.settings["SHARED_PAGES_SECONDS"]), services.settings["DEFAULT_LANGUAGE"]),
            SecurityHeaders(),
            DefineMiddleware(IdentifyActor),
            ConditionalApi(),
            AnswerOnce(MAX_BODY),
        ],
        before_request=look_at_incidents,
        csrf_config=_csrf(services),
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=API_DOCUMENT,
        request_max_body_size=MAX_BODY,
        logging_config=None,
    )
    app.asgi_handler = answer_head(know_former_topics(app.asgi_handler))
    return app


def _living(
    services: Services, reading: ReadingNotes, *, opens_database: bool
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """What runs beside the requests, begun before the first and ended after the last."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        if opens_database:
            await open_database(services.settings["DATABASE_URL"])
        outbox.set_publisher(services.queue.offer)
        following = asyncio.create_task(keep_following(services.embedder))
        writing = asyncio.create_task(keep_reading(reading))
        yield
        following.cancel()
        writing.cancel()
        await reading.write_down()
        await services.live.close()
        await services.queue.close()
        await services.ways.index.close()
        if opens_database:
            await close_database()

    return lifespan


def provide_actor(request: Any) -> Actor:
    """Who is calling, for the routes' `actor` parameter."""
    actor: Actor = request.user
    return actor


def provide_services(state: State) -> Services:
    """The services, for the routes' `services` parameter."""
    services: Services = state.services
    return services


def _csrf(services: Services) -> CSRFConfig:
    """Every unsafe method needs the page's token, but for programs: the API ignores cookies there (see identifying)."""
    return CSRFConfig(
        secret=services.settings["SECRET_KEY"],
        cookie_httponly=True,
        cookie_secure=services.settings.is_secure,
        cookie_samesite="lax",
        exclude=["^/api/"],
        exclude_from_csrf_key="exclude_from_csrf",
    )
