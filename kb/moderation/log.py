"""What moderators, and flags in their stead, have done to topics and posts; and taking each back that can be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import READABLE_TOPIC, readers
from kb.forum.addresses import post_path
from kb.forum.closing import reopen_topic
from kb.forum.hiding import hide_post, hide_topic, restore_post, restore_topic
from kb.forum.moving import move_topic
from kb.forum.unlisting import list_topic_again, unlist_topic
from kb.moderation.deciding import undo_decision
from kb.moderation.rules import LOG_PAGE

ACTIONS = (
    "flag.hide", "post.hide", "post.restore", "review.decide", "review.undo", "topic.hide", "topic.list", "topic.lock", "topic.move",
    "topic.reopen", "topic.restore", "topic.split", "topic.unlist", "topic.unmerge", "topic.unsplit",
)  # fmt: skip
"""Lines of the audit log that are shown here; each is of a topic, a post or a decision."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One act. `decision` and `told` are of a review; `is_undone` says that it was taken back, `may_undo` that it can be now."""

    id: UUID
    action: str
    actor: str
    at: datetime
    title: str
    path: str
    author: str
    is_topic: bool
    decision: str
    told: str
    is_undone: bool
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Log:
    """Newest first, and the cursor of the next page ("" at the end)."""

    lines: list[LogLine]
    next_cursor: str


_BACK_TO = (
    "(select b.slug from space b where l.action = 'topic.move' and b.id = (l.detail ->> 'from_space')::uuid"
    " and b.visibility = any($1) and b.archived_at is null)"
)
"""The space a topic was moved out of, if the moderator may move it back there."""

_HIDDEN = "(p.hidden_at is not null or (p.position = 1 and t.hidden_at is not null))"

# Each action gives its newest by index, and only these are sorted together: the audit log also holds every post ever written.
_LINES = (
    "select l.id, l.action, l.actor_name as actor, l.created_at as at, t.title, p.id as post_id, t.id as topic_id, a.name as author,"
    " p.position = 1 as is_topic, coalesce(d.decision, '') as decision, coalesce(d.told, '') as told, d.id as decision_id,"
    " d.undone_at is not null as is_undone,"
    f" {_BACK_TO} as back_to,"
    " case when l.action = 'review.decide' then d.undone_at is null"
    "   and not exists (select from review_decision n where n.post_id = p.id and n.id > d.id and n.undone_at is null)"
    "   and not exists (select from review_item i where i.post_id = p.id and i.decided_at is null)"
    f"  when l.action in ('flag.hide', 'post.hide', 'topic.hide') then {_HIDDEN}"
    f"  when l.action in ('post.restore', 'topic.restore') then not {_HIDDEN}"
    f"  when l.action = 'topic.move' then s.slug = l.detail ->> 'to' and {_BACK_TO} is not null"
    "  when l.action = 'topic.lock' then t.closed_as = 'locked' when l.action = 'topic.unlist' then t.unlisted_at is not null"
    "  when l.action = 'topic.list' then t.unlisted_at is null else false end as may_undo"
    " from audit_line l left join review_decision d on l.subject_kind = 'review_decision' and d.id = l.subject_id"
    " join post p on p.id = case l.subject_kind when 'post' then l.subject_id when 'review_decision' then d.post_id"
    "   else (select f.id from post f where f.topic_id = l.subject_id and f.position = 1) end"
    " join topic t on t.id = p.topic_id join space s on s.id = t.space_id join person a on a.id = p.author_id"
    f" where {READABLE_TOPIC} and (l.action <> 'topic.reopen' or l.detail ->> 'was' = 'locked')"
)


async def list_log(actor: Actor, *, cursor: str = "", limit: int = LOG_PAGE) -> Log:
    """One page of what was done where the moderator may read."""
    actor.require(Permission.REVIEW_DECIDE)
    before, limit = read_cursor(cursor), max(1, min(limit, LOG_PAGE))
    rows = await fetch_all(
        f"select x.* from unnest($3::text[]) as acts (act) cross join lateral ({_LINES} and l.action = acts.act"
        " and ($4::uuid is null or l.id < $4) order by l.id desc limit $5) x order by x.id desc limit $5",
        *readers(actor),
        list(ACTIONS),
        before.id if before else None,
        limit + 1,
    )
    left_out = {"post_id", "topic_id", "decision_id", "back_to"}
    lines = [
        LogLine(**{k: v for k, v in row.items() if k not in left_out}, path=post_path(row["post_id"]))
        for row in rows[:limit]
    ]
    return Log(lines, write_cursor(Cursor(lines[-1].at, lines[-1].id)) if len(rows) > limit else "")


async def undo_act(actor: Actor, line_id: UUID) -> None:
    """Take one act back. `NotFound` where the moderator may not read what it was done to, `Conflict` where nothing is left to undo."""
    actor.require(Permission.REVIEW_DECIDE)
    row = await fetch_one(
        f"{_LINES} and l.id = $3 and l.action = any($4::text[])", *readers(actor), line_id, list(ACTIONS)
    )
    if row is None:
        raise NotFound(say("There is no such act in the log."))
    if not row["may_undo"]:
        raise Conflict(say("This was undone already, or something else has been done since."))
    if row["decision_id"]:
        await undo_decision(actor, row["decision_id"])
        return
    if row["action"] == "topic.move":
        await move_topic(actor, row["topic_id"], row["back_to"])
        return
    if row["action"] in _OF_ARRANGING:
        await _OF_ARRANGING[row["action"]](actor, row["topic_id"])
        return
    restores = row["action"].endswith(".hide")
    if row["is_topic"]:
        await _OF_TOPICS[restores](actor, row["topic_id"])
    else:
        await _OF_POSTS[restores](actor, row["post_id"])


_Act = Callable[[Actor, UUID], Awaitable[None]]
_OF_TOPICS: dict[bool, _Act] = {True: restore_topic, False: hide_topic}
_OF_POSTS: dict[bool, _Act] = {True: restore_post, False: hide_post}
_OF_ARRANGING: dict[str, _Act] = {
    "topic.lock": reopen_topic,
    "topic.unlist": list_topic_again,
    "topic.list": unlist_topic,
}
