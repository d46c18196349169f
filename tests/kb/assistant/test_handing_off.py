"""From the assistant to people: by rule, with what was said, and back into the conversation."""

from collections.abc import Awaitable, Callable

import pytest

from kb.assistant.forgetting import forget_old_conversations
from kb.assistant.handing_off import Passing, hand_off
from kb.assistant.phrases import asks_for_somebody, has_had_enough
from kb.assistant.queries import get_conversation
from kb.assistant.questions import sweep_chat_questions
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid
from kb.core.policy import Role
from kb.mail.planning import plan_reply
from kb.tickets.answering import reply_to_ticket
from kb.tickets.merging import merge_tickets
from kb.tickets.queries import get_ticket, list_my_tickets
from tests.support.assistant_factories import Talk, begin, make_answered, on_page
from tests.support.factories import make_person
from tests.support.mail_factories import OFFICE
from tests.support.tickets_factories import make_ticket

BASE = "https://help.example"
QUESTION = "How do I export invoices to a spreadsheet?"


async def the_ticket() -> tuple[str, str, str]:
    """Subject, channel and first message of the one ticket."""
    [row] = await fetch_all(
        "select t.subject, t.channel, m.body_source from ticket t join ticket_message m on m.ticket_id = t.id and m.position = 1"
    )
    return row["subject"], row["channel"], row["body_source"]


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a person",
        "can I speak to a human, please?",
        "HUMAN PLEASE!",
        "Ich möchte mit einem Menschen sprechen",
        "أريد التحدث مع شخص",
        "je voudrais parler à quelqu’un",
        "quiero hablar con una persona",
    ],
)
def test_whoever_asks_for_a_person_is_understood(text: str) -> None:
    assert asks_for_somebody(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I add a person to my team?",
        "I don't want to talk to a person",
        "ich will nicht mit einem menschen sprechen",
        "Where is the support address in the footer?",
        "",
    ],
)
def test_whoever_does_not_is_not_handed_over(text: str) -> None:
    assert not asks_for_somebody(text)


def test_patience_that_is_out_is_heard_and_an_errors_code_is_not_shouting() -> None:
    loud = (
        "this is useless",
        "STOP SENDING ME TO THE SAME PAGE",
        "it does NOT work!!!",
        "Das hilft mir nicht",
        "بلا فائدة",
    )
    calm = (
        "ERR_CONNECTION_REFUSED",
        "The PDF and CSV export via API fails",
        "That is great!",
        "No waste of paper, please",
    )

    assert [text for text in loud if not has_had_enough(text)] == []
    assert [text for text in calm if has_had_enough(text)] == []


async def test_asking_for_a_person_opens_a_ticket_with_the_talk_in_it(db: str) -> None:
    await make_answered(QUESTION, "Open Invoices, then *press* Export.")
    ines = await make_person(name="Ines Duarte")
    talk = await begin(on_page(ines), page_url="https://app.example/invoices")
    await talk.say(QUESTION)

    told = (await talk.say("No. I want to talk to a person <b>now</b>")).turns[-1]

    subject, channel, body = await the_ticket()
    assert (subject, channel) == (QUESTION, "chat")
    assert "How do I export invoices to a spreadsheet?" in body
    assert "> Open Invoices, then press Export\\. \\[1\\]" in body
    assert f"]({BASE}/posts/" in body
    ticket = await get_ticket(ines, told.ticket_number or 0)
    assert "talk to a person &lt;b&gt;now&lt;/b&gt;" in ticket.messages[0].html
    assert told.kind == "handed_off"
    assert told.text == (
        f"I have passed this on to the team, with all that was said here: it is ticket #{ticket.number}."
        " Somebody answers as soon as they are at their desk. The answer comes here, and by e-mail if you have left."
    )


