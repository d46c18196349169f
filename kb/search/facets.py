"""What a search could be narrowed by, with how much would be left. Counted over what was found and may be read, nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kb.core.saying import say
from kb.search.grammar import Query
from kb.search.queries import Found

MOST_SPACES = MOST_TAGS = 8
"""Shown of spaces and of tags; the smallest are reached by typing `space:` and `tag:`."""

_KINDS = {"topic": say("Topics"), "article": say("Articles"), "ticket": say("Tickets")}
_STATES = {"solved": say("Solved"), "unsolved": say("Unsolved"), "unanswered": say("Unanswered")}
_TIMES = {say("Past week"): 7, say("Past month"): 30, say("Past year"): 365}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow. `query` is the search it leads to; where it is in force, the search without it."""

    label: str
    count: int
    query: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """Choices of one sort."""

    label: str
    choices: tuple[Choice, ...]


def count_facets(
    query: Query, found: Sequence[Found], tags: Mapping[UUID, Sequence[str]], now: datetime
) -> tuple[Facet, ...]:
    """Those with a choice to make; a choice that would leave everything or nothing is none. `tags` are those of each topic."""
    facets = (
        Facet(say("Kind"), _of_kinds(query, found)),
        Facet(say("Solved"), _of_states(query, found)),
        Facet(say("Space"), _of_spaces(query, found)),
        Facet(say("Tag"), _of_tags(query, found, tags)),
        Facet(say("Asked"), _of_times(query, found, now)),
    )
    kept = (Facet(f.label, tuple(c for c in f.choices if c.is_on or 0 < c.count < len(found))) for f in facets)
    return tuple(facet for facet in kept if facet.choices)


def _of_kinds(query: Query, found: Sequence[Found]) -> tuple[Choice, ...]:
    counts = Counter(one.kind for one in found)
    return tuple(_choice(query, label, counts[kind], "kind", kind) for kind, label in _KINDS.items())


def _of_states(query: Query, found: Sequence[Found]) -> tuple[Choice, ...]:
    topics = [one for one in found if one.kind == "topic"]
    counts = {
        "solved": sum(one.is_solved for one in topics),
        "unsolved": sum(not one.is_solved for one in topics),
        "unanswered": sum(not one.is_solved and one.replies == 0 for one in topics),
    }
    return tuple(_choice(query, _STATES[state], count, "state", state) for state, count in counts.items())


def _of_spaces(query: Query, found: Sequence[Found]) -> tuple[Choice, ...]:
    counts = Counter((one.space, one.place) for one in found if one.space)
    return tuple(_choice(query, name, n, "space", slug) for (slug, name), n in counts.most_common(MOST_SPACES))


def _of_tags(query: Query, found: Sequence[Found], tags: Mapping[UUID, Sequence[str]]) -> tuple[Choice, ...]:
    """A search is within one tag: while one is in force, which may be a synonym, it can be taken away and none put in its place."""
    if query.within.tag:
        return (_choice(query, query.within.tag, len(found), "tag", query.within.tag),)
    counts = Counter(slug for one in found if one.kind == "topic" for slug in tags.get(one.id, ()))
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TAGS]
    return tuple(_choice(query, slug, n, "tag", slug) for slug, n in most)


def _of_times(query: Query, found: Sequence[Found], now: datetime) -> tuple[Choice, ...]:
    days = {label: (now.astimezone(UTC) - timedelta(days=n)).date() for label, n in _TIMES.items()}
    return tuple(
        _choice(query, label, sum(one.asked_at.date() >= day for one in found), "after", day)
        for label, day in days.items()
    )


def _choice(query: Query, label: str, count: int, limit: str, value: object) -> Choice:
    is_on = getattr(query.within, limit) == value
    without = None if limit == "after" else ""
    return Choice(label, count, str(query.narrowed(**{limit: without if is_on else value})), is_on)
