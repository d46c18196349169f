"""Readers say at an article's end whether it helped. Nothing personal is in the article's page: the answer to the form says thanks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.answers.queries import ArticleView, get_article
from kb.articles.judging import REASONS, judge_article, tell_aim
from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.text.excerpts import excerpt
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

TITLE_LENGTH = 100
"""Characters of what was typed that become a title."""

NOTED = say("Noted, thank you. Those who write the articles read it.")


@dataclass(frozen=True, slots=True)
class WhyPage(Page):
    """What was wrong with the article, as chosen so far."""

    number: int
    path: str
    article_title: str
    reason: str = ""
    trying: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def ask_href(self) -> str:
        """Asking everybody, with what was typed."""
        return (
            f"/ask?{urlencode({'title': excerpt(self.trying, TITLE_LENGTH), 'body': self.trying, 'from': self.path})}"
        )

    @property
    def ticket_href(self) -> str:
        """Asking in private, with what was typed."""
        return f"/tickets/new?{urlencode({'subject': excerpt(self.trying, TITLE_LENGTH), 'body': self.trying})}"

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
    trying = "" if helpful else sent.get("trying", "").strip()
    try:
        await judge_article(actor, article.id, helpful=helpful, reason=reason, visitor=reader)
        if trying:
            await tell_aim(actor, article.id, trying, visitor=reader)
    except Invalid as refusal:
        template = "articles/why.html" if is_whole else "articles/_why.html"
        return render(request, template, _why(article, reason, trying, refusal.fields), status=STATUS[Invalid])
    is_done = helpful or sent.get("step") == "why"
    response = _answer(request, _why(article, trying=trying), is_done=is_done, is_whole=is_whole)
    return response if actor.is_signed_in else remember_reader(response, reader, services)


def _answer(request: Asked, page: WhyPage, *, is_done: bool, is_whole: bool) -> Response[Any]:
    """With scripts a part of the page. Without, on to the next page, or to the offer to ask what was typed."""
    if not is_whole:
        return render(request, "articles/_judged.html" if is_done else "articles/_why.html", page)
    if is_done and page.trying:
        return render(request, "articles/judged.html", page)
    if is_done:
        return flash(Redirect(page.path, status_code=303), "good", NOTED)
    return Redirect(f"/kb/{page.number}/feedback", status_code=303)


async def take_judging_turn(request: Asked, actor: Actor, services: Services) -> None:
    """Count one judgement against the limit. Raises `TooMany`."""
    await spend(
        f"article_feedback:{actor.person_id or hash_visitor(request, services)}", JUDGED_AN_HOUR, timedelta(hours=1)
    )


def _why(article: ArticleView, reason: str = "", trying: str = "", errors: Mapping[str, str] | None = None) -> WhyPage:
    return WhyPage(
        article.title,
        article.number,
        article.path,
        article.title,
        reason,
        trying,
        errors or {},
        robots="noindex",
    )
