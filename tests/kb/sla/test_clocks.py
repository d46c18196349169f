"""Clocks of a ticket: what starts, stops and ends them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kb.sla.business_hours import ALWAYS, Hours, open_between
from kb.sla.clocks import Clock, Happened, Wrote, play
from kb.sla.rules import Kind

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
HOUR = timedelta(hours=1)
TARGETS: dict[Kind, timedelta] = {"first_reply": HOUR, "next_reply": 2 * HOUR, "solution": 8 * HOUR}
OFFICE = Hours("UTC", (((540, 1020),),) * 5 + ((), ()))


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def told(*messages: tuple[str, float], state: str = "open", now: float, **more: object) -> Happened:
    """Messages by hours after noon, and how the ticket stands `now` hours after it."""
    wrote = [Wrote(side, after(at)) for side, at in messages]  # type: ignore[arg-type]
    facts = {"solved_at": None, "snoozed_at": None, **more}
    return Happened(wrote, state, now=after(now), **facts)  # type: ignore[arg-type]


def by_kind(clocks: list[Clock]) -> dict[str, Clock]:
    return {clock.kind: clock for clock in clocks}


def test_a_reply_keeps_the_first_promise_and_what_the_customer_writes_then_starts_the_next() -> None:
    clocks = play([], told(("customer", 0), ("agent", 0.5), state="pending", now=0.5), TARGETS, ALWAYS)
    first, solution = by_kind(clocks)["first_reply"], by_kind(clocks)["solution"]
    assert (first.met_at, first.spent) == (after(0.5), timedelta(minutes=30))
    assert (solution.running_since, solution.spent, solution.due_at(ALWAYS)) == (None, timedelta(minutes=30), None)

    clocks = play(clocks, told(("customer", 20), now=20, was_answered=True), TARGETS, ALWAYS)

    assert by_kind(clocks)["next_reply"].due_at(ALWAYS) == after(22)
    assert by_kind(clocks)["solution"].due_at(ALWAYS) == after(27.5), "the customer's twenty hours are not ours"


def test_solved_ends_all_and_reopened_goes_on_with_what_was_used() -> None:
    clocks = play([], told(("customer", 0), state="solved", now=3, solved_at=after(3)), TARGETS, ALWAYS)
    assert [(clock.kind, clock.spent, clock.met_at) for clock in clocks] == [
        ("first_reply", 3 * HOUR, after(3)),
        ("solution", 3 * HOUR, after(3)),
    ]

    again = by_kind(play(clocks, told(now=10), TARGETS, ALWAYS))

    assert again["solution"].due_at(ALWAYS) == after(15)
    assert again["first_reply"].met_at == after(3)


def test_snoozed_stands_still_and_wakes_with_what_was_left() -> None:
    clocks = play([], told(("customer", 0), now=0), TARGETS, ALWAYS)
    asleep = play(clocks, told(now=5, snoozed_at=after(0.25)), TARGETS, ALWAYS)
    assert {clock.due_at(ALWAYS) for clock in asleep} == {None}

    awake = by_kind(play(asleep, told(now=6), TARGETS, ALWAYS))

    assert awake["first_reply"].due_at(ALWAYS) == after(6.75)


def test_only_staffed_hours_count() -> None:
    clocks = by_kind(play([], told(("customer", 4.5), now=4.5), TARGETS, OFFICE))

    assert clocks["first_reply"].due_at(OFFICE) == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


def test_another_policy_changes_what_is_open_and_not_what_is_done() -> None:
    clocks = play([], told(("customer", 0), ("agent", 0.5), state="pending", now=0.5), TARGETS, ALWAYS)
    clocks = play(clocks, told(("customer", 1), now=1, was_answered=True), TARGETS, ALWAYS)

    changed = by_kind(play(clocks, told(now=1.5), {"solution": 4 * HOUR}, ALWAYS))

    assert set(changed) == {"first_reply", "solution"}
    assert changed["first_reply"].target == HOUR
    assert changed["solution"].due_at(ALWAYS) == after(4.5)


EVENTS = st.lists(st.tuples(st.sampled_from(["customer", "agent"]), st.integers(1, 600)), max_size=12)


@given(EVENTS, st.integers(0, 12), st.booleans())
def test_played_at_once_or_bit_by_bit_clocks_end_alike(gaps: list[tuple[str, int]], cut: int, is_staffed: bool) -> None:
    hours = OFFICE if is_staffed else ALWAYS
    at, events = 0.0, [("customer", 0.0)]
    for side, gap in gaps:
        at += gap / 60
        events.append((side, at))
    cut = min(cut, len(events) - 1) + 1
    head, tail = events[:cut], events[cut:]
    answered = any(side == "agent" for side, _ in head)
    state = {"customer": "open", "agent": "pending"}

    bit = play([], told(*head, state=state[head[-1][0]], now=head[-1][1]), TARGETS, hours)
    bit = play(bit, told(*tail, state=state[events[-1][0]], now=at, was_answered=answered), TARGETS, hours)
    whole = play([], told(*events, state=state[events[-1][0]], now=at), TARGETS, hours)

    assert sorted(bit, key=str) == sorted(whole, key=str)
    assert play(whole, told(state=state[events[-1][0]], now=at + 1, was_answered=True), TARGETS, hours) == whole
    total = open_between(hours, NOON, after(at))
    assert all(clock.spent <= total for clock in whole)
    assert len({(clock.kind, clock.started_at) for clock in whole}) == len(whole)
