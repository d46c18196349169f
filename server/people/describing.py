"""One's own profile: what one says about oneself, and one's picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid, TooLarge, TooMany, Unavailable
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.files.faces import drop_face, take_face
from kb.files.rules import MAX_BYTES
from kb.people.describing import describe_oneself
from kb.people.profiles import OwnWords, get_own_words
from server.errors import STATUS
from server.pages import Page, flash, render
from server.people.forms import read_text
from server.security.guards import requires
from server.wiring import Services

Asked = Request[Any, Any, Any]
WRITE = [requires(Permission.POST_WRITE)]
Refusal = Invalid | TooLarge | TooMany | Unavailable


@dataclass(frozen=True, slots=True)
class OwnProfilePage(Page):
    """The form of one's own profile, as typed so far, and the picture there is ("" for none)."""

    words: OwnWords
    picture: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PictureOut:
    """Where the picture is found."""

    url: str


@get("/me/profile", guards=WRITE)
async def show_own_words(request: Asked, actor: Actor) -> Response[Any]:
    """The form."""
    return _show(request, actor, await get_own_words(actor))


@post("/me/profile", guards=WRITE)
async def change_own_words(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """Store it; a refusal shows the form again with everything typed."""
    sent = await read_text(request)
    keys = ("name", "headline", "pronouns", "place", "website", "about")
    words = OwnWords(**{key: sent.get(key, "") for key in keys}, hides_profile=sent.get("hides_profile") == "1")
    try:
        await describe_oneself(actor, words)
        await _take_sent_face(request, actor, services)
    except (Invalid, TooLarge, TooMany, Unavailable) as refusal:
        return _show(request, actor, words, refusal)
    return flash(Redirect(f"/people/{actor.username}", status_code=303), "good", say("Your profile is saved."))


@post("/me/picture/removal", guards=WRITE)
async def remove_picture(actor: Actor) -> Response[Any]:
    """Back to initials."""
    await drop_face(actor)
    return flash(Redirect("/me/profile", status_code=303), "good", say("The picture is gone."))


@get("/api/v1/me/profile", guards=WRITE)
async def api_get_own_words(actor: Actor) -> OwnWords:
    """What the caller says about themselves, as typed."""
    return await get_own_words(actor)


@put("/api/v1/me/profile", guards=WRITE)
async def api_change_own_words(actor: Actor, data: OwnWords) -> OwnWords:
    """Replace what the caller says about themselves."""
    await describe_oneself(actor, data)
    return await get_own_words(actor)


@post("/api/v1/me/picture", guards=WRITE)
async def api_take_picture(request: Asked, actor: Actor, services: Services) -> PictureOut:
    """Multipart/form-data with the field `file`: the middle of it becomes the caller's picture."""
    path = await _take_sent_face(request, actor, services, name="file")
    if not path:
        raise Invalid(say("Choose a file."), {"file": say("Choose a file.")})
    return PictureOut(services.settings.base_url + path)


@delete("/api/v1/me/picture", guards=WRITE)
async def api_remove_picture(actor: Actor) -> None:
    """Back to initials."""
    await drop_face(actor)


async def _take_sent_face(request: Asked, actor: Actor, services: Services, *, name: str = "picture") -> str:
    sent = (await request.form()).get(name)
    if not isinstance(sent, UploadFile) or not sent.filename:
        return ""
    return await take_face(actor, await sent.read(MAX_BYTES + 1), store=services.files)


def _show(request: Asked, actor: Actor, words: OwnWords, refusal: Refusal | None = None) -> Response[Any]:
    errors = (refusal.fields or {"": refusal.message}) if refusal else {}
    page = OwnProfilePage(say("Your profile"), words, actor.picture, errors, robots="noindex")
    return render(request, "people/own_profile.html", page, status=STATUS[type(refusal)] if refusal else 200)
