"""Drafts: the newest text wins and none is lost; a draft goes with what it became, and comes back by no late saving."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import ANONYMOUS
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound, NotSignedIn, TooLarge
from kb.drafts.keeping import (
    KEPT_FOR,
    MAX_BODY,
    MAX_DRAFTS,
    DraftText,
    discard_draft,
    find_draft,
    forget_old_drafts,
    keep_draft,
    list_drafts,
    take_other_text,
)
from kb.drafts.places import edit_place, place_path, reply_place
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.editing import edit_post
from kb.forum.replying import reply_to_topic
from kb.tickets.answering import SentForm, reply_to_ticket
from kb.tickets.asking import NewTicket, open_ticket
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic

FIRST, SECOND = DraftText("Export", "It stops."), DraftText("Export", "It starts again.")


async def test_a_text_is_kept_and_found_by_its_writer_alone(db: str) -> None:
    writer = await make_person()
    assert await keep_draft(writer, "ask", FIRST) == 1
    assert await keep_draft(writer, "ask", SECOND, based_on=1) == 2
    found = await find_draft(writer, "ask")
    assert found is not None
    assert (found.text, found.version, found.other_body) == (SECOND, 2, None)
    other = await make_person()
    assert await find_draft(other, "ask") is None
    with pytest.raises(NotFound):
        await discard_draft(other, found.id)
    with pytest.raises(NotFound):
        await take_other_text(other, found.id)
    with pytest.raises(NotSignedIn):
        await keep_draft(ANONYMOUS, "ask", FIRST)


async def test_of_two_devices_the_newest_wins_and_the_other_text_can_be_taken_back(db: str) -> None:
    writer = await make_person()
    await keep_draft(writer, "ask", FIRST)
    await keep_draft(writer, "ask", SECOND)
    draft = await find_draft(writer, "ask")
    assert draft is not None
    assert (draft.text.body, draft.other_body) == (SECOND.body, FIRST.body)
    taken = await take_other_text(writer, draft.id)
    assert (taken.text.body, taken.other_body) == (FIRST.body, SECOND.body)


async def test_nothing_at_all_keeps_nothing_but_only_for_who_has_seen_what_goes(db: str) -> None:
    writer = await make_person()
    assert await keep_draft(writer, "ask", DraftText(space="help")) == 0
    assert await find_draft(writer, "ask") is None
    await keep_draft(writer, "ask", FIRST)
    await keep_draft(writer, "ask", DraftText())
    assert await find_draft(writer, "ask") is not None
    await keep_draft(writer, "ask", DraftText(), based_on=1)
    assert await find_draft(writer, "ask") is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["one", "two", "three"]), st.booleans()), max_size=8))
async def test_whatever_two_devices_write_a_text_the_writer_had_not_seen_is_kept_beside(
    db: str, steps: list[tuple[int, str, bool]]
) -> None:
    writer = await make_person()
    seen, newest, version, beside = [0, 0], "", 0, None
    for device, body, looks_first in steps:
        if looks_first:
            seen[device] = version
        if newest and seen[device] != version and body != newest:
            beside = newest
        seen[device] = version = await keep_draft(writer, "ask", DraftText(body=body), based_on=seen[device])
        newest = body
        found = await find_draft(writer, "ask")
        assert found is not None
        assert (found.text.body, found.other_body) == (newest, beside)


async def test_two_savings_at_once_are_one_draft(db: str) -> None:
    writer = await make_person()
    await asyncio.gather(*(keep_draft(writer, "ask", DraftText(body=f"Text {n}")) for n in range(6)))
    [draft] = await list_drafts(writer)
    assert draft.version == 6
    assert draft.other_body


@pytest.mark.parametrize("drafted", [True, False])
async def test_a_draft_goes_with_what_it_became_and_programs_take_none_away(db: str, *, drafted: bool) -> None:
    await make_space()
    writer, topic = await make_person(), await make_topic()
    mine = await make_reply(topic, writer)
    ticket = await open_ticket(writer, NewTicket("Export", "It stops.", "form"))
    places = ["ask", reply_place(topic.number), edit_place(mine), "ticket", f"ticket:{ticket.number}"]
    for place in places:
        await keep_draft(writer, place, FIRST)
    await ask_topic(writer, NewTopic("help", "The export stops early", "It stops."), drafted=drafted)
    await reply_to_topic(writer, topic.id, "It starts.", drafted=drafted)
    await edit_post(writer, mine, "Better.", drafted=drafted)
    await open_ticket(writer, NewTicket("Export", "It stops again.", "form"), drafted=drafted)
    await reply_to_ticket(writer, ticket.id, "Still.", "customer", sent=SentForm() if drafted else None)
    assert len(await list_drafts(writer)) == (0 if drafted else len(places))


async def test_a_refusal_keeps_the_draft(db: str) -> None:
    await make_space()
    writer = await make_person()
    await keep_draft(writer, "ask", FIRST)
    with pytest.raises(Invalid):
        await ask_topic(writer, NewTopic("help", "Help", ""), drafted=True)
    assert await find_draft(writer, "ask") is not None


async def test_a_saving_that_comes_after_the_sending_brings_nothing_back(db: str) -> None:
    writer, topic = await make_person(), await make_topic()
    place = reply_place(topic.number)
    version = await keep_draft(writer, place, FIRST)
    await reply_to_topic(writer, topic.id, FIRST.body, drafted=True)
    with pytest.raises(Conflict):
        await keep_draft(writer, place, FIRST, based_on=version)
    assert await keep_draft(writer, place, SECOND) == 1


async def test_limits_are_told_and_a_text_too_long_to_post_is_still_kept(db: str) -> None:
    writer = await make_person()
    assert await keep_draft(writer, "ask", DraftText(body="x" * MAX_BODY)) == 1
    with pytest.raises(TooLarge):
        await keep_draft(writer, "ask", DraftText(body="x" * (MAX_BODY + 1)), based_on=1)
    await execute(
        "insert into draft (id, person_id, place, created_at, updated_at)"
        " select gen_random_uuid(), $1, 'reply:' || n, $2, $2 from generate_series(2, $3::int) n",
        writer.person_id,
        now(),
        MAX_DRAFTS,
    )
    with pytest.raises(Invalid):
        await keep_draft(writer, "ticket", FIRST)


@pytest.mark.parametrize(
    "place", ["", "asks", "reply:", "reply:0", "reply:x", "edit:7", "../x", "ask\n", "ticket:7:8", "ticket:-1"]
)
async def test_what_is_no_place_is_not_written_at(db: str, place: str) -> None:
    with pytest.raises(NotFound):
        await keep_draft(await make_person(), place, FIRST)
    with pytest.raises(NotFound):
        place_path(place)


async def test_drafts_are_forgotten_half_a_year_after_the_last_word(db: str) -> None:
    writer = await make_person()
    with clock_held_at(now() - KEPT_FOR - timedelta(days=1)):
        await keep_draft(writer, "ask", FIRST)
        await keep_draft(writer, "ticket", FIRST)
    await keep_draft(writer, "ticket", SECOND, based_on=1)
    assert await forget_old_drafts() == 1
    assert await fetch_value("select place from draft") == "ticket"
