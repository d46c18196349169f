"""Writing notices down: each person once for each thing, in one unit of work with the note that the round is done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.notices.messages import PeopleNotified
from kb.notices.rules import Delivery, plan_delivery
from kb.outreach.listening import LIVE


@dataclass(frozen=True, slots=True)
class Thing:
    """What people are told about; `key` is unique for each person."""

    key: str
    topic_id: UUID | None = None
    post_id: UUID | None = None
    duplicate_id: UUID | None = None
    actor_id: UUID | None = None
    decision_id: UUID | None = None
    article_id: UUID | None = None
    ticket_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Hearer:
    """Who is told, as what kind of notice, and the level that holds for them."""

    person_id: UUID
    kind: str
    level: str


async def give_notices(thing: Thing, hearers: Sequence[Hearer]) -> int:
    """Tell those not yet told, in whichever way they chose; returns how many were told now.

    Whoever did it hears nothing, nor does anybody to whom outreach has spoken about the very same thing.
    """
    others = [hearer for hearer in hearers if hearer.person_id != thing.actor_id]
    preferences = await _list_preferences([hearer.person_id for hearer in others])
    at = now()
    planned = [
        (hearer, plan_delivery(hearer.kind, hearer.level, preferences[hearer.person_id], at=at)) for hearer in others
    ]
    wanted = [(hearer, delivery) for hearer, delivery in planned if delivery.is_any]
    async with unit_of_work(SYSTEM) as unit:
        told = await _insert(thing, wanted) if wanted else []
        await execute("select pg_notify($1, p::text) from unnest($2::uuid[]) p", LIVE, told)
        await execute(
            "insert into notice_round (thing, done_at) values ($1, $2) on conflict do nothing", thing.key, unit.now
        )
        if told:
            unit.emit(PeopleNotified(thing.key))
    return len(told)


async def is_round_done(key: str) -> bool:
    """Whether everybody who was to be told of this has been."""
    return bool(await fetch_value("select 1 from notice_round where thing = $1", key))


async def _insert(thing: Thing, wanted: Sequence[tuple[Hearer, Delivery]]) -> list[UUID]:
    rows = await fetch_all(
        "insert into notice (id, person_id, thing, kind, topic_id, post_id, duplicate_id, actor_id, in_app, mail_due_at,"
        "   push_due, created_at, decision_id, article_id, ticket_id)"
        " select u.id, u.person_id, $1, u.kind, $2, $3, $4, $5, u.in_app,"
        "   case when o.email is not null and o.email_verified_at is not null then u.mail_due_at end, u.push_due, $6, $13, $14, $15"
        " from unnest($7::uuid[], $8::uuid[], $9::text[], $10::bool[], $11::timestamptz[], $12::bool[])"
        "   as u (id, person_id, kind, in_app, mail_due_at, push_due) join person o on o.id = u.person_id"
        " where not exists (select from claim c where c.person_id = u.person_id and c.episode = $1)"
        " on conflict (person_id, thing) do nothing returning person_id, in_app",
        thing.key,
        thing.topic_id,
        thing.post_id,
        thing.duplicate_id,
        thing.actor_id,
        now(),
        [new_id() for _ in wanted],
        [hearer.person_id for hearer, _ in wanted],
        [hearer.kind for hearer, _ in wanted],
        [delivery.in_app for _, delivery in wanted],
        [delivery.mail_due_at for _, delivery in wanted],
        [delivery.push_due for _, delivery in wanted],
        thing.decision_id,
        thing.article_id,
        thing.ticket_id,
    )
    return [row["person_id"] for row in rows]


async def _list_preferences(person_ids: Sequence[UUID]) -> dict[UUID, dict[tuple[str, str], str]]:
    rows = await fetch_all(
        "select person_id, kind, channel, choice from notice_preference where person_id = any($1::uuid[])",
        list(person_ids),
    )
    found: dict[UUID, dict[tuple[str, str], str]] = defaultdict(dict)
    for row in rows:
        found[row["person_id"]][row["kind"], row["channel"]] = row["choice"]
    return found
