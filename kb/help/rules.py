"""Pure decisions about help inside the product: how place, pain and text are weighed, and when to be silent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

SHOWN = 3
"""Answers in the panel: more is a list to read, not help."""

FLOOR = 0.3
"""The weight from which a place and a cluster are linked at all (kb/signals/rules.py); under it the panel stays silent."""

SAME_ELEMENT = 1.5
"""A link of the very element that was clicked counts for half as much again as one of its page."""

OWN_PAIN = 2.0
"""What hurt this person in the last half hour is what they are looking at the panel for."""

RECENT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """A friction point of the page that belongs to a cluster. `weight` is that of the link; `people` were hurt there."""

    cluster_id: UUID
    weight: float
    people: int
    is_same_element: bool
    is_own_pain: bool


def weigh_places(links: Iterable[PlaceLink]) -> list[UUID]:
    """Clusters of a page, most likely wanted first; of equals the one that hurt more people."""
    best: dict[UUID, tuple[float, int]] = {}
    for link in links:
        if link.weight < FLOOR:
            continue
        weight = link.weight * (SAME_ELEMENT if link.is_same_element else 1.0) * (OWN_PAIN if link.is_own_pain else 1.0)
        best[link.cluster_id] = max(best.get(link.cluster_id, (0.0, 0)), (weight, link.people))
    return sorted(best, key=lambda cluster: (-best[cluster][0], -best[cluster][1], str(cluster)))
