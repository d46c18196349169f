"""A template shown in a real browser without a server: its files come from the build, its other requests from the test."""

import mimetypes
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Request, Route, async_playwright

from kb.core.actor import Actor
from kb.core.clock import now
from kb.languages.offered import LANGUAGES
from kb.people.sessions import open_session
from server import pages
from server.kept_fragments import put_token
from server.security.headers import HEADERS
from server.security.identifying import SESSION_COOKIE
from server.templating import FRONTEND, templates
from tests.support.browser import QUIET, find_browser

ORIGIN = "http://localhost"
"""Never connected to; a name that browsers trust as they trust https."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers."""

    body: str = ""
    kind: str = "text/html"
    status: int = 200


@dataclass(slots=True)
class Shown:
    """An open page, what it asked for, and what it complained of."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def asked(self, path: str) -> list[Request]:
        """The requests to one address."""
        return [request for request in self.requests if urlsplit(request.url).path == path]


def render_template(name: str) -> str:
    """A template as a signed-in member of staff receives it."""
    viewer = SimpleNamespace(
        is_signed_in=True,
        is_staff=True,
        name="Ines Duarte",
        username="ines",
        initials="ID",
        picture="",
        held_back_by="",
        may=lambda _: True,
    )
    html = (
        templates()
        .get_template(name)
        .render(
            page=pages.Page("A page", structured="[]"),
            viewer=viewer,
            flashes=[],
            current_path="/dev/styleguide",
            now=now(),
            language=LANGUAGES["en"],
            languages=LANGUAGES,
            script_words="{}",
            standing=(),
            base_url=ORIGIN,
        )
    )
    return put_token(html, "the-token")


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A browser for many pages: starting one takes seconds."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=list(QUIET))
        yield browser
        await browser.close()


@asynccontextmanager
async def signed_in(browser: Browser, base: str, actor: Actor, **how: Any) -> AsyncIterator[Page]:
    """A page of theirs on a served app, closed at the end: else its live line keeps the server from stopping."""
    assert actor.person_id
    context = await browser.new_context(**how)
    context.set_default_timeout(10_000)
    token = await open_session(actor.person_id, user_agent="tests")
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    try:
        yield await context.new_page()
    finally:
        await context.close()


@asynccontextmanager
async def show(
    browser: Browser,
    html: str,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    answers: Mapping[str, Answer] | None = None,
) -> AsyncIterator[Shown]:
    """Open `html` under the service's own security headers; an address that nobody answers is a 404."""
    known = {"/": Answer(html), "/live": Answer(status=204), **(answers or {})}

    async def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = FRONTEND / "dist" / path.removeprefix("/static/")
        if path.startswith("/static/") and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "font/woff2"
            await route.fulfill(body=file.read_bytes(), headers={**HEADERS, "content-type": kind})
            return
        answer = known.get(path, Answer(status=404))
        headers = {**HEADERS, "content-type": f"{answer.kind}; charset=utf-8"}
        await route.fulfill(status=answer.status, body=answer.body, headers=headers)

    context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = await context.new_page()
    shown = Shown(page)

    def note(request: Request) -> None:
        shown.requests.append(request)

    await context.route("**/*", serve)
    page.on("request", note)
    page.on("pageerror", lambda error: shown.complaints.append(str(error)))
    page.on("console", lambda said: shown.complaints.append(said.text) if said.type == "error" else None)
    await page.goto(f"{ORIGIN}/")
    yield shown
    await context.close()
