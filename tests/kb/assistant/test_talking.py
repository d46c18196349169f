"""Talking with the assistant: answers with their sources, follow-ups, asking back, and what is said where nothing is known."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kb.assistant.queries import get_conversation
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.policy import Role
from tests.support.answers_factories import make_space
from tests.support.assistant_factories import begin, in_widget, make_answered, make_waiting, on_page
from tests.support.factories import make_person
from tests.support.signals_factories import make_product

pytestmark = pytest.mark.usefixtures("db")

RESET = "The password reset mail does not arrive"
RESET_ANSWER = "Press **Reset** twice, then wait a minute.\n\nOn the phone, open the spam folder of the mail app first."
EXPORT = "How do I export invoices to a spreadsheet"
EXPORT_ANSWER = "Do this:\n\n1. Open Invoices.\n2. Press Export.\n3. Choose CSV."


async def test_an_answer_is_its_authors_sentences_each_with_the_number_of_its_source() -> None:
    answer_id = await make_answered(EXPORT, EXPORT_ANSWER)
    talk = await begin(on_page())

    said = await talk.say("How do I export my invoices to a spreadsheet?")

    [asked, answered] = said.turns
    assert (asked.speaker, asked.text) == ("person", "How do I export my invoices to a spreadsheet?")
    assert [(line.kind, line.text, line.cites) for line in answered.lines] == [
        ("text", "Do this:", (1,)),
        ("step", "Open Invoices.", (1,)),
        ("step", "Press Export.", (1,)),
        ("step", "Choose CSV.", (1,)),
    ]
    [source] = answered.sources
    assert (source.number, source.answer_id, source.title) == (1, answer_id, EXPORT)
    assert source.path.startswith("/posts/")
    shown = await fetch_all("select answer_id, kind, surface, visitor from answer_use")
    assert [tuple(row) for row in shown] == [(answer_id, "shown", "assistant", "visitor-hash")]


async def test_what_nothing_answers_is_said_not_to_be_known_and_twice_is_for_people() -> None:
    await make_answered(EXPORT, EXPORT_ANSWER)
    talk = await begin(on_page())

    first = await talk.say("Which pizza goes with mushrooms tonight?")
    second = await talk.say("Does the moon shine over Lisbon harbour?")

    assert [turn.kind for turn in first.turns] == ["said", "unknown"]
    assert [turn.kind for turn in second.turns] == ["said", "address_wanted"]
    assert await fetch_value("select count(*) from answer_use") == 0


async def test_where_others_wait_for_an_answer_theirs_is_named_and_a_farther_answer_is_not_given() -> None:
    await make_answered("Invoices are printed without their logo", "Press Print.")
    topic_id, _ = await make_waiting("Invoices are printed without their stamp")
    talk = await begin(on_page())

    said = (await talk.say("Invoices are printed without their stamp")).turns[1]
    await execute("update topic set unlisted_at = now() where id = $1", topic_id)
    later = (await get_conversation(talk.chatter, talk.id)).turns[1]

    assert (said.kind, [one.title for one in said.waiting]) == ("unknown", ["Invoices are printed without their stamp"])
    assert later.waiting == ()


async def test_a_follow_up_is_about_what_was_asked_and_does_not_drift() -> None:
    await make_answered(RESET, RESET_ANSWER + "\n\n" + "More of it. " * 60)
    await make_answered(EXPORT, EXPORT_ANSWER)
    talk = await begin(on_page())
    await talk.say("The password reset mail does not arrive")

    follow_up = await talk.say("And on the phone?")
    short = await talk.say("Export invoices")
    other = await talk.say("How do I export invoices to a spreadsheet?")

    assert "On the phone" in " ".join(line.text for line in follow_up.turns[1].lines)
    assert await fetch_value("select last_question from conversation") == "How do I export invoices to a spreadsheet?"
    assert other.turns[1].sources[0].title == short.turns[1].sources[0].title == EXPORT
    assert await fetch_value("select count(*) from turn where asks") == 3


async def test_two_problems_that_fit_alike_are_asked_back_and_the_choice_is_answered() -> None:
    await make_answered("Cancel plan yearly", "Write to billing to cancel the yearly plan.")
    monthly = await make_answered("Cancel plan monthly", "Press Cancel under Plan.")
    talk = await begin(on_page())

    asked_back = (await talk.say("Cancel plan")).turns[1]
    answered = (await talk.say(choice=monthly)).turns

    assert asked_back.kind == "which"
    assert {choice.label for choice in asked_back.choices} == {"Cancel plan yearly", "Cancel plan monthly"}
    assert [turn.kind for turn in answered] == ["chose", "answer"]
    assert answered[1].lines[0].text == "Press Cancel under Plan."
    with pytest.raises(NotFound):
        await talk.say(choice=talk.id)


async def test_nobody_is_answered_from_what_they_may_not_read() -> None:
    for visibility in ("members", "staff"):
        await make_answered(f"{EXPORT} for {visibility}", EXPORT_ANSWER, space_id=await make_space(visibility))
    agent = await make_person(Role.AGENT)

    stranger = await (await begin(on_page())).say("How do I export invoices to a spreadsheet?")
    member = await (await begin(on_page(await make_person()))).say("How do I export invoices to a spreadsheet?")
    staff = await (await begin(on_page(agent))).say("How do I export invoices to a spreadsheet?")
    vouched = await (await begin(in_widget(await make_product(), await make_person()))).say(
        "How do I export invoices to a spreadsheet?"
    )

    assert stranger.turns[1].kind == vouched.turns[1].kind == "unknown"
    assert [source.title for source in member.turns[1].sources] == [f"{EXPORT} for members"]
    assert [source.title for source in staff.turns[1].sources] == [f"{EXPORT} for members"]


async def test_what_is_hidden_later_is_gone_from_the_conversation_too() -> None:
    await make_answered(EXPORT, EXPORT_ANSWER)
    talk = await begin(on_page())
    await talk.say("How do I export invoices to a spreadsheet?")

    await execute("update topic set hidden_at = now()")
    read = await get_conversation(talk.chatter, talk.id)

    assert (read.turns[1].kind, read.turns[1].lines, read.turns[1].sources) == ("nothing_left", (), ())


async def test_a_conversation_is_its_owners_alone() -> None:
    ines = await make_person()
    hers = await begin(on_page(ines))
    strangers = await begin(on_page())
    product = await make_product()
    elsewhere = await begin(in_widget(product))

    for chatter, id_ in (
        (on_page(await make_person()), hers.id),
        (on_page(secret="guessed"), strangers.id),
        (on_page(secret=hers.chatter.secret), hers.id),
        (on_page(secret=elsewhere.chatter.secret), elsewhere.id),
    ):
        with pytest.raises(NotFound):
            await get_conversation(chatter, id_)
    assert (await get_conversation(on_page(ines), hers.id)).id == hers.id


async def test_what_is_empty_or_endless_is_refused_with_its_field() -> None:
    talk = await begin(on_page())

    for text in ("  ", "x" * 2_001):
        with pytest.raises(Invalid) as refusal:
            await talk.say(text)
        assert set(refusal.value.fields) == {"text"}
    assert await fetch_value("select count(*) from turn") == 0


async def test_what_is_asked_becomes_a_question_and_a_follow_up_does_not(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    await make_answered(RESET, RESET_ANSWER)
    ines = await make_person()
    talk = await begin(on_page(ines), page_url="https://app.example/login?token=x")
    await talk.say("My password reset mail does not arrive, write to ines@example.com")
    await talk.say("And on the phone?")

    await deliver_all()

    [row] = await fetch_all("select person_id, text, visibility, page_url from question where source_kind = 'chat'")
    assert (row["person_id"], row["visibility"], row["page_url"]) == (
        ines.person_id,
        "private",
        "https://app.example/login",
    )
    assert "ines@example.com" not in row["text"]


async def test_of_two_things_said_at_once_one_is_answered_and_the_other_may_be_said_again() -> None:
    await make_answered(EXPORT, EXPORT_ANSWER)
    talk = await begin(on_page(await make_person()))

    said = await asyncio.gather(*(talk.say(EXPORT) for _ in range(4)), return_exceptions=True)

    answered = [one for one in said if not isinstance(one, BaseException)]
    assert answered
    assert all(isinstance(one, Conflict) for one in said if isinstance(one, BaseException))
    positions = [row["position"] for row in await fetch_all("select position from turn order by position")]
    assert positions == list(range(1, 2 * len(answered) + 1))
    assert await fetch_value("select turn_count from conversation") == len(positions)