async def test_a_ticket_out_of_a_chat_asks_only_what_the_person_asked(
    db: str, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    await make_answered(QUESTION, "Should you export invoices, why not press Export?")
    talk = await begin(on_page(await make_person()))
    await talk.say(QUESTION)
    await talk.say("this is useless, the export button is grey")
    await deliver_all()

    texts = [row["text"] for row in await fetch_all("select text from question where source_kind = 'ticket'")]

    assert texts
    assert all("why not press" not in text for text in texts)


async def test_an_agents_reply_appears_in_the_chat_and_the_chat_goes_on_in_the_ticket(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT, name="Tom Berg")
    talk = await begin(on_page(ines))
    await talk.say("I want to talk to a person")
    ticket_id = await fetch_value("select id from ticket")
    last = (await get_conversation(talk.chatter, talk.id)).last

    await reply_to_ticket(agent, ticket_id, "Among us: she is new.", "note")
    await reply_to_ticket(agent, ticket_id, "What **exactly** is wrong?", "agent")
    heard = await get_conversation(talk.chatter, talk.id, after=last)
    said = await talk.say("The mail never comes")

    [reply] = heard.turns
    assert (reply.speaker, reply.author, reply.html) == (
        "agent",
        "Tom Berg",
        "<p>What <strong>exactly</strong> is wrong?</p>\n",
    )
    assert [turn.text for turn in said.turns if turn.speaker == "person"][-1] == "The mail never comes"
    row = await fetch_one("select state, message_count from ticket")
    assert row is not None
    assert tuple(row) == ("open", 3)
    assert "Among us" not in str(await get_conversation(talk.chatter, talk.id))


async def test_a_stranger_leaves_an_address_that_opens_nothing_and_still_reads_the_reply(db: str) -> None:
    ines, agent = await make_person(name="Ines Duarte"), await make_person(Role.AGENT)
    hers = await fetch_value("select email from person where id = $1", ines.person_id)
    talk = await begin(on_page())

    wanted = await talk.say("I want to talk to a person")
    wrong = await talk.say("ines@nowhere")
    done = await talk.say(hers)

    assert [turn.kind for turn in wanted.turns] == ["said", "address_wanted"]
    assert wrong.turns[-1].text.startswith("That does not look like an e-mail address.")
    assert [turn.kind for turn in done.turns] == ["address", "handed_off"]
    row = await fetch_one(
        "select t.id, t.number, t.requester_id, p.email from ticket t join person p on p.id = t.requester_id"
    )
    assert row is not None
    assert row["requester_id"] != ines.person_id
    assert row["email"] is None
    assert f"Left {hers} to be written to; nobody vouches for it.".replace(".", "").replace("@", "") in (
        (await the_ticket())[2].replace("\\", "").replace(".", "").replace("@", "")
    )
    await reply_to_ticket(agent, row["id"], "Hello", "agent")
    assert (await get_conversation(talk.chatter, talk.id)).turns[-1].html == "<p>Hello</p>\n"


async def test_the_button_hands_over_once_however_often_it_is_pressed(db: str) -> None:
    talk = await begin(on_page(await make_person()))
    await talk.say("Which pizza goes with mushrooms tonight?")

    numbers = {await press(talk), await press(talk)}

    assert numbers == {await fetch_value("select number from ticket")}
    assert await fetch_value("select count(*) from ticket") == 1


async def test_an_address_that_is_none_is_refused_with_its_field(db: str) -> None:
    talk = await begin(on_page())

    with pytest.raises(Invalid) as refusal:
        await press(talk, address="nobody")

    assert set(refusal.value.fields) == {"address"}
    assert await press(talk, address="") is None
    assert await press(talk, address="ines@example.com") is not None


async def press(talk: Talk, address: str = "") -> int | None:
    passed = await hand_off(talk.chatter, talk.id, Passing("button", address), base_url=BASE)
    return passed.number if passed else None


async def test_the_reply_goes_by_mail_to_whoever_left_an_address_and_to_nobody_else_with_it(db: str) -> None:
    ines, agent = await make_person(name="Ines Duarte"), await make_person(Role.AGENT)
    hers = await fetch_value("select email from person where id = $1", ines.person_id)
    talk = await begin(on_page())
    await talk.say("I want to talk to a person")
    await talk.say(hers.upper())

    await plan_reply(await reply_to_ticket(agent, await fetch_value("select id from ticket"), "Hello", "agent"), OFFICE)

    assert await fetch_all("select address from ticket_mail") == [(hers,)]
    assert await list_my_tickets(ines) == []


async def test_a_merged_ticket_goes_on_in_the_chat_it_came_from(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    other = await make_ticket(ines)
    talk = await begin(on_page(ines))
    await talk.say("I want to talk to a person")
    before = (await get_conversation(talk.chatter, talk.id)).last

    ticket_id = await fetch_value("select id from ticket where channel = 'chat'")
    await merge_tickets(agent, ticket_id, into=other.id)
    await reply_to_ticket(agent, other.id, "Both are one.", "agent")
    await talk.say("Good")

    turns = (await get_conversation(talk.chatter, talk.id, after=before)).turns
    assert [turn.text or turn.html for turn in turns] == ["<p>Both are one.</p>\n", "Good"]


async def test_what_a_flow_tagged_the_ticket_bears(db: str) -> None:
    talk = await begin(on_page(await make_person()))
    await execute("update conversation set tags = array['Billing', '!!']")

    await talk.say("I want to talk to a person")

    assert [row["name"] for row in await fetch_all("select name from ticket_tag")] == ["billing"]


async def test_old_talks_are_forgotten_and_what_was_asked_in_them_stays_a_question(
    db: str, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    old, young, empty = [await begin(on_page(await make_person())) for _ in range(3)]
    await old.say("Which pizza goes with mushrooms tonight?")
    await young.say("Which pizza goes with olives tonight?")
    await deliver_all()
    await execute("update conversation set last_turn_at = now() - interval '200 days' where id = $1", old.id)
    await execute("update conversation set last_turn_at = now() - interval '2 days' where id = $1", empty.id)

    assert await forget_old_conversations(days=180) == 2
    assert await fetch_value("select id from conversation") == young.id
    assert await fetch_value("select count(*) from question where source_kind = 'chat'") == 2


async def test_a_question_whose_message_was_lost_is_found_by_the_sweep(db: str) -> None:
    talk = await begin(on_page(await make_person()))
    await talk.say("Which pizza goes with mushrooms tonight?")
    await execute("delete from outbox_message")
    await execute("update turn set created_at = now() - interval '2 minutes'")

    assert (await sweep_chat_questions(), await sweep_chat_questions()) == (1, 0)
    assert await fetch_value("select count(*) from question where source_kind = 'chat'") == 1


async def test_whoever_asks_again_instead_of_leaving_an_address_is_asked_for_it_again(db: str) -> None:
    talk = await begin(on_page())
    await talk.say("I want to talk to a person")

    again = await talk.say("A human, please")

    assert [turn.kind for turn in again.turns] == ["said", "address_wanted"]
    assert again.awaits == "address"
