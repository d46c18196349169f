"""From the groups a refresh found to places: old ids kept, people's words obeyed, large changes left to people."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kb.clusters.changing import begin_change, note_change, place_questions, place_unrecorded, read_words
from kb.clusters.events import note_event
from kb.clusters.joining import found_cluster
from kb.clusters.matching import Dissolved, Founded, Kept, Matching, Merged, Split, match_groups
from kb.clusters.merging import say_numbers
from kb.clusters.obeying import Words, obey, unite_bound_groups
from kb.clusters.proposing import Proposal, replace_proposals
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork

LEFT_ALONE = "left alone by a refresh"
GROUPED = "grouped by a refresh"

Places = dict[UUID, UUID | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a refresh will do. `places` holds every question it saw; `founded` the clusters that are new."""

    places: Places
    founded: frozenset[UUID]
    events: tuple[Kept | Merged | Split | Founded | Dissolved, ...]
    cluster_of: Mapping[int, UUID]
    proposals: tuple[Proposal, ...]


async def settle_groups(
    unit: UnitOfWork, seen: Mapping[UUID, UUID | None], after: Mapping[UUID, int], *, proposes_above: int
) -> int:
    """Write down where the questions belong; returns how many changed cluster.

    `seen` says where they stood when the refresh began, `after` their groups (those alone left out). A question that
    somebody or the online step has moved since keeps its newer place.
    """
    rows = await fetch_all("select id, cluster_id from question where id = any($1::uuid[])", list(seen))
    present: Places = {row["id"]: row["cluster_id"] for row in rows}
    words = await read_words()
    fresh = {q: group for q, group in after.items() if q in present and present[q] == seen[q]}
    plan = plan_settling(
        present, fresh, words, moved={q for q in present if present[q] != seen[q]}, above=proposes_above
    )
    await replace_proposals(unit, plan.proposals)
    return await _carry_out(unit, present, plan)


def plan_settling(
    present: Mapping[UUID, UUID | None],
    after: Mapping[UUID, int],
    words: Words,
    *,
    above: int,
    moved: set[UUID] | frozenset[UUID] = frozenset(),
) -> Plan:
    """Pure. Questions in `moved` stay where they are; changes of `above` questions or more become proposals."""
    before = {q: c for q, c in present.items() if c is not None}
    united = unite_bound_groups(after, words, known=present.keys() - moved)
    matching = match_groups(before, united)
    ids = {group: cluster_id or new_id() for group, cluster_id in matching.cluster_of.items()}
    wanted = {q: present[q] if q in moved else ids[united[q]] if q in united else None for q in present}
    proposals, held = _hold_back(before, united, matching, ids, above)
    settled = obey(wanted | {q: present[q] for q in held}, present, words)
    fresh = {ids[group] for group, cluster_id in matching.cluster_of.items() if cluster_id is None}
    used = frozenset(fresh & set(settled.values()))
    return Plan(settled, used, matching.events, ids, tuple(proposals))


def _hold_back(
    before: Mapping[UUID, UUID], united: Mapping[UUID, int], matching: Matching, ids: Mapping[int, UUID], above: int
) -> tuple[list[Proposal], set[UUID]]:
    """Merges and splits of many questions, and the questions that stay where they are for it."""
    sizes = Counter(before.values())
    proposals: list[Proposal] = []
    held: set[UUID] = set()
    for event in matching.events:
        match event:
            case Merged(cluster_id, into, _) if sizes[cluster_id] >= above:
                going = {q for q, c in before.items() if c == cluster_id and q in united and ids[united[q]] == into}
                reason = f"{len(going)} of its {sizes[cluster_id]} questions are like those of the other"
                proposals.append(Proposal("merge", cluster_id, into, sorted(going), reason))
                held |= going
            case Split(cluster_id, group, questions) if questions >= above:
                members = {q for q, g in united.items() if g == group}
                going = {q for q in members if before.get(q) == cluster_id}
                reason = f"{len(going)} of its {sizes[cluster_id]} questions are a group of their own"
                proposals.append(Proposal("split", cluster_id, None, sorted(going), reason))
                held |= members
            case Dissolved(cluster_id) if sizes[cluster_id] >= above:
                held |= {q for q, c in before.items() if c == cluster_id}
            case _:
                pass
    return proposals, held


