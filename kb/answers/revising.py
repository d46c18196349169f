"""A new revision of an article, and where the article stands: its section and the cluster it answers."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

from kb.answers.access import ArticleFacts, access_article
from kb.answers.drafting import RevisionText, insert_revision
from kb.answers.enough_people import ARTICLE_PEOPLE, check_enough_people
from kb.answers.rules import check_article, choose_slug, clean_body, clean_line, state_after
from kb.answers.translating import check_translated
from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.drafts.keeping import forget_draft
from kb.drafts.places import article_place
from kb.text.markdown import render_markdown


@dataclass(frozen=True, slots=True)
class Revision:
    """What an editor typed, over revision `based_on`; of a translation, the revision of the original it says the same as."""

    title: str
    body: str
    based_on: int
    note: str = ""
    translated: int = 0


async def revise_article(actor: Actor, article_id: UUID, draft: Revision, *, drafted: bool = False) -> int:
    """Add a revision; returns its number. Readers go on seeing the published one. An unchanged text adds none.

    Raises `Conflict` when somebody else saved in between: nothing of theirs is overwritten unseen, and what was
    typed stays kept. `drafted` says that a form sent it: its draft goes with it.
    """
    actor.require(Permission.ARTICLE_DRAFT)
    title, body, note = clean_line(draft.title), clean_body(draft.body), clean_line(draft.note)
    check_article(title=title, body=body, visibility="public", note=note)
    rendered = await asyncio.to_thread(render_markdown, body)
    text = RevisionText(title, body, rendered.html, rendered.renderer_version, note)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        state = state_after(article.state, "revise")
        if article.revision != draft.based_on:
            raise Conflict(
                say("Somebody saved another revision while you wrote. Your text is kept; compare before you save.")
            )
        if drafted and actor.person_id:
            await forget_draft(actor.person_id, article_place(article.number))
        translated = (
            await check_translated(article.translation_of, draft.translated) if article.translation_of else None
        )
        if await _is_unchanged(article, title, body, translated):
            return article.revision
        number = article.revision + 1
        await insert_revision(unit, article.id, number, replace(text, translated=translated))
        await execute(
            "update article set revision = $2, state = $3, updated_at = $4 where id = $1",
            article.id,
            number,
            state,
            unit.now,
        )
        await _show_before_publication(article, text)
        unit.audit("article.revise", "article", article.id, revision=number)
    return number


async def place_article(
    actor: Actor,
    article_id: UUID,
    *,
    visibility: str,
    space_id: UUID | None,
    cluster_id: UUID | None,
    least_people: int = ARTICLE_PEOPLE,
) -> None:
    """Choose who may read it, its section, and the cluster it answers; its answer and its translations follow at once.

    Raises `Invalid` where a published text from tickets would be read by more people than it may (`enough_people`).
    """
    actor.require(Permission.ARTICLE_PUBLISH)
    check_article(title="only the visibility", body="is checked", visibility=visibility)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, (await access_article(actor, article_id)).family_id)
        if (article.visibility, article.space_id, article.cluster_id) == (visibility, space_id, cluster_id):
            return
        await execute(
            "update article set visibility = $2, space_id = $3, cluster_id = $4, merged_from = null where family_id = $1",
            article.id,
            visibility,
            space_id,
            cluster_id,
        )
        await execute(
            "update answer set visibility = $2, cluster_id = $3, merged_from = null where source_id = $1",
            article.id,
            visibility,
            cluster_id,
        )
        if article.state == "published":
            await check_enough_people(article, visibility, least=least_people)
        unit.audit(
            "article.place", "article", article.id, visibility=visibility, space_id=space_id, cluster_id=cluster_id
        )


async def _is_unchanged(article: ArticleFacts, title: str, body: str, translated: int | None) -> bool:
    found = await fetch_value(
        "select 1 from article_revision where article_id = $1 and number = $2 and title = $3 and body_source = $4"
        " and translated_revision is not distinct from $5",
        article.id,
        article.revision,
        title,
        body,
        translated,
    )
    return found is not None


async def _show_before_publication(article: ArticleFacts, text: RevisionText) -> None:
    """Until something is published, the article shows its newest revision to those who write it."""
    if article.published_revision is None:
        await execute(
            "update article set title = $2, slug = $3, body_html = $4 where id = $1",
            article.id,
            text.title,
            choose_slug(text.title),
            text.html,
        )
