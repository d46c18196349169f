"""The article's editor: what was typed before, who else writes there, and both texts where somebody saved meanwhile."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response

from kb.answers.comparing import compare_typed
from kb.answers.queries import ArticleView
from kb.answers.returning import Returned, list_returns
from kb.articles.categories import list_categories
from kb.core.actor import Actor
from kb.core.errors import Conflict, KbError
from kb.core.saying import say
from kb.drafts.keeping import DraftText
from kb.drafts.writing_together import list_other_writers
from kb.forum.spaces import list_spaces
from server.answers.forms import ArticleForm
from server.answers.pages import EditPage
from server.drafts.fields import DraftField
from server.errors import STATUS
from server.pages import render


def restored(form: ArticleForm, draft: DraftField, kept: DraftText) -> ArticleForm:
    """The form with what was kept while it was typed, and based on the revision it was typed over."""
    if not draft.is_restored:
        return form
    return replace(form, title=kept.title, body=kept.body, **kept.more)


async def show_editor(
    request: Request[Any, Any, Any],
    actor: Actor,
    form: ArticleForm,
    article: ArticleView | None = None,
    *,
    draft: DraftField,
    refusal: KbError | None = None,
) -> Response[Any]:
    """A form over a revision that is not the newest any more shows both texts, and is saved only by who says that they compared them."""
    categories = [(one.slug, "\u2003" * one.depth + one.name) for one in await list_categories(actor)]
    sections = [("", say("None")), *((space.slug, space.name) for space in await list_spaces(actor))]
    newer = None
    if article and form.revision().based_on != article.revision and not is_about_fields(refusal):
        newer = await compare_typed(actor, article.id, form.title, form.body)
    errors = (refusal.fields or {"": refusal.message}) if refusal else {}
    page = EditPage(
        say("Edit: {title}", title=article.title) if article else say("New article"),
        form,
        sections,
        categories,
        article,
        errors,
        draft,
        await list_other_writers(actor, draft.place),
        newer,
        await _find_return(actor, article),
    )
    return render(request, "answers/edit.html", page, status=STATUS[type(refusal)] if refusal else 200)


async def _find_return(actor: Actor, article: ArticleView | None) -> Returned | None:
    """Why the newest revision was handed back; answered once there is a newer one."""
    returns = await list_returns(actor, article.id) if article else []
    return next((one for one in returns if article and one.revision == article.revision), None)


def is_about_fields(refusal: KbError | None) -> bool:
    """Whether what was typed must change, whatever was saved meanwhile."""
    return refusal is not None and not isinstance(refusal, Conflict)
