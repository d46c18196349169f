"""What those who write and review articles read, and where an article belongs, for programs: /api/v1/articles/{number}/…"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import get, post, put

from kb.answers.access import find_article_id
from kb.answers.article_lists import ArticleLine, list_drafts
from kb.answers.promoting import draft_article
from kb.answers.queries import get_article, get_revision
from kb.answers.reviewing import get_review
from kb.answers.revising import place_article
from kb.answers.tracing import TracedPassage
from kb.clusters.queries import get_cluster
from kb.core.actor import Actor
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.spaces import find_space
from kb.text.differences import DiffLine
from server.answers.api_writing import DraftedOut, RevisionOut, revision_out
from server.lists import CursorIn, Items, LimitIn, part_of
from server.security.guards import requires
from server.wiring import Services

DRAFT = [requires(Permission.ARTICLE_DRAFT)]


@dataclass(frozen=True, slots=True)
class StateOut:
    """How the article stands: draft, review, published or archived. `revision` is the newest, `published_revision` what readers see."""

    number: int
    state: str
    visibility: str
    revision: int
    published_revision: int | None
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewOut:
    """The newest revision beside the text it would take the place of. `personal` is what still looks like personal data, `passages`
    are its paragraphs and steps with the answers they come from, `refused_because` says why its readers may not read it yet."""

    number: int
    state: str
    title: str
    old_title: str
    revision: int
    compared_with: str
    author: str
    note: str
    lines: list[DiffLine]
    masked: Mapping[str, int]
    personal: list[str]
    from_private: bool
    passages: list[TracedPassage]
    refused_because: str


@dataclass(frozen=True, slots=True)
class WholeRevisionOut:
    """A revision with its safe HTML and what it changed in the one before."""

    revision: RevisionOut
    html: str
    changes: list[DiffLine]


@dataclass(frozen=True, slots=True)
class AudienceIn:
    """Who may read it, the slug of its section and the number of the cluster it answers; "" and null for none."""

    visibility: str
    section: str = ""
    cluster: int | None = None


@post("/api/v1/answers/{answer_id:uuid}/article", guards=DRAFT)
async def api_promote_answer(actor: Actor, answer_id: UUID) -> DraftedOut:
    """A draft from an answer, personal data masked; an answer that has its article already leads to that one."""
    drafted = await draft_article(actor, answer_id)
    return DraftedOut(drafted.number, (await get_article(actor, drafted.number)).revision)


@get("/api/v1/article-drafts", guards=DRAFT)
async def api_list_article_drafts(
    actor: Actor,
    only: Literal["draft", "review", "archived"] = "draft",
    cursor: CursorIn = "",
    limit: LimitIn = 50,
) -> Items[ArticleLine]:
    """What is being written (with published articles that have newer text), waits for review, or is archived."""
    found = await list_drafts(actor, only)
    return part_of(found, lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


@get("/api/v1/articles/{number:int}/review", guards=DRAFT)
async def api_get_review(actor: Actor, services: Services, number: int) -> ReviewOut:
    """What publishing would change."""
    least = services.settings.label_people
    found = await get_review(actor, await find_article_id(actor, number), least_people=least)
    return ReviewOut(
        found.number, found.state, found.title, found.old_title, found.revision, found.compared_with,
        found.author, found.note, list(found.lines), found.masked, list(found.personal), found.from_private,
        list(found.passages), found.refused_because,
    )  # fmt: skip


@get("/api/v1/articles/{number:int}/revisions/{revision:int}", guards=DRAFT)
async def api_get_revision(actor: Actor, number: int, revision: int) -> WholeRevisionOut:
    """One revision."""
    found = await get_revision(actor, await find_article_id(actor, number), revision)
    return WholeRevisionOut(revision_out(found.line), found.body_html, list(found.changes))


@put("/api/v1/articles/{number:int}/audience", guards=DRAFT)
async def api_place_article_for(actor: Actor, services: Services, number: int, data: AudienceIn) -> StateOut:
    """Choose who may read it, its section, and the cluster it answers; its answer follows at once. 422 where a published text from
    tickets would be read outside staff and too few people asked about it."""
    space = await find_space(actor, data.section) if data.section else None
    if data.section and space is None:
        raise Invalid(say("The section is unknown."), {"section": say("Name a space by its slug.")})
    article_id, cluster_id = await find_article_id(actor, number), await _find_cluster(actor, data.cluster)
    space_id = space.id if space else None
    await place_article(
        actor,
        article_id,
        visibility=data.visibility,
        space_id=space_id,
        cluster_id=cluster_id,
        least_people=services.settings.label_people,
    )
    return await _state(actor, number)


async def _find_cluster(actor: Actor, number: int | None) -> UUID | None:
    try:
        return None if number is None else (await get_cluster(actor, number)).id
    except NotFound:
        said = say("There is no cluster of this number.")
        raise Invalid(say("The cluster is unknown."), {"cluster": said}) from None


async def _state(actor: Actor, number: int) -> StateOut:
    a = await get_article(actor, number)
    return StateOut(a.number, a.state, a.visibility, a.revision, a.published_revision, a.verified_at)


ROUTES: list[Any] = [
    api_promote_answer,
    api_list_article_drafts,
    api_get_review,
    api_get_revision,
    api_place_article_for,
]
