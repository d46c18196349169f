"""What readers say of articles, for programs: /api/v1/articles/{number}/feedback."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get, post

from kb.answers.access import find_article_id
from kb.articles.judging import judge_article, list_feedback, tell_aim
from kb.core.actor import Actor
from kb.core.permissions import Permission
from server.articles.judging import take_judging_turn
from server.lists import CursorIn, Items, LimitIn, listed
from server.security.guards import requires
from server.security.visitors import hash_visitor
from server.wiring import Services


@dataclass(frozen=True, slots=True)
class FeedbackIn:
    """Whether it helped. `reason` is for a no: outdated, incomplete, unclear, failed, unrelated, or "" for none.

    `trying` says what the reader was trying to do, for a no: a question from then on, which staff read beside those that mean the same.
    """

    helpful: bool
    reason: str = ""
    trying: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackTakenOut:
    """The published revision that it is kept with; `is_question` where `trying` became a question."""

    revision: int
    is_question: bool


@dataclass(frozen=True, slots=True)
class RevisionFeedbackOut:
    """What readers said of one revision."""

    revision: int
    helpful: int
    not_helpful: int
    reasons: dict[str, int]


@post("/api/v1/articles/{number:int}/feedback", guards=[requires(Permission.ARTICLE_READ)])
async def api_judge_article(
    request: Request[Any, Any, Any], actor: Actor, services: Services, number: int, data: FeedbackIn
) -> FeedbackTakenOut:
    """Say whether an article helped; saying it again replaces what was said. Without a key the network address counts as one reader."""
    await take_judging_turn(request, actor, services)
    article_id, visitor = await find_article_id(actor, number), hash_visitor(request, services)
    revision = await judge_article(actor, article_id, helpful=data.helpful, reason=data.reason, visitor=visitor)
    is_told = bool(data.trying.strip()) and not data.helpful
    return FeedbackTakenOut(revision, is_told and await tell_aim(actor, article_id, data.trying, visitor=visitor))


@get("/api/v1/articles/{number:int}/feedback", guards=[requires(Permission.ARTICLE_DRAFT)])
async def api_list_feedback(
    actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[RevisionFeedbackOut]:
    """What readers said of each revision, the newest first. No rank is made of it."""
    found = await list_feedback(actor, await find_article_id(actor, number))
    rows = [RevisionFeedbackOut(one.revision, one.helpful, one.not_helpful, dict(one.reasons)) for one in found]
    return listed(rows, lambda one: str(one.revision), cursor=cursor, limit=limit)