async def _carry_out(unit: UnitOfWork, present: Places, plan: Plan) -> int:
    """Founds, merges and splits first, then single moves; each is a change that can be undone."""
    for cluster_id in sorted(plan.founded):
        await found_cluster(unit, label="", reason="found by a refresh", cluster_id=cluster_id)
    left = {q: c for q, c in plan.places.items() if c != present[q]}
    changed, leaving = len(left), Counter(present[q] for q in left)
    for event in plan.events:
        match event:
            case Merged(cluster_id, into, _):
                await _merge(unit, present, left, cluster_id, into, leaving=leaving[cluster_id])
            case Split(cluster_id, group, _) if plan.cluster_of[group] in plan.founded:
                await _split(unit, present, left, cluster_id, plan.cluster_of[group])
            case Dissolved(cluster_id):
                await note_event(unit, cluster_id, "dissolved", reason="none of its questions is in any group now")
            case _:
                pass
    await _found(unit, present, left, plan.founded)
    await _move(unit, present, left)
    return changed


def _take(left: Places, present: Places, *, of: UUID | None, to: UUID | None) -> Places:
    taken = {q: c for q, c in left.items() if c == to and present[q] == of}
    for question_id in taken:
        del left[question_id]
    return taken


async def _merge(
    unit: UnitOfWork, present: Places, left: Places, cluster_id: UUID, into: UUID, *, leaving: int
) -> None:
    """Ends the cluster if the refresh leaves nothing in it; what people hold there keeps it alive."""
    there = await fetch_value("select count(*) from question where cluster_id = $1", cluster_id)
    if there > leaving:
        return
    taken = _take(left, present, of=cluster_id, to=into)
    led = await fetch_all("select id from cluster where merged_into = $1 order by id", cluster_id)
    reason = f"{await say_numbers(cluster_id, into)} by a refresh: {len(taken)} of its questions went there"
    change_id = await begin_change(
        unit, "merged", reason=reason, cluster_id=cluster_id, into=into, led=[row["id"] for row in led]
    )
    await place_questions(unit, change_id, taken, by="refresh", reason=GROUPED)
    await execute("update cluster set merged_into = $2 where id = $1 or merged_into = $1", cluster_id, into)
    await note_change(unit, change_id, [cluster_id, into], "merged", reason=reason, into=into)


async def _split(unit: UnitOfWork, present: Places, left: Places, cluster_id: UUID, new: UUID) -> None:
    taken = _take(left, present, of=cluster_id, to=new)
    if taken:
        reason = f"{len(taken)} of its questions are a group of their own since a refresh"
        change_id = await begin_change(unit, "split", reason=reason, cluster_id=cluster_id)
        await place_questions(unit, change_id, taken, by="refresh", reason=GROUPED)
        await note_change(unit, change_id, [cluster_id, new], "split", reason=reason, new=new)


async def _found(unit: UnitOfWork, present: Places, left: Places, founded: frozenset[UUID]) -> None:
    """Lone questions that make a new cluster: the cluster's founding is their history, there is nothing to take back."""
    fresh = {q: c for q, c in left.items() if present[q] is None and c in founded}
    for question_id in fresh:
        del left[question_id]
    await place_unrecorded(unit, fresh, reason=GROUPED)


async def _move(unit: UnitOfWork, present: Places, left: Places) -> None:
    """Single questions, one change for each cluster they went to; those that went nowhere, for each they left."""
    moves: defaultdict[tuple[UUID | None, UUID | None], Places] = defaultdict(dict)
    for question_id, cluster_id in left.items():
        moves[cluster_id, None if cluster_id else present[question_id]][question_id] = cluster_id
    for to, of in sorted(moves, key=str):
        places = moves[to, of]
        count = f"{len(places)} question{'' if len(places) == 1 else 's'}"
        reason = f"{count} came here in a refresh" if to else f"{count} left alone by a refresh"
        change_id = await begin_change(unit, "moved", reason=reason, cluster_id=to or of)
        await place_questions(unit, change_id, places, by="refresh", reason=GROUPED if to else LEFT_ALONE)
        touched = {c for q in places for c in (present[q], to) if c}
        await note_change(unit, change_id, touched, "moved", reason=reason, to=to)
