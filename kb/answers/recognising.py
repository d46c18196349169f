"""Replies that agents wrote again and again are recognised as one answer: each copy points at the first that said so.

A reply is compared with those of its cluster, once a cluster. Nothing is merged: ranking judges copies together, and a pointer taken
back leaves everything as it was. A reply that is hardly more than an article or a post inserted into it points at that.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from kb.answers.copies import Shape, are_copies, shape_reply
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all
from kb.core.unit_of_work import unit_of_work

COMPARED_WITH = 200
"""Answers of one cluster that a reply is compared with, the newest. Agents copy what they wrote lately."""

BATCH = 200
"""Replies of one cluster in one go."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """A reply to compare: `first` is the answer it points at, itself where it points at none."""

    id: UUID
    first: UUID
    shape: Shape


_WITHOUT_A_FIRST = """
with moved as (select a.id, a.kind, f.cluster_id from answer a join answer f on f.id = a.same_as
    where f.cluster_id is distinct from a.cluster_id)
update answer a set same_as = case m.kind when 'macro' then a.same_as end, compared_in = null,
    cluster_id = case m.kind when 'macro' then m.cluster_id else a.cluster_id end
from moved m where m.id = a.id
"""
"""Copies whose first is in another cluster by now are compared afresh; a macro goes where the reply it was made of goes."""

_CLUSTERS = """
select distinct cluster_id from answer where kind = 'reply' and retired_at is null and cluster_id is not null
and compared_in is distinct from cluster_id
"""

_TEXTS = """
select a.id, coalesce(a.same_as, a.id) as first, coalesce(m.body_source, p.body_source, r.body_source, k.body) as body,
    author.name as author, asker.name as requester, c.name as company
from answer a
left join ticket_message m on a.kind = 'reply' and m.id = a.source_id left join ticket t on t.id = m.ticket_id
left join person author on author.id = m.author_id left join person asker on asker.id = t.requester_id
left join account c on c.id = asker.account_id
left join post p on a.kind = 'post' and p.id = a.source_id
left join article ar on a.kind = 'article' and ar.id = a.source_id
left join article_revision r on r.article_id = ar.id and r.number = ar.published_revision
left join macro k on a.kind = 'macro' and k.id = a.source_id
where a.cluster_id = $1 and {which} limit $2
"""
_NEW = _TEXTS.format(
    which="a.kind = 'reply' and a.retired_at is null and a.compared_in is distinct from a.cluster_id order by a.created_at, a.id"
)
_KNOWN = _TEXTS.format(
    which="a.same_as is null and (a.kind <> 'reply' or a.compared_in = a.cluster_id) and (a.retired_at is null"
    " or exists (select from answer copy where copy.same_as = a.id)) order by a.created_at desc, a.id"
)
"""What may be a first: what was written by hand, and what was inserted from elsewhere and sent as it was."""


async def recognise_copies() -> int:
    """Compare what was not compared in its cluster yet; returns how many replies now point at another. Safe to repeat."""
    async with unit_of_work(SYSTEM):
        await execute(_WITHOUT_A_FIRST)
    found = 0
    for row in await fetch_all(_CLUSTERS):
        found += await recognise_copies_in(row["cluster_id"])
    return found


async def recognise_copies_in(cluster_id: UUID) -> int:
    """The same for one cluster."""
    found = 0
    while True:
        new = await fetch_all(_NEW, cluster_id, BATCH)
        if not new:
            return found
        known = await fetch_all(_KNOWN, cluster_id, COMPARED_WITH)
        firsts = await asyncio.to_thread(_compare, known, new)
        found += await _point(cluster_id, [row["id"] for row in new], firsts)


def _read(rows: Sequence[asyncpg.Record]) -> list[_Reply]:
    return [
        _Reply(row["id"], row["first"], shape_reply(row["body"], [row[who] for who in _WHO if row[who]]))
        for row in rows
        if row["body"]
    ]


_WHO = ("author", "requester", "company")


def _compare(known: Sequence[asyncpg.Record], new: Sequence[asyncpg.Record]) -> dict[UUID, UUID]:
    """By reply, the first that says the same; the ones of a batch are compared with each other, too, the oldest first."""
    firsts, found = _read(known), dict[UUID, UUID]()
    for reply in _read(new):
        same = next((other for other in firsts if other.id != reply.id and are_copies(reply.shape, other.shape)), None)
        if same is None:
            firsts.append(reply)
        else:
            found[reply.id] = same.first
    return found


async def _point(cluster_id: UUID, compared: Sequence[UUID], firsts: dict[UUID, UUID]) -> int:
    """Under a lock of the cluster, so that no two batches point at each other; whatever pointed at a copy points at its first."""
    async with unit_of_work(SYSTEM):
        await execute("select pg_advisory_xact_lock(hashtextextended('copies:' || $1, 0))", str(cluster_id))
        await execute(
            "update answer set compared_in = $2, same_as = null where id = any($1::uuid[])", list(compared), cluster_id
        )
        return await execute(
            "update answer a set same_as = coalesce(f.same_as, f.id) from unnest($1::uuid[], $2::uuid[]) as n (id, first)"
            " join answer f on f.id = n.first where (a.id = n.id or a.same_as = n.id) and f.cluster_id = a.cluster_id"
            " and coalesce(f.same_as, f.id) <> a.id",
            list(firsts),
            list(firsts.values()),
        )
