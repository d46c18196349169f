"""Putting a revision before readers, and taking an article away again."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from kb.answers.access import NO_ARTICLE, ArticleFacts, access_article
from kb.answers.collecting import hash_text
from kb.answers.enough_people import ARTICLE_PEOPLE, check_enough_people
from kb.answers.masking import list_personal_data
from kb.answers.messages import AnswerCollected, ArticleArchived, ArticlePublished
from kb.answers.rules import EXCERPT_LENGTH, choose_slug, state_after
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.text.excerpts import excerpt


@dataclass(frozen=True, slots=True)
class Approved:
    """A revision somebody may put before readers; `personal` counts what looks personal in it and was said to stay."""

    revision: int
    title: str
    html: str
    personal: int


async def publish_article(
    actor: Actor, article_id: UUID, *, revision: int, keeps_personal: bool = False, least_people: int = ARTICLE_PEOPLE
) -> None:
    """Show this revision to readers: the one whose changes the actor was shown, or `Conflict`.

    A text that still looks personal is refused with `Invalid` unless the actor says that it is meant to stay; one drafted from
    tickets whatever they say, where fewer than `least_people` asked the same and others than staff would read it.
    """
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        article = await access_with_original(actor, article_id)
        check_publishable(article, revision)
        if not await has_published_original(article):
            raise Conflict(say("Publish the original first: a translation stands beside it."))
        await check_enough_people(article, article.visibility, least=least_people)
        approved = await read_approved(article, revision, keeps_personal=keeps_personal)
        await put_before_readers(unit, article, approved)


async def read_approved(article: ArticleFacts, revision: int, *, keeps_personal: bool) -> Approved:
    """Part of an approval: the revision, or `Invalid` where it looks personal and nobody said that it may stay."""
    text = await fetch_one(
        "select title, body_source, body_html from article_revision where article_id = $1 and number = $2",
        article.id,
        revision,
    )
    if text is None:
        raise NotFound(NO_ARTICLE)
    personal = await asyncio.to_thread(list_personal_data, f"{text['title']}\n{text['body_source']}")
    _refuse_personal(personal, keeps_personal=keeps_personal)
    return Approved(revision, text["title"], text["body_html"], len(personal))


async def put_before_readers(
    unit: UnitOfWork, article: ArticleFacts, approved: Approved, *, approved_by: UUID | None = None
) -> None:
    """Part of the writes of this room. Plans to publish this revision or an earlier one are settled by it."""
    await _show(unit, article, revision=approved.revision, title=approved.title, html=approved.html)
    await drop_plans(unit, article.id, because="published", up_to=approved.revision)
    unit.audit(
        "article.publish",
        "article",
        article.id,
        revision=approved.revision,
        kept_personal=approved.personal,
        **({"approved_by": approved_by} if approved_by else {}),
    )
    unit.emit(ArticlePublished(article.id))
    if article.translation_of is None:
        await _make_answer(unit, article, approved)


async def access_with_original(actor: Actor, article_id: UUID) -> ArticleFacts:
    """As `access_article`, with the original locked before its translation: archiving takes them in that order, too."""
    await fetch_value(
        "select 1 from article where id = (select translation_of from article where id = $1) for no key update",
        article_id,
    )
    return await access_article(actor, article_id)


async def has_published_original(article: ArticleFacts) -> bool:
    """Whether readers see what this one translates; true of an original."""
    if article.translation_of is None:
        return True
    state = await fetch_value("select state from article where id = $1", article.translation_of)
    return bool(state == "published")


async def _make_answer(unit: UnitOfWork, article: ArticleFacts, approved: Approved) -> None:
    """One answer for all versions: what helped in one language is evidence for the others."""
    answer_id, is_new = await _upsert_answer(
        unit, article, revision=approved.revision, title=approved.title, html=approved.html
    )
    if is_new:
        unit.emit(AnswerCollected(answer_id))


async def archive_article(actor: Actor, article_id: UUID) -> None:
    """Take it from readers' sight; its history and its ledger stay."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        await put_away(unit, await access_article(actor, article_id))


