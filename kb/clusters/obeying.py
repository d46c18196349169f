"""What people said about questions binds every later refresh. Pure: groups and places in, places that break no word out.

Two steps. `unite_bound_groups` looks at whole groups: those that mostly hold questions a person put together are one,
so that what is like them comes along. `obey` looks at each place: whatever would still break somebody's word stays where
it is. Every correction is carried out at once and lifts older words it contradicts, so the present always obeys all of
them, and going back to it question by question ends in something that does.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")
Places = Mapping[UUID, UUID | None]


class BondKind(StrEnum):
    """SAME: all in one cluster. APART: no cluster holds two sides."""

    SAME = "same"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Bond:
    """One word of a person about several questions; `sides` is all 0 for SAME."""

    kind: BondKind
    sides: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Words:
    """All that people said and that is in force. A pin to None holds a question alone."""

    pins: Mapping[UUID, UUID | None] = field(default_factory=dict)
    bonds: Sequence[Bond] = ()


def unite_bound_groups(after: Mapping[UUID, int], words: Words, *, known: Collection[UUID]) -> dict[UUID, int]:
    """Question to group, those alone left out. Questions that belong together go where most of them are.

    A group at least half of which moves so goes there as a whole: it is the same problem in other words.
    """
    sizes = Counter(after.values())
    heirs: dict[int, int] = {}
    placed: dict[UUID, int] = {}
    for members in _belonging_together(words):
        counts = Counter(after[q] for q in members if q in after)
        if not counts:
            continue
        target = min(counts, key=lambda group: (-counts[group], group))
        placed |= dict.fromkeys((q for q in members if q in known), target)
        for group in sorted(group for group, count in counts.items() if 2 * count >= sizes[group]):
            one, two = _lead(heirs, group), _lead(heirs, target)
            if one != two:
                heirs[one] = two
    return {q: _lead(heirs, group) for q, group in {**after, **placed}.items()}


def _belonging_together(words: Words) -> list[list[UUID]]:
    """Questions of one SAME bond or pinned to one cluster, overlapping ones together; in the order of their smallest id."""
    pinned: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for question_id, cluster_id in words.pins.items():
        if cluster_id is not None:
            pinned[cluster_id].append(question_id)
    leader: dict[UUID, UUID] = {}
    for members in [*pinned.values(), *(list(b.sides) for b in words.bonds if b.kind is BondKind.SAME)]:
        first, *others = sorted(members)
        for other in others:
            one, two = sorted((_lead(leader, first), _lead(leader, other)))
            if one != two:
                leader[two] = one
    together: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for question_id in {q for pair in leader.items() for q in pair}:
        together[_lead(leader, question_id)].append(question_id)
    return [sorted(together[first]) for first in sorted(together)]


def _lead(leader: Mapping[T, T], one: T) -> T:
    while one in leader:
        one = leader[one]
    return one


def obey(wanted: Places, present: Places, words: Words) -> dict[UUID, UUID | None]:
    """The wanted places, but for questions that would break a word: they stay where they are.

    Where a cluster would hold two sides of an APART bond, everybody in it who stands somewhere now stays there:
    grouping cannot tell the two problems apart, people could.
    """
    places = {**wanted, **{q: c for q, c in words.pins.items() if q in wanted}}
    while stay := {q for q in find_broken(places, words) if places[q] != present.get(q)}:
        torn = {places[q] for q in stay if places[q] is not None} & set(_torn_places(places, words))
        stay |= {q for q, c in places.items() if c in torn and present.get(q) is not None and q not in words.pins}
        places |= {q: present.get(q) for q in stay}
    return places


def find_broken(places: Places, words: Words) -> set[UUID]:
    """Questions whose places break a word. Those of an empty answer break none."""
    broken = {q for q, cluster_id in words.pins.items() if q in places and places[q] != cluster_id}
    torn = set(_torn_places(places, words))
    for bond in words.bonds:
        known = [q for q in bond.sides if q in places]
        if bond.kind is BondKind.SAME:
            found = {places[q] for q in known}
            broken |= set(known) if len(known) > 1 and (len(found) > 1 or None in found) else set()
        elif torn:
            broken |= _on_two_sides(known, bond, places)
    return broken


def _torn_places(places: Places, words: Words) -> Iterable[UUID]:
    for bond in words.bonds:
        if bond.kind is BondKind.APART:
            yield from {
                cluster_id
                for q in _on_two_sides([q for q in bond.sides if q in places], bond, places)
                if (cluster_id := places[q]) is not None
            }


def _on_two_sides(known: Iterable[UUID], bond: Bond, places: Places) -> set[UUID]:
    """Of these, the questions that share a cluster with another side."""
    sides: defaultdict[UUID, set[int]] = defaultdict(set)
    members = list(known)
    for q in members:
        if (cluster_id := places[q]) is not None:
            sides[cluster_id].add(bond.sides[q])
    return {q for q in members if (c := places[q]) is not None and len(sides[c]) > 1}
