"""What leads where: the end of a chain, everything that leads to it, and making the rows of other rooms say so.

Duplicates keep the original they were marked with. An original that becomes an alias takes its aliases along only by being
followed, so undoing it gives them back by itself.
"""

from uuid import UUID

from kb.clusters.duplicates.sides import Side
from kb.core.database import execute, fetch_all, fetch_one
from kb.forum.merging import count_me_too_again, lead_topics

_UP = (
    "with recursive up as ("
    "   select original_kind as kind, original_id as id, 1 as depth from duplicate"
    "   where in_force and alias_kind = $1 and alias_id = $2"
    "   union all select d.original_kind, d.original_id, up.depth + 1 from up"
    "   join duplicate d on d.in_force and d.alias_kind = up.kind and d.alias_id = up.id where up.depth < 1000)"
    " select kind, id from up order by depth desc limit 1"
)

_BELOW = (
    "with recursive below as ("
    "   select alias_kind as kind, alias_id as id from duplicate where in_force and original_kind = $1 and original_id = $2"
    "   union select d.alias_kind, d.alias_id from below b"
    "   join duplicate d on d.in_force and d.original_kind = b.kind and d.original_id = b.id)"
    " select kind, id from below order by id"
)


async def find_original(side: Side) -> Side:
    """The end of the chain; the side itself where it is no alias."""
    row = await fetch_one(_UP, side.kind, side.id)
    return Side(row["kind"], row["id"]) if row else side


async def list_aliases(side: Side) -> list[Side]:
    """Everything that leads here, however far away."""
    return [Side(row["kind"], row["id"]) for row in await fetch_all(_BELOW, side.kind, side.id)]


async def settle(alias: Side, *, before: Side) -> None:
    """After the alias began or ceased to lead somewhere: bring topics, questions and counts in line. `before` is its old end."""
    top = await find_original(alias)
    moved = [alias, *await list_aliases(alias)]
    topics = [side.id for side in moved if side.kind == "topic" and side != top]
    await lead_topics(topics, to=top.id)
    if alias == top and alias.kind == "topic":
        await lead_topics([alias.id], to=None)
    await _lead_questions(moved, top)
    counted = {side.id for side in (alias, top, before, *moved) if side.kind == "topic"}
    await count_me_too_again(sorted(counted))


async def _lead_questions(moved: list[Side], top: Side) -> None:
    for side in moved:
        to = None if side == top else top
        await execute(
            "update question set alias_kind = $3, alias_of = $4 where source_kind = $1 and parent_id = $2",
            side.kind,
            side.id,
            to.kind if to else None,
            to.id if to else None,
        )


async def lead_new_questions(kind: str, parent_ids: list[UUID]) -> None:
    """Questions extracted from what is an alias already are aliases too."""
    rows = await fetch_all(
        "select alias_id from duplicate where in_force and alias_kind = $1 and alias_id = any($2::uuid[])",
        kind,
        parent_ids,
    )
    for row in rows:
        side = Side(kind, row["alias_id"])
        await _lead_questions([side], await find_original(side))
