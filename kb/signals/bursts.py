"""The engine behind the detectors: bursts of events close in time, place and purpose. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

_WORD_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+")


def plain_name(name: str) -> str:
    """`$rageclick`, `Login Failed`, `loginFailed` -> `rageclick`, `login_failed`, `login_failed`."""
    return _WORD_BREAK.sub("_", name[:200]).strip("_").lower()


@dataclass(frozen=True, slots=True)
class Observed:
    """What detectors may look at of one event: no content beyond what tells one click or attempt from another."""

    key: str
    name: str
    occurred_at: datetime
    session_id: str | None = None
    route: str | None = None
    element: str | None = None
    expects_bursts: bool = False
    login: str | None = None
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Detector:
    """One finding is `count` events, all inside `within`, each under `gap` and `radius_px` from the one before.

    `names` match after `plain_name`. `ready_made` events are findings of the sender's own. `fresh_for` is the age up to
    which a finding may still start outreach: an event that comes later (offline, backfill) only counts.
    """

    kind: str
    names: frozenset[str]
    count: int
    within: timedelta | None = None
    gap: timedelta | None = None
    radius_px: float | None = None
    same_element: bool = False
    same_login: bool = False
    resets: frozenset[str] = frozenset()
    ready_made: frozenset[str] = frozenset()
    merge_ready_made: timedelta = timedelta(0)
    fresh_for: timedelta = timedelta(minutes=10)

    @property
    def memory(self) -> timedelta:
        """How far back events can still matter to a new one."""
        return max(self.within or timedelta(0), (self.gap or timedelta(0)) * self.count, self.merge_ready_made)

    def hears(self, name: str) -> bool:
        """Whether an event of this name can matter to the detector."""
        plain = plain_name(name)
        return plain in self.names or plain in self.resets or plain in self.ready_made


@dataclass(frozen=True, slots=True)
class Finding:
    """One burst of distress: from its first event to its last; `fired_at` is the event that made it distress."""

    kind: str
    started_at: datetime
    fired_at: datetime
    ended_at: datetime
    session_id: str | None
    route: str | None
    element: str | None
    event_keys: tuple[str, ...]
    ready_made: bool = False


def find_bursts(detector: Detector, ordered: Sequence[Observed]) -> list[Finding]:
    """The detector's findings in events already sorted by time and free of repeats."""
    counted = [finding for group in _groups(detector, ordered) for finding in _count(detector, group)]
    given = [event for event in ordered if plain_name(event.name) in detector.ready_made and not event.expects_bursts]
    return _merge_ready_made(detector, counted, given)


def _groups(detector: Detector, ordered: Sequence[Observed]) -> list[list[Observed]]:
    """Clicks belong to a session, log-in attempts to a login.

    A success ends the count of its login and of attempts that named none; a success that names none ends every count.
    """
    counts = [event for event in ordered if plain_name(event.name) in detector.names]
    resets = [event for event in ordered if plain_name(event.name) in detector.resets]
    groups: dict[str | None, list[Observed]] = {}
    for event in counts:
        groups.setdefault(_group_key(detector, event), []).append(event)
    for key, group in groups.items():
        group += [event for event in resets if event.login is None or key is None or event.login == key]
        group.sort(key=lambda event: (event.occurred_at, event.key))
    return list(groups.values())


def _group_key(detector: Detector, event: Observed) -> str | None:
    return event.login if detector.same_login else event.session_id


@dataclass(slots=True)
class _Burst:
    """A burst in the making. It fires once, then listens until it is over, so that ten attempts are one finding."""

    recent: list[Observed] = field(default_factory=list)
    fired: Observed | None = None
    members: list[Observed] = field(default_factory=list)


def _count(detector: Detector, group: Sequence[Observed]) -> list[Finding]:
    findings: list[Finding] = []
    burst = _Burst()
    for event in group:
        if event.expects_bursts or plain_name(event.name) in detector.resets:
            findings += _close(detector, burst)
            burst = _Burst()
            continue
        burst.recent = [one for one in burst.recent if _is_within(detector, one, event)]
        if not burst.recent or _breaks(detector, burst.recent[-1], event):
            findings += _close(detector, burst)
            burst = _Burst()
        _add(detector, burst, event)
    return findings + _close(detector, burst)


def _is_within(detector: Detector, earlier: Observed, event: Observed) -> bool:
    return detector.within is None or event.occurred_at - earlier.occurred_at <= detector.within


def _breaks(detector: Detector, before: Observed, event: Observed) -> bool:
    """Whether the event is too late, too far away or on something else to continue the burst."""
    if detector.gap is not None and event.occurred_at - before.occurred_at >= detector.gap:
        return True
    if detector.same_element and before.element != event.element:
        return True
    distance = _distance(before, event)
    if detector.radius_px is None:
        return False
    return distance >= detector.radius_px if distance is not None else before.element is None


def _distance(before: Observed, event: Observed) -> float | None:
    """Manhattan, in CSS pixels; None where either click does not say where: then the element alone decides."""
    if before.x is None or before.y is None or event.x is None or event.y is None:
        return None
    return abs(event.x - before.x) + abs(event.y - before.y)


def _add(detector: Detector, burst: _Burst, event: Observed) -> None:
    burst.recent.append(event)
    if burst.fired is not None:
        burst.members.append(event)
    elif len(burst.recent) >= detector.count:
        burst.fired = event
        burst.members = list(burst.recent)


def _close(detector: Detector, burst: _Burst) -> list[Finding]:
    if burst.fired is None:
        return []
    first, last = burst.members[0], burst.members[-1]
    finding = _as_finding(detector, burst.fired, ready_made=False)
    keys = tuple(member.key for member in burst.members)
    return [replace(finding, started_at=first.occurred_at, ended_at=last.occurred_at, event_keys=keys)]


def _as_finding(detector: Detector, event: Observed, *, ready_made: bool) -> Finding:
    return Finding(
        kind=detector.kind,
        started_at=event.occurred_at,
        fired_at=event.occurred_at,
        ended_at=event.occurred_at,
        session_id=event.session_id,
        route=event.route,
        element=event.element,
        event_keys=(event.key,),
        ready_made=ready_made,
    )


def _merge_ready_made(detector: Detector, counted: list[Finding], given: Sequence[Observed]) -> list[Finding]:
    """A burst that the sender reports and that we count ourselves is one burst, whichever of the two arrives."""
    merged = list(counted)
    for event in given:
        near = [index for index, finding in enumerate(merged) if _is_same_burst(detector, finding, event)]
        if not near:
            merged.append(_as_finding(detector, event, ready_made=True))
            continue
        index = min(near, key=lambda i: abs(merged[i].fired_at - event.occurred_at))
        merged[index] = _joined(merged[index], event)
    return merged


def _is_same_burst(detector: Detector, finding: Finding, event: Observed) -> bool:
    early, late = finding.started_at - detector.merge_ready_made, finding.ended_at + detector.merge_ready_made
    same_place = finding.element == event.element or finding.element is None or event.element is None
    return finding.session_id == event.session_id and same_place and early <= event.occurred_at <= late


def _joined(finding: Finding, event: Observed) -> Finding:
    return replace(
        finding,
        fired_at=min(finding.fired_at, event.occurred_at),
        ended_at=max(finding.ended_at, event.occurred_at),
        element=finding.element or event.element,
        event_keys=(*finding.event_keys, event.key),
    )