async def put_away(unit: UnitOfWork, article: ArticleFacts, *, approved_by: UUID | None = None) -> None:
    """Part of the writes of this room. Whatever was planned for it is settled, and published translations go with it."""
    for row in await fetch_all(
        "select id from article where translation_of = $1 and state = 'published' order by id", article.id
    ):
        await put_away(unit, await access_article(unit.actor, row["id"]), approved_by=approved_by)
    state = state_after(article.state, "archive")
    await execute("update article set state = $2, updated_at = $3 where id = $1", article.id, state, unit.now)
    await execute("update answer set retired_at = $2 where source_id = $1 and retired_at is null", article.id, unit.now)
    await drop_plans(unit, article.id, because="archived")
    unit.audit("article.archive", "article", article.id, **({"approved_by": approved_by} if approved_by else {}))
    unit.emit(ArticleArchived(article.id))


async def drop_plans(unit: UnitOfWork, article_id: UUID, *, because: str, up_to: int | None = None) -> None:
    """Part of a write that makes plans pointless: those to publish revisions `up_to` this one, or all without it."""
    await execute(
        "update article_schedule set state = 'dropped', settled_at = $2, dropped_because = $3"
        " where article_id = $1 and state = 'waiting' and ($4::int is null or (act = 'publish' and revision <= $4))",
        article_id,
        unit.now,
        because,
        up_to,
    )


async def restore_article(actor: Actor, article_id: UUID) -> None:
    """Make an archived article a draft again. An answer that has another article by now keeps that one."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        state = state_after(article.state, "restore")
        await execute(
            "update article ar set state = $2, updated_at = $3, published_revision = null, title = r.title, body_html = r.body_html,"
            "   from_answer_id = case when exists (select 1 from article other where other.from_answer_id = ar.from_answer_id"
            "     and other.state <> 'archived') then null else ar.from_answer_id end"
            " from article_revision r where ar.id = $1 and r.article_id = ar.id and r.number = ar.revision",
            article.id,
            state,
            unit.now,
        )
        unit.audit("article.restore", "article", article.id)


def check_publishable(article: ArticleFacts, revision: int) -> None:
    """Raises `Conflict` for a revision that is not the newest, or that readers see already."""
    state_after(article.state, "publish")
    if revision != article.revision:
        raise Conflict(say("A newer revision was saved since you looked. Look at its changes first."))
    if article.state == "published" and revision == article.published_revision:
        raise Conflict(say("This revision is published already."))


def _refuse_personal(personal: list[str], *, keeps_personal: bool) -> None:
    if personal and not keeps_personal:
        raise Invalid(
            say("The text holds what looks like personal data."),
            {"keeps_personal": say("Mask it, or say that it may stay: {found}.", found=", ".join(personal[:5]))},
        )


async def _show(unit: UnitOfWork, article: ArticleFacts, *, revision: int, title: str, html: str) -> None:
    await execute(
        "update article set state = 'published', published_revision = $2, title = $3, slug = $4, body_html = $5,"
        " updated_at = $6, verified_at = $6, verified_for = null, verified_by = null, verified_revision = null,"
        " published_at = coalesce(published_at, $6) where id = $1",
        article.id,
        revision,
        title,
        choose_slug(title),
        html,
        unit.now,
    )


async def _upsert_answer(
    unit: UnitOfWork, article: ArticleFacts, *, revision: int, title: str, html: str
) -> tuple[UUID, bool]:
    """The article as an answer of its cluster; its revision is the published one. Also says whether it is new."""
    answer_id = new_id()
    known_id = await fetch_value(
        "insert into answer (id, kind, source_id, parent_id, cluster_id, author_id, visibility, title, excerpt, text_hash,"
        "   revision, created_at)"
        " values ($1, 'article', $2, $2, $3, (select author_id from article where id = $2), $4, $5, $6, $7, $8, $9)"
        " on conflict (source_id) do update set cluster_id = excluded.cluster_id, visibility = excluded.visibility,"
        "   title = excluded.title, excerpt = excluded.excerpt, text_hash = excluded.text_hash,"
        "   revision = excluded.revision, retired_at = null returning id",
        answer_id,
        article.id,
        article.cluster_id,
        article.visibility,
        title,
        excerpt(html, EXCERPT_LENGTH),
        hash_text(html),
        revision,
        unit.now,
    )
    return known_id, known_id == answer_id
