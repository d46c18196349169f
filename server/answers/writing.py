"""Writing articles: promoting an answer, drafts, the editor, the history."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.answers.article_lists import count_drafts
from kb.answers.drafting import NewArticle, write_article
from kb.answers.macro_proposals import list_macro_proposals
from kb.answers.promoting import draft_article
from kb.answers.queries import ArticleView, NewestText, get_article, get_newest_text, list_drafts
from kb.answers.reviewing import submit_article
from kb.answers.revising import place_article, revise_article
from kb.answers.scheduling import list_scheduled
from kb.answers.translating import get_original
from kb.answers.verifying import READERS_OF, list_due
from kb.articles.placing import place_in_category
from kb.articles.shelves import get_place
from kb.clusters.queries import get_cluster
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.places import ARTICLE, article_place
from kb.forum.spaces import find_space
from kb.languages.offered import SOURCE
from kb.staleness.queries import count_stale
from server.answers.editor import restored, show_editor
from server.answers.forms import ArticleForm, read_article_form
from server.answers.pages import LISTS, NEEDS_A_LOOK, DraftsPage
from server.answers.translating import Work, show_translator
from server.drafts.fields import DraftField, restore, sent_off
from server.pages import flash, render
from server.security.guards import requires
from server.wiring import Services

DRAFT = [requires(Permission.ARTICLE_DRAFT)]


@post("/answers/{answer_id:uuid}/article", guards=DRAFT)
async def promote(actor: Actor, answer_id: UUID) -> Response[Any]:
    """A draft from the answer, or the article it has already."""
    drafted = await draft_article(actor, answer_id)
    response = Redirect(f"/kb/{drafted.number}/edit", status_code=303)
    return flash(
        response, "good", say("Here is the draft. Personal data is masked; readers see nothing before it is published.")
    )


REPEATED_SHOWN = 3
"""Replies written again and again that the lists of articles point out; the others stand on their own page."""


@get("/kb/drafts", guards=DRAFT)
async def show_drafts(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """What is being written."""
    name = str(request.query_params.get("list", "draft"))
    if name not in LISTS or name == NEEDS_A_LOOK:
        raise NotFound(say("There is no such list."))
    planned = await list_scheduled(actor) if name == "scheduled" else []
    articles = await list_drafts(actor, name) if name not in ("scheduled", "verify") else []
    due = await list_due(actor, now() - timedelta(days=READERS_OF)) if name == "verify" else []
    counts = {**await count_drafts(actor), NEEDS_A_LOOK: await count_stale(actor)}
    repeated = await list_macro_proposals(actor, limit=REPEATED_SHOWN) if actor.may(Permission.TICKET_ANSWER) else []
    page = DraftsPage(say("Articles in the making"), articles, name, counts, planned, due, repeated)
    return render(request, "answers/drafts.html", page)


@get("/kb/new", guards=DRAFT)
async def new_article(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """The editor: empty, or with what was typed and not saved."""
    draft, kept = await restore(actor, ARTICLE)
    form = restored(ArticleForm(), draft, kept)
    return await show_editor(request, actor, form, draft=draft)


@post("/kb", guards=DRAFT)
async def create_article(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """Store the first revision; a refusal shows the editor again with everything typed."""
    form = await read_article_form(request)
    try:
        space_id, cluster_id = await _read_place(actor, form)
        draft = NewArticle(
            form.title, form.body, form.visibility, cluster_id, space_id, form.note, language=form.language or SOURCE
        )
        drafted = await write_article(actor, draft, drafted=True)
        await place_in_category(actor, drafted.id, form.category)
    except Invalid as refusal:
        return await show_editor(request, actor, form, draft=DraftField(ARTICLE, form.version), refusal=refusal)
    return sent_off(await _go_on(actor, drafted.id, drafted.number, form), ARTICLE)


@get("/kb/{number:int}/edit", guards=DRAFT)
async def edit_article(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """The editor with the newest text, or with what was typed over it and not saved."""
    article = await get_article(actor, number)
    newest = await get_newest_text(actor, article.id)
    if article.is_translation:
        return await _edit_translation(request, actor, article, newest)
    form = ArticleForm(
        newest.title,
        newest.body,
        visibility=article.visibility,
        section=article.space_slug or "",
        cluster=str(article.cluster_number or ""),
        category=(await get_place(actor, article.id)).category,
        based_on=str(newest.revision),
    )
    draft, kept = await restore(actor, article_place(number))
    return await show_editor(request, actor, restored(form, draft, kept), article, draft=draft)


@post("/kb/{number:int}/revisions", guards=DRAFT)
async def create_revision(
    request: Request[Any, Any, Any], actor: Actor, services: Services, number: int
) -> Response[Any]:
    """Save. When somebody saved in between, the editor shows both texts, and saving once more means having compared."""
    article, form = await get_article(actor, number), await read_article_form(request)
    if article.is_translation:
        return await _revise_translation(request, actor, article, form)
    place = article_place(number)
    try:
        space_id, cluster_id = await _read_place(actor, form)
        saved = await revise_article(actor, article.id, form.revision(), drafted=True)
        form = replace(form, based_on=str(saved), compared="")  # the text is kept also where its new place is refused
        await place_article(
            actor,
            article.id,
            visibility=form.visibility,
            space_id=space_id,
            cluster_id=cluster_id,
            least_people=services.settings.label_people,
        )
        await place_in_category(actor, article.id, form.category)
    except (Invalid, Conflict) as refusal:
        draft = DraftField(place, form.version)
        return await show_editor(request, actor, form, article, draft=draft, refusal=refusal)
    return sent_off(await _go_on(actor, article.id, number, form), place)


async def _edit_translation(
    request: Request[Any, Any, Any], actor: Actor, article: ArticleView, newest: NewestText
) -> Response[Any]:
    form = ArticleForm(newest.title, newest.body, based_on=str(newest.revision), translated=str(newest.translated or 0))
    draft, kept = await restore(actor, article_place(article.number))
    original = await get_original(actor, article.id)
    return await show_translator(
        request, actor, restored(form, draft, kept), Work(original, article.language, article), draft=draft
    )


async def _revise_translation(
    request: Request[Any, Any, Any], actor: Actor, article: ArticleView, form: ArticleForm
) -> Response[Any]:
    place = article_place(article.number)
    try:
        await revise_article(actor, article.id, form.revision(), drafted=True)
    except (Invalid, Conflict) as refusal:
        draft, original = DraftField(place, form.version), await get_original(actor, article.id)
        work = Work(original, article.language, article)
        return await show_translator(request, actor, form, work, draft=draft, refusal=refusal)
    return sent_off(await _go_on(actor, article.id, article.number, form), place)


async def _go_on(actor: Actor, article_id: UUID, number: int, form: ArticleForm) -> Response[Any]:
    if not form.submits:
        return flash(
            Redirect(f"/kb/{number}/edit", status_code=303), "good", say("Saved. Readers see it once it is published.")
        )
    article = await get_article(actor, number)
    if article.state == "draft":
        await submit_article(actor, article_id)
    return Redirect(f"/kb/{number}/review", status_code=303)


async def _read_place(actor: Actor, form: ArticleForm) -> tuple[UUID | None, UUID | None]:
    """Section and cluster as ids; what does not exist is `Invalid` by field."""
    space = await find_space(actor, form.section) if form.section else None
    if form.section and space is None:
        raise Invalid(say("The section is unknown."), {"section": say("Choose one of the list.")})
    word = form.cluster.strip().removeprefix("#")
    if not word:
        return (space.id if space else None), None
    try:
        cluster = await get_cluster(actor, int(word) if word.isdecimal() and len(word) < 18 else 0)
    except NotFound:
        raise Invalid(say("The cluster is unknown."), {"cluster": say("There is no cluster of this number.")}) from None
    return (space.id if space else None), cluster.id
