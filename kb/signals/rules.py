"""Decisions of the room, pure: what belongs together, what may be believed, what may be spoken about."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.core.saying import say
from kb.signals.detectors import DETECTORS

EPISODE_GAP = timedelta(days=7)
"""Silence that ends an episode: the same window the reuse ledger waits to call an answer durable (DESIGN 5)."""

OPEN_STATES = ("seen", "clustered", "filed", "shipped")
"""An episode in one of these takes up new pain; after `told`, `recovered` or `dropped`, new pain is a new episode."""

STATES = (*OPEN_STATES, "told", "recovered", "dropped")

ASKED_AFTER_SIGNAL = timedelta(days=1)
"""A question within a day of a signal, by the same person, is about the same trouble often enough to count."""

LINK_FLOOR = 0.3
"""Weight below which a friction point and a cluster are not linked: less than one person's question on that page."""

MAIN_LINK = 0.5
"""Weight from which the friction point's pain is the cluster's pain, and its episodes join it."""

MAX_LINKS = 3

MAX_EVIDENCE = 200
"""Events kept with one signal; a longer burst keeps its first event and the newest ones."""

_RANDOM_ID = re.compile(r"^(?=.*\d)[A-Za-z0-9_-]{20,}$")


def earlier_states(state: str) -> list[str]:
    """The states from which an episode may move to this one; endings may be reached from every open state."""
    if state in ("recovered", "dropped"):
        return list(OPEN_STATES)
    return list(STATES[: STATES.index(state)])


def furthest_state(one: str, other: str) -> str:
    """Of two open states the one further along the loop."""
    return max(one, other, key=STATES.index)


def is_unguessable(distinct_id: str, *, external_id: str | None) -> bool:
    """Whether knowing the id proves anything. A browser's random id does; a product's user id stands in its pages."""
    return distinct_id != external_id and bool(_RANDOM_ID.match(distinct_id))


def is_fresh(detector: str, occurred_at: datetime, *, moment: datetime) -> bool:
    """Whether a signal is young enough to start outreach. Late events count and never speak (loop.md 4)."""
    known = next((one for one in DETECTORS if one.kind == detector), None)
    return known is not None and moment - occurred_at <= known.fresh_for


_DETECTOR_LABELS = {"rage_click": say("Rage clicks"), "failed_logins": say("Failed log-ins")}
DETECTOR_WORDS = {"failed_logins": "log in login sign password"}
"""What people call the trouble when they ask about it."""


def friction_label(kind: str, route: str, element: str, text: str | None) -> str:
    """What a product manager reads: `Rage clicks on “Send invoice” at /invoices/:id`."""
    label = _DETECTOR_LABELS.get(kind, kind.replace("_", " ").capitalize())
    target = f"“{text[:60]}”" if text else element
    on = f" on {target}" if target and kind == "rage_click" else ""
    return f"{label}{on}{f' at {route}' if route else ''}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one person who felt the pain at a friction point asked about within a day."""

    cluster_id: object
    same_page: bool | None


@dataclass(frozen=True, slots=True)
class Link:
    """How strongly a friction point belongs to a cluster, and why, in words a product manager can judge."""

    weight: float
    reason: str


def weigh_link(*, asked: int, on_page: int, elsewhere: int, hurt_who_asked: int, word_share: float) -> Link | None:
    """The link between a friction point and a cluster; None when it is too weak to show.

    `asked` people hurt there asked a question of the cluster within a day, `on_page` of them from that very page and
    `elsewhere` from another; `hurt_who_asked` asked anything at all. `word_share` is the share of the friction point's
    words that the cluster's questions use. Two independent hints together weigh more than either.
    """
    telling = asked + 0.5 * on_page - 0.75 * elsewhere
    by_people = telling / (telling + 1) * min(1.0, asked / max(hurt_who_asked, 1)) if telling > 0 else 0.0
    by_words = 0.6 * word_share if word_share >= 0.5 else 0.0
    weight = 1 - (1 - by_people) * (1 - by_words)
    if weight < LINK_FLOOR:
        return None
    reasons = []
    if by_people:
        people = "1 person" if asked == 1 else f"{asked} people"
        page = f", {on_page} from this page" if on_page else ""
        reasons.append(f"{people} asked about it within a day of the signal{page}")
    if by_words:
        reasons.append(f"{round(word_share * 100)} % of the place's words are the questions' words")
    return Link(round(weight, 3), "; ".join(reasons))
