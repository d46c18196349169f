"""Translating: the original on one side, its translation on the other."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.answers.access import find_article_id
from kb.answers.comparing import Comparison, compare_revisions, compare_typed
from kb.answers.queries import ArticleView
from kb.answers.returning import list_returns
from kb.answers.reviewing import submit_article
from kb.answers.translating import OriginalText, get_original, list_translations, write_translation
from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, KbError, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.places import translation_place
from kb.drafts.writing_together import list_other_writers
from kb.languages.offered import LANGUAGES
from server.answers.editor import is_about_fields, restored
from server.answers.forms import ArticleForm, read_article_form, read_number
from server.answers.pages import TranslatePage
from server.drafts.fields import DraftField, restore, sent_off
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires

DRAFT = [requires(Permission.ARTICLE_DRAFT)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """What is translated into which language; `article` is the translation, None while it is new."""

    original: OriginalText
    language: str
    article: ArticleView | None = None


@get("/kb/{number:int}/translations/{language:str}", guards=DRAFT)
async def new_translation(request: Asked, actor: Actor, number: int, language: str, start: str = "") -> Response[Any]:
    """An empty translation beside the original, or what was typed and not saved; one that is there is led to.

    `start=original` fills the editor with the original's text, to be written over.
    """
    article_id = await find_article_id(actor, number)
    if known := await _find(actor, article_id, language):
        return Redirect(f"/kb/{known}/edit", status_code=303)
    original = await get_original(actor, article_id)
    draft, kept = await restore(actor, translation_place(original.number, language))
    form = ArticleForm(translated=str(original.revision))
    if start == "original":
        form = replace(form, title=original.title, body=original.body)
    return await show_translator(request, actor, restored(form, draft, kept), Work(original, language), draft=draft)


@post("/kb/{number:int}/translations/{language:str}", guards=DRAFT)
async def create_translation(request: Asked, actor: Actor, number: int, language: str) -> Response[Any]:
    """Store its first revision; a refusal shows both sides again with everything typed."""
    article_id, form = await find_article_id(actor, number), await read_article_form(request)
    await _find(actor, article_id, language)
    original = await get_original(actor, article_id)
    place = translation_place(original.number, language)
    try:
        made = await write_translation(actor, article_id, language, form.translation(), drafted=True)
    except (Invalid, Conflict) as refusal:
        draft = DraftField(place, form.version)
        return await show_translator(request, actor, form, Work(original, language), draft=draft, refusal=refusal)
    if form.submits:
        await submit_article(actor, made.id)
        return sent_off(Redirect(f"/kb/{made.number}/review", status_code=303), place)
    said = say("Saved. Readers see it once it is published.")
    return sent_off(flash(Redirect(f"/kb/{made.number}/edit", status_code=303), "good", said), place)


async def show_translator(
    request: Asked,
    actor: Actor,
    form: ArticleForm,
    work: Work,
    *,
    draft: DraftField,
    refusal: KbError | None = None,
) -> Response[Any]:
    """Both sides, and what the original changed since the revision that was translated."""
    article, original, language = work.article, work.original, LANGUAGES[work.language]
    newer = None
    if article and form.revision().based_on != article.revision and not is_about_fields(refusal):
        newer = await compare_typed(actor, article.id, form.title, form.body)
    returns = await list_returns(actor, article.id) if article else []
    page = TranslatePage(
        say("{language}: {title}", language=language.name, title=original.title),
        form,
        original,
        language,
        article,
        await _changes(actor, original, form),
        (refusal.fields or {"": refusal.message}) if refusal else {},
        draft,
        await list_other_writers(actor, draft.place),
        newer,
        next((one for one in returns if article and one.revision == article.revision), None),
    )
    return render(request, "answers/translate.html", page, status=STATUS[type(refusal)] if refusal else 200)


async def _changes(actor: Actor, original: OriginalText, form: ArticleForm) -> Comparison | None:
    followed = read_number(form.translated)
    if not 0 < followed < original.revision:
        return None
    return await compare_revisions(actor, original.id, followed, original.revision)


async def _find(actor: Actor, article_id: UUID, language: str) -> int | None:
    """The number of the version in this language, if there is one. Raises `NotFound` for what the original is not translated to."""
    for line in await list_translations(actor, article_id):
        if line.language == language:
            return line.number
    raise NotFound(say("The article is not translated to this language."))
