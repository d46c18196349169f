"""Readers say at an article's end whether it helped. Nothing personal is in the article's page: the answer to the form says thanks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.answers.queries import ArticleView, get_article
from kb.articles.judging import REASONS, judge_article
from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from server.answers.forms import read_fields
from server.articles.readers import find_reader, remember_reader
from server.errors import STATUS
from server.pages import Page, flash, render
from server.security.guards import CHANGES_NO_PAGE, requires
from server.security.visitors import hash_visitor
from server.wiring import Services

READ = [requires(Permission.ARTICLE_READ)]
Asked = Request[Any, Any, Any]

JUDGED_AN_HOUR = 60
"""Of one person or address: an office reads together, a script does not write thousands."""

NOTED = say("Noted, thank you. Those who write the articles read it.")


@dataclass(frozen=True, slots=True)
class WhyPage(Page):
    """What was wrong with the article, as chosen so far."""

    number: int
    path: str
    article_title: str
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def reasons(self) -> Sequence[str]:
        """What may be wrong."""
        return REASONS


@get("/kb/{number:int}/feedback", guards=READ)
async def ask_why(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """What was wrong: where a browser without scripts goes after a no."""
    return render(request, "articles/why.html", _why(await get_article(actor, number)))


@post("/kb/{number:int}/feedback", guards=READ, opt=CHANGES_NO_PAGE, status_code=200)
async def judge(request: Asked, actor: Actor, services: Services, number: int) -> Response[Any]:
    """Take a yes or no; after a no ask why. With htmx what comes back takes the question's place."""
    sent, article = await read_fields(request), await get_article(actor, number)
    await take_judging_turn(request, actor, services)
    reader, reason, is_whole = (
        find_reader(request, services),
        sent.get("reason", ""),
        "hx-request" not in request.headers,
    )
    helpful = sent.get("helpful") == "yes"
    try:
        await judge_article(actor, article.id, helpful=helpful, reason=reason, visitor=reader)
    except Invalid as refusal:
        template = "articles/why.html" if is_whole else "articles/_why.html"
        return render(request, template, _why(article, errors=refusal.fields), status=STATUS[Invalid])
    response = _answer(request, article, is_done=helpful or sent.get("step") == "why", is_whole=is_whole)
    return response if actor.is_signed_in else remember_reader(response, reader, services)


def _answer(request: Asked, article: ArticleView, *, is_done: bool, is_whole: bool) -> Response[Any]:
    if is_done and is_whole:
        return flash(Redirect(article.path, status_code=303), "good", NOTED)
    if is_whole:
        return Redirect(f"/kb/{article.number}/feedback", status_code=303)
    return render(request, "articles/_judged.html" if is_done else "articles/_why.html", _why(article))


async def take_judging_turn(request: Asked, actor: Actor, services: Services) -> None:
    """Count one judgement against the limit. Raises `TooMany`."""
    await spend(
        f"article_feedback:{actor.person_id or hash_visitor(request, services)}", JUDGED_AN_HOUR, timedelta(hours=1)
    )


def _why(article: ArticleView, *, errors: Mapping[str, str] | None = None) -> WhyPage:
    return WhyPage(article.title, article.number, article.path, article.title, errors=errors or {}, robots="noindex")
