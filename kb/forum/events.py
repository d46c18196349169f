"""What was done to a topic as a whole: quiet lines between its posts. The audit log tells staff more."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.core.database import execute
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork
from kb.forum.addresses import space_path, topic_path
from kb.forum.rules import EVENTS_SHOWN


@dataclass(frozen=True, slots=True)
class TopicEvent:
    """One line. `name` and `href` are of the space or topic it names, "" where its reader may not read that.

    `kind` is locked, not_needed, reopened, pinned, pinned_everywhere, unpinned, unlisted, listed, moved, split, split_from or
    merged_in. `by` is "" for the product itself; `change_id` is for moderators, who take a split or merge back by it.
    """

    kind: str
    at: datetime
    by: str
    reason: str
    posts: int
    name: str
    href: str
    change_id: UUID | None = None


EVENTS_OF_TOPIC = (
    "(select jsonb_agg(e order by e.at) from (select e.kind, e.created_at as at, e.reason, e.post_count as posts,"
    "   coalesce(w.name, '') as by, es.name as space_name, es.slug as space_slug,"
    "   case when $2 then e.change_id end as change_id, eo.title, eo.number, eo.slug"
    "   from topic_event e left join person w on w.id = e.actor_id"
    "   left join space es on es.id = e.space_id and es.visibility = any($1)"
    "   left join (topic eo join space eos on eos.id = eo.space_id) on eo.id = e.other_topic_id"
    "     and eos.visibility = any($1) and (eo.hidden_at is null or $2) and (eo.unlisted_at is null or $2)"
    f"   where e.topic_id = t.id order by e.created_at desc, e.id desc limit {EVENTS_SHOWN}) e)"
)
"""SQL for the lines of topic `t`; $1 and $2 are `readers(actor)`. A space or topic that the reader may not read is not named."""


async def note_topic_event(  # noqa: PLR0913 - each says one thing of the line
    unit: UnitOfWork,
    topic_id: UUID,
    kind: str,
    *,
    space_id: UUID | None = None,
    other_topic_id: UUID | None = None,
    posts: int = 0,
    reason: str = "",
    change_id: UUID | None = None,
) -> UUID:
    """Part of a write."""
    event_id = new_id()
    await execute(
        "insert into topic_event (id, topic_id, kind, actor_id, space_id, other_topic_id, post_count, reason, created_at,"
        "   change_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        event_id,
        topic_id,
        kind,
        unit.actor.person_id,
        space_id,
        other_topic_id,
        posts,
        reason,
        unit.now,
        change_id,
    )
    return event_id


def read_events(text: str | None) -> list[TopicEvent]:
    """What `EVENTS_OF_TOPIC` gave, oldest first."""
    return [_read(row) for row in json.loads(text)] if text else []


def _read(row: dict[str, Any]) -> TopicEvent:
    name, href = row["space_name"] or row["title"] or "", ""
    if row["space_name"]:
        href = space_path(row["space_slug"])
    elif row["title"]:
        href = topic_path(row["number"], row["slug"])
    at = datetime.fromisoformat(row["at"])
    change_id = UUID(row["change_id"]) if row["change_id"] else None
    return TopicEvent(row["kind"], at, row["by"], row["reason"], row["posts"], name, href, change_id)
