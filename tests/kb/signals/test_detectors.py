"""Detectors: exact boundaries, the false alarms others are blamed for, and one answer whatever the order of arrival."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.signals.bursts import Observed, plain_name
from kb.signals.detectors import SignalKind, find_signals, is_heard, may_reach_out

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def at(milliseconds: float) -> datetime:
    return START + timedelta(milliseconds=milliseconds)


def click(
    ms: float, *, x: float | None = 0, y: float | None = 0, element: str | None = "button#pay", **more: object
) -> Observed:
    given = {"key": f"c{ms}", "name": "$autocapture", "session_id": "s1", "route": "/pay"} | more
    return Observed(occurred_at=at(ms), x=x, y=y, element=element, **given)  # type: ignore[arg-type]


def attempt(seconds: float, name: str = "login_failed", login: str | None = None) -> Observed:
    return Observed(key=f"{name}{seconds}{login}", name=name, occurred_at=at(seconds * 1000), login=login)


def kinds(*events: Observed) -> list[str]:
    return [finding.kind for finding in find_signals(events)]


def test_three_quick_clicks_on_one_spot_are_rage() -> None:
    found = find_signals([click(0), click(400), click(800)])
    assert [f.kind for f in found] == [SignalKind.RAGE_CLICK]
    assert (found[0].started_at, found[0].fired_at, found[0].element) == (at(0), at(800), "button#pay")


@pytest.mark.parametrize(
    ("events", "fires"),
    [
        ([click(0), click(999), click(1998)], True),
        ([click(0), click(999), click(1999)], False),
        ([click(0), click(1), click(2, x=14, y=15)], True),
        ([click(0), click(1), click(2, x=15, y=15)], False),
        ([click(0), click(1, x=25), click(2, x=50)], True),
        ([click(0), click(1)], False),
        ([click(0), click(1, element="a#x"), click(2), click(3)], False),
        ([click(0, x=None), click(1, x=None), click(2, x=None)], True),
        ([click(i, x=None, element=None) for i in range(3)], False),
        ([click(i, element=None) for i in range(3)], True),
        ([click(0), click(1, session_id="s2"), click(2)], False),
        ([click(i, expects_bursts=True) for i in range(5)], False),
        ([click(i, name="autocapture_change") for i in range(5)], False),
        ([click(0, name="$rageclick")], True),
        ([click(0, name="$rageclick", expects_bursts=True)], False),
    ],
)
def test_rage_has_exact_limits(events: list[Observed], fires: bool) -> None:
    assert kinds(*events) == (["rage_click"] if fires else [])


def test_ten_clicks_in_a_row_are_one_burst_and_a_pause_begins_another() -> None:
    assert len(find_signals([click(i * 100) for i in range(10)])) == 1
    assert len(find_signals([click(i * 100) for i in range(5)] + [click(5000 + i * 100) for i in range(5)])) == 2


def test_a_burst_the_sender_reports_and_we_count_is_one() -> None:
    clicks = [click(i * 100, x=None) for i in range(6)]
    found = find_signals([*clicks, click(200, name="$rageclick", key="ready")])
    assert len(found) == 1
    assert set(found[0].event_keys) == {c.key for c in clicks} | {"ready"}
    elsewhere = click(200, name="$rageclick", key="ready", element="a#other")
    assert len(find_signals([*clicks, elsewhere])) == 2


@pytest.mark.parametrize(("last", "fires"), [(599, True), (600, True), (601, False)])
def test_three_failures_fire_within_ten_minutes_and_not_after(last: float, fires: bool) -> None:
    assert kinds(attempt(0), attempt(300), attempt(last)) == (["failed_logins"] if fires else [])


def test_the_window_slides() -> None:
    assert kinds(attempt(0), attempt(500), attempt(700), attempt(1000)) == ["failed_logins"]


def test_ten_failures_are_one_signal_and_a_quiet_spell_begins_anew() -> None:
    first = [attempt(i * 30) for i in range(10)]
    assert len(find_signals(first)) == 1
    assert len(find_signals(first + [attempt(2000 + i) for i in range(3)])) == 2


def test_a_success_starts_the_count_again() -> None:
    assert kinds(attempt(0), attempt(10), attempt(20, "login_succeeded"), attempt(30), attempt(40)) == []
    assert kinds(*[attempt(i) for i in range(3)], attempt(5, "Signed In"), *[attempt(i) for i in range(6, 9)]) == [
        "failed_logins",
        "failed_logins",
    ]


def test_each_login_is_counted_for_itself() -> None:
    assert kinds(attempt(0, login="a"), attempt(1, login="b"), attempt(2, login="c")) == []
    assert kinds(attempt(0, login="a"), attempt(1, login="b"), attempt(2, login="a"), attempt(3, login="a")) == [
        "failed_logins"
    ]
    fails = [attempt(i, login="a") for i in range(2)]
    assert kinds(*fails, attempt(5, "login_succeeded", "b"), attempt(6, login="a")) == ["failed_logins"]
    assert kinds(*fails, attempt(5, "login_succeeded", "a"), attempt(6, login="a")) == []
    assert kinds(*fails, attempt(5, "login_succeeded"), attempt(6, login="a")) == []


@pytest.mark.parametrize("name", ["login_failed", "Login Failed", "loginFailed", "user login failed", "Sign-In failed"])
def test_names_of_one_thing_are_one_name(name: str) -> None:
    assert is_heard(name)
    assert kinds(*[attempt(i, name) for i in range(3)]) == ["failed_logins"]


def test_a_late_finding_counts_and_does_not_speak() -> None:
    rage = find_signals([click(i) for i in range(3)])[0]
    assert may_reach_out(rage, moment=rage.fired_at + timedelta(minutes=2))
    assert not may_reach_out(rage, moment=rage.fired_at + timedelta(minutes=45))


def test_most_events_wake_no_detector() -> None:
    assert not is_heard("$pageview")
    assert plain_name("$rageclick") == "rageclick"


EVENTS = st.lists(
    st.builds(
        lambda ms, name, x, element: click(ms, x=x, element=element, name=name, key=f"{ms}-{name}-{x}-{element}"),
        st.integers(0, 8000).map(lambda n: n * 100),
        st.sampled_from(["$autocapture", "$rageclick", "login_failed", "login_succeeded", "$pageview"]),
        st.sampled_from([None, 0, 20, 60]),
        st.sampled_from(["button#a", "button#b", None]),
    ),
    max_size=25,
)


@given(EVENTS, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(events: list[Observed], random: object) -> None:
    shuffled = [*events, *events[: len(events) // 2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find_signals(shuffled) == find_signals(events)


@given(EVENTS)
def test_no_event_is_evidence_twice_for_one_kind(events: list[Observed]) -> None:
    for kind in SignalKind:
        keys = [key for finding in find_signals(events) if finding.kind == kind for key in finding.event_keys]
        assert len(keys) == len(set(keys))
