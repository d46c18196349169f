"""Maps the groups of a refresh onto the clusters people know, so that ids, links and corrections survive it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """A cluster lives on in a group; `moved_in` of the group's questions were elsewhere or alone before."""

    cluster_id: UUID
    group: int
    moved_in: int


@dataclass(frozen=True, slots=True)
class Merged:
    """A cluster ends and the cluster `into` took most of what was left of it (`questions` of them)."""

    cluster_id: UUID
    into: UUID
    questions: int


@dataclass(frozen=True, slots=True)
class Split:
    """A new group that took `questions` from a cluster that lives on elsewhere."""

    cluster_id: UUID
    group: int
    questions: int


@dataclass(frozen=True, slots=True)
class Founded:
    """A new group none of whose questions had a cluster."""

    group: int


@dataclass(frozen=True, slots=True)
class Dissolved:
    """A cluster none of whose questions is in any group now."""

    cluster_id: UUID


Event = Kept | Merged | Split | Founded | Dissolved


@dataclass(frozen=True, slots=True)
class Matching:
    """`cluster_of` maps each group to the old cluster it carries on, or to None where a new id is needed."""

    cluster_of: Mapping[int, UUID | None]
    events: tuple[Event, ...]


def match_groups(before: Mapping[UUID, UUID], after: Mapping[UUID, int]) -> Matching:
    """Both map question to cluster or group; a question that is alone is left out.

    Largest overlap first; equal overlaps go to the smaller cluster id (UUIDv7: the older one), then to the group with
    the smallest question id, so neither the order of the mappings nor the numbering of the groups decides anything.
    """
    overlaps = Counter((before[q], group) for q, group in after.items() if q in before)
    ranks = _rank_groups(after)
    cluster_of: dict[int, UUID | None] = dict.fromkeys(sorted(ranks, key=ranks.__getitem__))
    taken: set[UUID] = set()
    for cluster_id, group in sorted(overlaps, key=lambda pair: (-overlaps[pair], pair[0], ranks[pair[1]])):
        if cluster_id not in taken and cluster_of[group] is None:
            cluster_of[group] = cluster_id
            taken.add(cluster_id)
    ended = sorted(set(before.values()) - taken)
    sizes = Counter(after.values())
    events: list[Event] = [_tell_group(g, c, overlaps, sizes[g]) for g, c in cluster_of.items()]
    events += [_tell_end(cluster_id, cluster_of, overlaps, ranks) for cluster_id in ended]
    return Matching(cluster_of, tuple(events))


def _rank_groups(after: Mapping[UUID, int]) -> dict[int, UUID]:
    """Each group's smallest question id: a name that does not depend on how the groups were numbered."""
    members: defaultdict[int, list[UUID]] = defaultdict(list)
    for question_id, group in after.items():
        members[group].append(question_id)
    return {group: min(ids) for group, ids in members.items()}


def _tell_group(group: int, cluster_id: UUID | None, overlaps: Counter[tuple[UUID, int]], size: int) -> Event:
    if cluster_id is not None:
        return Kept(cluster_id, group, moved_in=size - overlaps[cluster_id, group])
    sources = {c: n for (c, g), n in overlaps.items() if g == group}
    if not sources:
        return Founded(group)
    largest = min(sources, key=lambda c: (-sources[c], c))
    return Split(largest, group, questions=sources[largest])


def _tell_end(
    cluster_id: UUID,
    cluster_of: Mapping[int, UUID | None],
    overlaps: Counter[tuple[UUID, int]],
    ranks: Mapping[int, UUID],
) -> Event:
    """A cluster without a group of its own: each group it overlaps was kept by another, else it had been given one."""
    targets = {g: n for (c, g), n in overlaps.items() if c == cluster_id}
    if not targets:
        return Dissolved(cluster_id)
    largest = min(targets, key=lambda g: (-targets[g], ranks[g]))
    into = cluster_of[largest]
    if into is None:
        raise AssertionError("a group that overlaps an ended cluster has always been kept by another")
    return Merged(cluster_id, into, questions=targets[largest])
