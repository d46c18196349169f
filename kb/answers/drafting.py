"""A new article with its first revision, written afresh or drafted from answers (`promoting`)."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kb.answers.gathering import SourcedPassage
from kb.answers.rules import check_article, choose_slug, clean_body, clean_line
from kb.answers.tracing import note_trace
from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.drafts.keeping import forget_draft
from kb.drafts.places import ARTICLE
from kb.languages.offered import SOURCE
from kb.text.markdown import render_markdown


@dataclass(frozen=True, slots=True)
class NewArticle:
    """What somebody wrote. `source` and `source_id` name where an imported one came from, and keep it from doubling.

    `trace` holds the passages of a text that was drafted, with the answers they come from."""

    title: str
    body: str
    visibility: str = "public"
    cluster_id: UUID | None = None
    space_id: UUID | None = None
    note: str = ""
    source: str | None = None
    source_id: str | None = None
    from_answer_id: UUID | None = None
    language: str = SOURCE
    masked: Mapping[str, int] = field(default_factory=dict)
    trace: Sequence[SourcedPassage] = ()


@dataclass(frozen=True, slots=True)
class DraftedArticle:
    """Where the draft is found."""

    id: UUID
    number: int
    slug: str


async def write_article(actor: Actor, draft: NewArticle, *, drafted: bool = False) -> DraftedArticle:
    """A draft with its first revision. The same source, or the same answer, leads to the article there is.

    `drafted` says that a form sent it: what was kept while it was typed goes with it.
    """
    actor.require(Permission.ARTICLE_DRAFT)
    title, body, note = clean_line(draft.title), clean_body(draft.body), clean_line(draft.note)
    check_article(title=title, body=body, visibility=draft.visibility, note=note)
    rendered = await asyncio.to_thread(render_markdown, body)
    async with unit_of_work(actor) as unit:
        await _take_turn(draft)
        if known := await _find_known(draft):
            return known
        article = await _insert_article(unit, draft, title=title, body_html=rendered.html)
        await insert_revision(
            unit, article.id, 1, RevisionText(title, body, rendered.html, rendered.renderer_version, note, draft.masked)
        )
        await note_trace(unit, article.id, draft.trace)
        unit.audit("article.draft", "article", article.id, from_answer_id=draft.from_answer_id, masked=draft.masked)
        if drafted and actor.person_id:
            await forget_draft(actor.person_id, ARTICLE)
    return article


@dataclass(frozen=True, slots=True)
class RevisionText:
    """A revision ready to be stored; of a translation, with the revision of the original it `translated`."""

    title: str
    body: str
    html: str
    renderer: str
    note: str
    masked: Mapping[str, int] = field(default_factory=dict)
    translated: int | None = None


async def insert_revision(unit: UnitOfWork, article_id: UUID, number: int, text: RevisionText) -> None:
    """Part of the writes of this room: one row of an article's history."""
    await execute(
        "insert into article_revision (article_id, number, title, body_source, body_html, renderer, author_id, note, masked, created_at,"
        "   translated_revision) values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11)",
        article_id,
        number,
        text.title,
        text.body,
        text.html,
        text.renderer,
        unit.actor.person_id,
        text.note,
        json.dumps(dict(text.masked)),
        unit.now,
        text.translated,
    )


async def _take_turn(draft: NewArticle) -> None:
    """Two agents promoting the same answer at the same moment make one article."""
    key = str(draft.from_answer_id or (draft.source and f"{draft.source}:{draft.source_id}") or "")
    if key:
        await execute("select pg_advisory_xact_lock(hashtextextended('article:' || $1::text, 0))", key)


async def _find_known(draft: NewArticle) -> DraftedArticle | None:
    row = await fetch_one(
        "select id, number, slug from article where (from_answer_id = $1 and state <> 'archived')"
        " or (source = $2 and source_id = $3)",
        draft.from_answer_id,
        draft.source,
        draft.source_id,
    )
    return DraftedArticle(**row) if row else None


async def _insert_article(unit: UnitOfWork, draft: NewArticle, *, title: str, body_html: str) -> DraftedArticle:
    article_id, slug = new_id(), choose_slug(title)
    number = await fetch_value(
        "insert into article (id, title, slug, visibility, revision, body_html, cluster_id, space_id, from_answer_id,"
        "   author_id, created_at, updated_at, source, source_id, language)"
        " values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13) returning number",
        article_id,
        title,
        slug,
        draft.visibility,
        body_html,
        draft.cluster_id,
        draft.space_id,
        draft.from_answer_id,
        unit.actor.person_id,
        unit.now,
        draft.source,
        draft.source_id,
        draft.language,
    )
    return DraftedArticle(article_id, number, slug)
