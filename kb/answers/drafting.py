"""A new article: grown from answers, masked on the way, or written afresh."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kb.answers.gathering import Source, SourcedPassage, gather_passages
from kb.answers.masking import Masked, mask
from kb.answers.passages import join_passages
from kb.answers.rules import TITLE_MAX, TITLE_MIN, VISIBILITIES, check_article, choose_slug, clean_body, clean_line
from kb.answers.texts import AnswerText, get_answer_text
from kb.answers.tracing import note_trace
from kb.clusters.queries import label_for
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.drafts.keeping import forget_draft
from kb.drafts.places import ARTICLE
from kb.languages.offered import SOURCE
from kb.text.courtesies import without_courtesies
from kb.text.markdown import MAX_SOURCE, render_markdown


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


async def draft_article(actor: Actor, answer_id: UUID, also: Sequence[UUID] = ()) -> DraftedArticle:
    """A draft from an answer and what further ones (`also`, the best first) add to it, personal data masked.

    Each passage keeps where it comes from. An answer that has its article already leads to that one.
    """
    actor.require(Permission.ARTICLE_DRAFT)
    answer = await get_answer_text(actor, answer_id)
    if answer.kind == "article":
        raise Conflict(say("This answer is an article already."))
    further = [await get_answer_text(actor, one) for one in also if one != answer_id]
    label = await label_for(ANONYMOUS, answer.cluster_id) if answer.is_private and answer.cluster_id else ""
    draft = await asyncio.to_thread(_masked_draft, [answer, *further], label)
    return await write_article(actor, draft)


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


def _masked_draft(answers: Sequence[AnswerText], label: str) -> NewArticle:
    """What readers of an article may see of the answers. A ticket's draft is public only in wish: nobody reads it unapproved.

    Its title is what everybody calls the cluster (`label`), where there is such a name, sooner than one customer's subject.
    """
    best = answers[0]
    title = _mask_of(best, label[:1].upper() + label[1:] if label else clean_line(best.title))
    bodies = [_mask_of(one, clean_body(without_courtesies(one.body_source))) for one in answers]
    gathered = gather_passages(
        [Source(one.id, one.revision, body.text) for one, body in zip(answers, bodies, strict=True)]
    )
    gathered = _fitting(gathered)
    return NewArticle(
        title=_fitting_title(title.text),
        body=join_passages([one.passage for one in gathered]),
        visibility=_visibility_of(answers),
        cluster_id=best.cluster_id,
        space_id=best.space_id,
        note=_note_of(answers),
        from_answer_id=best.id,
        masked=_sum_of([title, *bodies]),
        trace=gathered,
    )


def _mask_of(answer: AnswerText, text: str) -> Masked:
    return mask(text, names=answer.names, companies=answer.companies)


def _sum_of(masked: Sequence[Masked]) -> dict[str, int]:
    kinds = {kind for one in masked for kind in one.found}
    return {kind: sum(one.found.get(kind, 0) for one in masked) for kind in sorted(kinds)}


def _visibility_of(answers: Sequence[AnswerText]) -> str:
    """The narrowest of those the texts were written for; what one customer alone was told may be told everybody, once masked."""
    widths = {"private": 0, **{name: width for width, name in enumerate(VISIBILITIES)}}
    return VISIBILITIES[max(widths.get(one.visibility, len(VISIBILITIES) - 1) for one in answers)]


def _note_of(answers: Sequence[AnswerText]) -> str:
    if len(answers) > 1:
        return f"Drafted from {len(answers)} answers."
    return f"Drafted from {'a reply to a ticket' if answers[0].is_private else 'an accepted answer'}."


def _fitting(gathered: list[SourcedPassage]) -> list[SourcedPassage]:
    """As many passages as an article holds."""
    while len(join_passages([one.passage for one in gathered])) > MAX_SOURCE and len(gathered) > 1:
        gathered = gathered[:-1]
    return gathered


def _fitting_title(title: str) -> str:
    """A topic's title is one already; a ticket's subject may be one word, or a paragraph."""
    if len(title) < TITLE_MIN:
        return f"Answer to: {title}" if title else "Answer without a title"
    return title if len(title) <= TITLE_MAX else title[: TITLE_MAX - 1].rstrip() + "…"


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
