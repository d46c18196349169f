"""One thing done with many topics of a space's list, and taken back as one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import access_topic_number
from kb.forum.arranging_many import MOST, Batch, arrange_many, get_batch, take_back_batch
from kb.forum.spaces import list_spaces
from server.errors import STATUS
from server.pages import Page, flash, render
from server.security.guards import requires

ARRANGE = [requires(Permission.TOPIC_ARRANGE)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class ManyPage(Page):
    """A refused choice, with everything as it was sent. `spaces` are choices of (slug, name); `back` leads to the list."""

    numbers: list[int]
    action: str
    space: str
    words: str
    back: str
    spaces: list[tuple[str, str]]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchPage(Page):
    """What was done with many topics, and whether it was taken back."""

    batch: Batch
    back: str


@dataclass(frozen=True, slots=True)
class ManyIn:
    """The numbers of at most a hundred topics, and what is done with them; `detail` is the space, the tags or the reason."""

    topics: list[int]
    action: Literal["move", "tag", "lock", "hide", "unlist"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BatchOut:
    """What was done with how many; the others stood so already."""

    id: UUID
    action: str
    changed: int
    undone: bool


@post("/topics/arranging", guards=ARRANGE)
async def arrange(request: Asked, actor: Actor) -> Response[Any]:
    """Do it with all that are ticked; a refusal shows the choice again as it was."""
    form = await request.form()
    sent = {name: str(form.get(name, "")) for name in ("action", "space", "words", "back")}
    numbers = [
        int(one) for one in form.getall("topic", []) if isinstance(one, str) and one.isdecimal() and len(one) < 16
    ]
    try:
        ids = [(await access_topic_number(actor, number)).id for number in numbers[: MOST + 1]]
        detail = sent["space"] if sent["action"] == "move" else sent["words"]
        done = await arrange_many(actor, ids, sent["action"], detail=detail)
    except Invalid as refusal:
        page = ManyPage(
            say("Many topics"), numbers=numbers[:MOST], spaces=await _spaces(actor), errors=refusal.fields,
            action=sent["action"], space=sent["space"], words=sent["words"], back=_list_of(sent["back"]),
        )  # fmt: skip
        return render(request, "forum/arrange_many.html", page, status=STATUS[Invalid])
    return Redirect(f"/topics/arranging/{done.id}?back={_list_of(sent['back'])}", status_code=303)


@get("/topics/arranging/{batch_id:uuid}", guards=ARRANGE)
async def show_batch(request: Asked, actor: Actor, batch_id: UUID, back: str = "/") -> Response[Any]:
    """What was done, with the button that takes it back."""
    page = BatchPage(say("Many topics"), await get_batch(actor, batch_id), _list_of(back))
    return render(request, "forum/arranged_many.html", page)


@post("/topics/arranging/{batch_id:uuid}/removal", guards=ARRANGE)
async def take_back(request: Asked, actor: Actor, batch_id: UUID) -> Response[Any]:
    """Take all of it back."""
    form = await request.form()
    await take_back_batch(actor, batch_id)
    return flash(
        Redirect(_list_of(str(form.get("back", ""))), status_code=303),
        "good",
        say("Taken back: they are as they were."),
    )


@post("/api/v1/topic-batches", guards=ARRANGE)
async def api_arrange_many(actor: Actor, data: ManyIn) -> BatchOut:
    """Do one thing with many topics, with all of them or with none."""
    ids = [(await access_topic_number(actor, number)).id for number in data.topics[: MOST + 1]]
    return _out(await arrange_many(actor, ids, data.action, detail=data.detail))


@delete("/api/v1/topic-batches/{batch_id:uuid}", guards=ARRANGE, status_code=200)
async def api_take_back_batch(actor: Actor, batch_id: UUID) -> BatchOut:
    """Take all of it back; what somebody changed since stays."""
    await take_back_batch(actor, batch_id)
    return _out(await get_batch(actor, batch_id))


def _out(batch: Batch) -> BatchOut:
    return BatchOut(batch.id, batch.action, batch.changed, batch.is_undone)


def _list_of(back: str) -> str:
    """Only a space's list: no other place is led to."""
    return back if back.startswith("/s/") and "\\" not in back else "/"


async def _spaces(actor: Actor) -> list[tuple[str, str]]:
    return [(space.slug, space.name) for space in await list_spaces(actor) if not space.is_archived]
