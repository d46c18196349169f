"""Names that no longer hold, found and made again: a topic was hidden, a space narrowed, a question moved, a cluster grew."""

from uuid import UUID

from kb.clusters.audiences import AUDIENCES, INSIDERS, STANDS
from kb.clusters.naming import LABEL_PEOPLE, choose_names, write_names
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.unit_of_work import unit_of_work

BATCH = 500

GROWN = 1.25
"""A cluster this much larger than when it was named may have a better name, and may have got enough people for a public one."""

_BROKEN = " or ".join(
    f"(l.visibility = '{audience}' and not {STANDS.replace('$1', f'array{list(visibilities)!r}')})"
    for audience, visibilities in AUDIENCES.items()
)

_TO_NAME = f"""
select c.id from cluster c where c.merged_into is null and c.question_count > 0 and (
    not exists (select 1 from cluster_label l where l.cluster_id = c.id)
    or exists (select 1 from cluster_label l where l.cluster_id = c.id and (
        c.question_count > l.question_count * {GROWN} or c.question_count * {GROWN} < l.question_count
        or (c.label_by = 'person') <> (l.label_by = 'person') and l.visibility = '{INSIDERS}' and l.label <> ''
        or c.label_by = 'person' and l.label_by = 'person' and c.label <> l.label
        or {_BROKEN})))
order by c.id limit {BATCH}
"""


async def name_clusters_again(*, label_people: int = LABEL_PEOPLE) -> int:
    """Name every cluster whose names no longer hold, or that has none; returns how many. Safe to repeat and to interrupt."""
    waiting: list[UUID] = [row["id"] for row in await fetch_all(_TO_NAME)]
    if not waiting:
        return 0
    names = await choose_names(waiting, label_people=label_people)
    async with unit_of_work(SYSTEM) as unit:
        await write_names(unit, names)
        await _forget_labels([id_ for id_ in waiting if id_ not in {name.cluster_id for name in names}])
    return len(waiting)


async def was_placed_by_person(question_id: UUID) -> bool:
    """Whether a correction put the question where it is."""
    return bool(await fetch_value("select joined_by = 'person' from question where id = $1", question_id))


async def _forget_labels(cluster_ids: list[UUID]) -> None:
    """No question of theirs may be read by anybody any more: what they were called is said to nobody."""
    await execute(
        "insert into cluster_label (cluster_id, visibility, label, label_by, rests_on, question_count, read_at)"
        " select c.id, a.visibility, '', 'words', '{}', c.question_count, now() from cluster c, unnest($2::text[]) as a (visibility)"
        " where c.id = any($1::uuid[]) on conflict (cluster_id, visibility) do update set label = '', label_by = 'words',"
        "   rests_on = '{}', representative_id = null, question_count = excluded.question_count",
        cluster_ids,
        list(AUDIENCES),
    )
