"""What every page receives, and how one is rendered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Request, Response
from litestar.utils.scope.state import ScopeState

from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import now
from kb.core.saying import Said, remade
from kb.languages.catalogues import script_words
from kb.languages.offered import LANGUAGES
from kb.languages.telling import tell
from kb.status.standing import standing_now
from server.kept_fragments import put_token
from server.languages.negotiating import language_of
from server.templating import templates

SHARED = "public, max-age=0, must-revalidate"
"""Of pages that are the same for everybody who is not signed in: any cache may keep them, and asks before it shows them again."""


@dataclass(frozen=True, slots=True)
class Page:
    """Base of all pages. `title` stands in the browser's tab; `description` in search engines.

    `canonical` is the one path of this content, "" where it has none; `robots` what crawlers are asked; `kind` as Open Graph names
    it; `feed` the path of its Atom feed; `structured` JSON-LD, safe inside a script element; `card` the path of the picture that stands
    for it where it is linked, "" for the site's.
    """

    title: str
    description: str = field(default="", kw_only=True)
    canonical: str = field(default="", kw_only=True)
    robots: str = field(default="", kw_only=True)
    kind: str = field(default="website", kw_only=True)
    feed: str = field(default="", kw_only=True)
    structured: str = field(default="", kw_only=True)
    card: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class ErrorPage(Page):
    """A designed refusal."""

    status: int
    message: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Viewer:
    """The reader, as templates may know them."""

    actor: Actor

    @property
    def is_signed_in(self) -> bool:
        """Whether to show the account menu or the sign-in link."""
        return self.actor.is_signed_in

    @property
    def is_staff(self) -> bool:
        """Whether to show the staff navigation."""
        return self.actor.is_staff

    @property
    def name(self) -> str:
        """The reader's name."""
        return self.actor.name

    @property
    def username(self) -> str:
        """The reader's handle."""
        return self.actor.username

    @property
    def picture(self) -> str:
        """The path of the reader's picture, "" for none."""
        return self.actor.picture

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = self.actor.name.split()
        return "".join(word[0] for word in words[:2]).upper() or "?"

    @property
    def held_back_by(self) -> str:
        """Why the reader may not write for now, "" where nothing holds them back."""
        return self.actor.held_back_by or ""

    def may(self, permission: str) -> bool:
        """Whether the reader's role holds the permission."""
        return self.actor.may(permission)


@dataclass(frozen=True, slots=True)
class Flash:
    """A line shown once on the next page. `kind` is good, info, warn or bad."""

    kind: str
    text: str


def render(
    request: Request[Any, Any, Any],
    template: str,
    page: Page,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    shared: bool = False,
) -> Response[str]:
    """The page as HTML. `shared` says that all who are not signed in may see the same: for them it bears no token and may be kept.

    Anybody else's page is never kept by shared caches: it may be their own.
    """
    actor: Actor = request.scope.get("user") or ANONYMOUS
    flashes = _take_flashes(request)
    is_shared = shared and actor is ANONYMOUS and not flashes
    token = "" if is_shared else csrf_token(request)
    language = language_of(request)
    html = put_token(
        templates(language)
        .get_template(template)
        .render(
            page=page,
            viewer=Viewer(actor),
            flashes=flashes,
            current_path=request.url.path,
            now=now(),
            language=LANGUAGES[language],
            languages=LANGUAGES,
            script_words=script_words(language),
            standing=standing_now(),
            base_url=request.app.state.services.settings.base_url,
        ),
        token,
    )
    response = Response(html, status_code=status, media_type="text/html; charset=utf-8", headers=dict(headers or {}))
    response.headers.setdefault("Cache-Control", SHARED if is_shared else "private, no-store")
    response.headers["Content-Language"] = language
    if is_shared:
        response.headers["Vary"] = "Cookie, Authorization, HX-Request, Accept-Language"
    if flashes:
        response.delete_cookie(FLASH_COOKIE)
    return response


FLASH_COOKIE = "answerloop_flash"


def flash(response: Response[Any], kind: str, text: str) -> Response[Any]:
    """Show a line on the page that a redirect leads to; it travels in a short-lived cookie."""
    value = json.dumps([kind, _packed(text)]).encode().hex()
    response.set_cookie(key=FLASH_COOKIE, value=value, max_age=60, httponly=True, samesite="lax")
    return response


def _take_flashes(request: Request[Any, Any, Any]) -> list[Flash]:
    raw = request.cookies.get(FLASH_COOKIE, "")
    try:
        kind, packed = json.loads(bytes.fromhex(raw)) if raw else ("", "")
        text = tell(_unpacked(packed), language_of(request))
    except (ValueError, TypeError, LookupError):
        return []
    return [Flash(str(kind), text)] if text else []


def _packed(value: object) -> object:
    """A sentence travels as what it was made of, so that it is told in the language of the page that shows it."""
    if isinstance(value, Said):
        return [value.msgid, value.plural, {name: _packed(one) for name, one in value.values.items()}]
    return value if isinstance(value, str | int) else str(value)


def _unpacked(packed: Any) -> Any:
    if not isinstance(packed, list):
        return packed
    msgid, plural, values = packed
    return remade(str(msgid), str(plural), {str(name): _unpacked(one) for name, one in values.items()})


def csrf_token(request: Request[Any, Any, Any]) -> str:
    """The token that the page's forms send back."""
    return str(request.cookies.get("csrftoken") or ScopeState.from_scope(request.scope).csrf_token or "")
