"""A topic that was asked before leads to its original. Followers and me-toos move by being counted there, not by being copied.

No row of theirs changes hands: while `topic.duplicate_of` points somewhere, that topic's people are its own and those of all
its aliases, each once. Undoing is therefore exact whatever happened in between.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kb.core.database import execute, fetch_all, fetch_value

_TURN = 7_050_001
"""Key of the advisory lock: whoever changes what leads where holds it alone, me-toos hold it together."""

_FAMILY = "(f.id = {top} or f.duplicate_of = {top})"


async def take_merging_turn(*, alone: bool) -> None:
    """Wait until nobody changes what leads where; to the end of the unit of work nobody else does."""
    await execute(f"select pg_advisory_xact_lock{'' if alone else '_shared'}($1)", _TURN)


async def find_leading_topic(topic_id: UUID) -> UUID:
    """The original a topic leads to; itself where it is no alias."""
    return await fetch_value("select duplicate_of from topic where id = $1", topic_id) or topic_id


async def lead_topics(topic_ids: Sequence[UUID], *, to: UUID | None) -> None:
    """Make these topics, and what was merged into them, lead to the one given, or (None) to themselves. The caller counts again."""
    await execute(
        "with recursive led as (select id, id as root from unnest($1::uuid[]) as id"
        "   union select m.id, led.root from led join topic m on m.merged_into = led.id)"
        " update topic t set duplicate_of = case when t.id = led.root then $2 else coalesce($2, led.root) end"
        " from led where t.id = led.id",
        list(topic_ids),
        to,
    )


async def bring_along(topic_id: UUID, ticket_id: UUID, person_id: UUID, *, at: datetime) -> None:
    """The ticket's requester has the topic's problem too and hears of it."""
    await execute(
        "insert into brought_along (topic_id, ticket_id, person_id, created_at) values ($1, $2, $3, $4) on conflict do nothing",
        topic_id,
        ticket_id,
        person_id,
        at,
    )


async def let_go(ticket_id: UUID) -> None:
    """The ticket leads nowhere any more; what its requester did in the topic stays."""
    await execute("delete from brought_along where ticket_id = $1", ticket_id)


async def count_me_too_again(topic_ids: Sequence[UUID]) -> None:
    """People besides the asker, each once: of a leading topic also those of its aliases, their askers among them."""
    await execute(
        "update topic t set me_too_count = (select count(distinct u.person_id) from ("
        "   select m.person_id from me_too m join topic f on f.id = m.topic_id where f.id = t.id"
        "     or (t.duplicate_of is null and f.duplicate_of = t.id)"
        "   union all select f.author_id from topic f where t.duplicate_of is null and f.duplicate_of = t.id"
        "   union all select b.person_id from brought_along b join topic f on f.id = b.topic_id where f.id = t.id"
        "     or (t.duplicate_of is null and f.duplicate_of = t.id)"
        " ) u where u.person_id <> t.author_id) where t.id = any($1::uuid[])",
        list(topic_ids),
    )


async def list_followers(topic_id: UUID) -> list[UUID]:
    """Everybody who is told about this topic, each once: its followers, its aliases' and the requesters of duplicate tickets."""
    rows = await fetch_all(
        "select x.person_id from topic_follower x join topic f on f.id = x.topic_id"
        f" where {_FAMILY.format(top='$1')} union select b.person_id from brought_along b"
        f" join topic f on f.id = b.topic_id where {_FAMILY.format(top='$1')} order by 1",
        topic_id,
    )
    return [row["person_id"] for row in rows]


async def forget_me_too(topic_id: UUID, person_id: UUID) -> int:
    """Take a person's me-too out of a leading topic and all its aliases, and their following unless they wrote there.

    Returns how many rows went. What they took back stays taken back when a duplicate is undone.
    """
    family = f"select f.id from topic f where {_FAMILY.format(top='$1')}"
    gone = await execute(f"delete from me_too where topic_id in ({family}) and person_id = $2", topic_id, person_id)
    gone += await execute(
        f"delete from brought_along where topic_id in ({family}) and person_id = $2", topic_id, person_id
    )
    if gone:
        await execute(
            f"delete from topic_follower x where topic_id in ({family}) and person_id = $2"
            " and not exists (select 1 from post p where p.topic_id = x.topic_id and p.author_id = $2)",
            topic_id,
            person_id,
        )
    return gone


async def list_family(topic_id: UUID) -> list[UUID]:
    """A leading topic and its aliases."""
    rows = await fetch_all(
        f"select f.id from topic f where {_FAMILY.format(top='$1')} order by f.id for no key update", topic_id
    )
    return [row["id"] for row in rows]
