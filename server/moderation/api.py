"""Moderation for programs: flags, reviews, the log and canned reasons under /api/v1."""

from dataclasses import dataclass
from uuid import UUID

from litestar import delete, get, post, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.forum.queries import get_topic_page
from kb.moderation.canned import Canned, archive_canned, list_canned, write_canned
from kb.moderation.deciding import Verdict, decide, undo_decision
from kb.moderation.flagging import FlagState, find_flag, flag_post, withdraw_flag
from kb.moderation.log import LogLine, list_log, undo_act
from kb.moderation.outcomes import Outcome, get_outcome
from kb.moderation.queries import QueueFilter, ReviewItem, get_review_item, list_queue
from kb.moderation.rules import LOG_PAGE, QUEUE_PAGE
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of, listed
from server.security.guards import requires

FLAG = [requires(Permission.FLAG_WRITE)]
DECIDE = [requires(Permission.REVIEW_DECIDE)]
MANAGE = [requires(Permission.REVIEW_MANAGE)]


@dataclass(frozen=True, slots=True)
class FlagIn:
    """Why: spam, off_topic, rude, wrong or other, which wants a note."""

    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FlagMade:
    """The flag."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Reviews:
    """One page of what waits, the longest first; `total` counts all, `counts` by source."""

    items: list[ReviewItem]
    next: str | None
    total: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class VerdictIn:
    """keep, hide or dismiss; `told` is what the author of a hidden post reads, `{name}` in it their name; or `canned`, a reason.
    `warn`, with hide: they are warned with the same words."""

    decision: str
    told: str = ""
    canned: UUID | None = None
    warn: bool = False


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """The decision, which can be deleted."""

    id: UUID


@dataclass(frozen=True, slots=True)
class CannedIn:
    """A canned reason; `{name}` in its text becomes the author's name."""

    name: str
    text: str


@post("/api/v1/posts/{post_id:uuid}/flag", guards=FLAG)
async def api_flag_post(actor: Actor, post_id: UUID, data: FlagIn) -> FlagMade:
    """Flag a post for moderators, once."""
    return FlagMade(await flag_post(actor, post_id, data.reason, note=data.note))


@get("/api/v1/posts/{post_id:uuid}/flag", guards=FLAG)
async def api_get_flag(actor: Actor, post_id: UUID) -> FlagState:
    """What the caller said of the post, and what came of it."""
    return await find_flag(actor, post_id)


@delete("/api/v1/posts/{post_id:uuid}/flag", guards=FLAG)
async def api_withdraw_flag(actor: Actor, post_id: UUID) -> None:
    """Take it back, until somebody has looked."""
    await withdraw_flag(actor, post_id)


@post("/api/v1/topics/{number:int}/flag", guards=FLAG)
async def api_flag_topic(actor: Actor, number: int, data: FlagIn) -> FlagMade:
    """Flag a topic: the same as flagging its question."""
    thread = await get_topic_page(actor, number)
    return FlagMade(await flag_post(actor, thread.question.id, data.reason, note=data.note))


@get("/api/v1/reviews", guards=DECIDE)
async def api_list_reviews(
    actor: Actor, source: str = "", space: str = "", cursor: CursorIn = "", limit: LimitIn = QUEUE_PAGE
) -> Reviews:
    """What waits where the caller may read; of one source (flag, first_post, word, spam, other) or space."""
    found = await list_queue(actor, QueueFilter(source, space, check_limit(limit)), cursor=cursor)
    counts = {name: number for name, number in found.counts.items() if name}
    return Reviews(found.items, found.next_cursor or None, found.total, counts)


@get("/api/v1/reviews/{item_id:uuid}", guards=DECIDE)
async def api_get_review(actor: Actor, item_id: UUID) -> ReviewItem:
    """One that waits."""
    return await get_review_item(actor, item_id)


@post("/api/v1/reviews/{item_id:uuid}/decision", guards=DECIDE)
async def api_decide(actor: Actor, item_id: UUID, data: VerdictIn) -> DecisionMade:
    """Decide."""
    return DecisionMade(await decide(actor, item_id, Verdict(data.decision, data.told, data.canned, data.warn)))


@get("/api/v1/reviews/decisions/{decision_id:uuid}", guards=[requires(Permission.NOTICE_READ)])
async def api_get_outcome(actor: Actor, decision_id: UUID) -> Outcome:
    """What was decided, for its author and those who flagged."""
    return await get_outcome(actor, decision_id)


@delete("/api/v1/reviews/decisions/{decision_id:uuid}", guards=DECIDE)
async def api_undo_decision(actor: Actor, decision_id: UUID) -> None:
    """Take a decision back: everything as before, waiting again."""
    await undo_decision(actor, decision_id)


@get("/api/v1/moderation/log", guards=DECIDE)
async def api_list_log(actor: Actor, cursor: CursorIn = "", limit: LimitIn = LOG_PAGE) -> Items[LogLine]:
    """What moderators did where the caller may read."""
    found = await list_log(actor, cursor=cursor, limit=check_limit(limit))
    return items_of(found.lines, found.next_cursor, lambda one: one)


@delete("/api/v1/moderation/log/{line_id:uuid}", guards=DECIDE)
async def api_undo_act(actor: Actor, line_id: UUID) -> None:
    """Take one act back; the log keeps both lines."""
    await undo_act(actor, line_id)


@get("/api/v1/canned-reasons", guards=DECIDE)
async def api_list_canned(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[Canned]:
    """What moderators often have to say."""
    rows = await list_canned(actor)
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/canned-reasons", guards=MANAGE)
async def api_add_canned(actor: Actor, data: CannedIn) -> Canned:
    """A new one."""
    return Canned(await write_canned(actor, data.name, data.text), data.name, data.text)


@put("/api/v1/canned-reasons/{reason_id:uuid}", guards=MANAGE)
async def api_change_canned(actor: Actor, reason_id: UUID, data: CannedIn) -> Canned:
    """Another name or text."""
    return Canned(await write_canned(actor, data.name, data.text, reason_id=reason_id), data.name, data.text)


@delete("/api/v1/canned-reasons/{reason_id:uuid}", guards=MANAGE)
async def api_archive_canned(actor: Actor, reason_id: UUID) -> None:
    """Offer it no more."""
    await archive_canned(actor, reason_id)
