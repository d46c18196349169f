"""Agents answer the forum's questions from the desk, with what worked for others one press away."""

import html
import re
from collections.abc import Awaitable, Callable

import pytest

from kb.answers.collecting import collect_answer_of_message
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.closing import close_topic
from kb.macros.writing import create_macro
from tests.support.answers_factories import ask_question, make_answered_ticket, make_cluster, use_answer
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.people_factories import make_key

RESET = "Hello Ines,\n\nto reset your password, open Settings, choose Security and press Reset. We wrote to ines@example.com."


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT, name="Tom Berg")


async def bearer(actor: Actor) -> dict[str, str]:
    return {"authorization": f"Bearer {await make_key(actor)}"}


async def asked_like_before(asker: Actor) -> AskedTopic:
    """A topic of a cluster in which a ticket was answered, and the answer held."""
    cluster_id = await make_cluster()
    _, message_id = await make_answered_ticket(answer=RESET, cluster_id=cluster_id)
    await collect_answer_of_message(message_id)
    answer_id = await fetch_value("select id from answer where source_id = $1", message_id)
    await use_answer(answer_id, await make_person())
    topic = await make_topic(asker, title="The reset mail never comes")
    await execute("delete from question where parent_id = $1", topic.id)
    await ask_question(topic.id, kind="topic", person=asker, cluster_id=cluster_id, source_id=new_id())
    return topic


async def test_who_waits_stands_in_the_list_until_an_agent_has_answered(client: Client, agent: Actor) -> None:
    topic = await make_topic(await make_person(name="Ines Duarte"), title="The export stops early")
    await client.sign_in(agent)
    desk = (await client.get("/desk")).text
    assert re.search(r'href="/desk/topics"[^>]*>Forum<span class="tab__count">1</span>', desk)
    shown = (await client.get("/desk/topics")).text
    assert f'href="/desk/topics/{topic.number}"' in shown
    assert "no reply yet" in shown
    assert f'href="/desk/topics/{topic.number}"' in (await client.get(topic.path)).text, "the topic leads to the desk"

    posted = await client.post_form(f"/desk/topics/{topic.number}/posts", {"body": "Which version do you have?"})
    assert (posted.status_code, posted.headers["location"]) == (303, f"/desk/topics/{topic.number}")
    page = (await client.get(posted.headers["location"])).text
    assert "Posted. Everybody reads it now." in page
    assert "Which version do you have?" in page
    assert "Nobody waits in the forum" in (await client.get("/desk/topics")).text
    assert "Which version do you have?" in (await client.get(topic.path)).text


async def test_what_worked_in_tickets_is_offered_masked_goes_into_the_reply_and_into_the_ledger(
    client: Client, deliver_all: Callable[[], Awaitable[int]], agent: Actor
) -> None:
    asker = await make_person(name="Yusuf Kaya")
    topic = await asked_like_before(asker)
    await client.sign_in(agent)
    address = f"/desk/topics/{topic.number}"
    page = html.unescape((await client.get(address)).text)
    assert "1 other has this" in page
    assert "personal data masked" in page
    [answer_id] = re.findall(rf'formaction="{address}/insertions/([^"]+)"', page)
    filled = html.unescape((await client.post_form(f"{address}/insertions/{answer_id}", {"body": "Hello Yusuf,"})).text)
    reply = filled[filled.index("<textarea") : filled.index("</textarea>")]
    assert "Hello Yusuf,\n\n" in reply
    assert "choose Security and press Reset" in reply
    assert "ines@example.com" not in reply

    told = await client.post_form(f"{address}/insertions/{answer_id}", accept="application/json")
    await client.post_form(f"{address}/posts", {"body": told.json()["text"]})
    await deliver_all()
    rows = await fetch_all(
        "select kind, person_id, distance from answer_use where topic_id = $1 order by created_at, kind", topic.id
    )
    assert [tuple(row.values()) for row in rows] == [
        ("inserted", asker.person_id, None), ("inserted", asker.person_id, None), ("edited_then_sent", asker.person_id, 0.0),
    ]  # fmt: skip


async def test_a_macro_is_filled_in_without_an_address_and_its_gaps_are_named(client: Client, agent: Actor) -> None:
    topic = await make_topic(await make_person(name="Yusuf Kaya"))
    body = "Hello {{requester.first_name}}, we write to {{requester.email}} by {{fill: day}}."
    macro_id = await create_macro(agent, name="Soon", body=body)
    await client.sign_in(agent)
    address = f"/desk/topics/{topic.number}"
    filled = html.unescape((await client.post_form(f"{address}/macro-insertions", {"macro_id": str(macro_id)})).text)
    assert "Hello Yusuf, we write to [requester.email] by [day]." in filled
    none = await client.post_form(f"{address}/macro-insertions", {"body": "Typed"})
    assert "choose one of the list" in none.text
    assert "Typed" in none.text
    sent = {"body": "Hello Yusuf, by [day].", "gap": "day"}
    refused = await client.post_form(f"{address}/posts", sent)
    assert refused.status_code == 422
    assert "Still to fill in: [day]." in refused.text
    assert "Hello Yusuf, by [day]." in refused.text
    assert (await client.post_form(f"{address}/posts", {"body": sent["body"]})).status_code == 303


async def test_what_may_not_be_answered_or_read_says_so(client: Client, agent: Actor) -> None:
    ines = await make_person()
    closed = await make_topic(ines)
    await close_topic(ines, closed.id)
    await client.sign_in(agent)
    page = (await client.get(f"/desk/topics/{closed.number}")).text
    assert "Nothing is added here any more." in page
    late = await client.post_form(f"/desk/topics/{closed.number}/posts", {"body": "What I typed meanwhile."})
    assert late.status_code == 422
    assert "What I typed meanwhile." in late.text
    assert (await client.get("/desk/topics/999999")).status_code == 404
    await client.sign_in(ines)
    assert (await client.get("/desk/topics")).status_code == 403
    assert (await client.get(f"/desk/topics/{closed.number}")).status_code == 403


async def test_programs_read_who_waits_and_take_answers(client: Client, agent: Actor) -> None:
    topic = await asked_like_before(await make_person(name="Yusuf Kaya"))
    headers = await bearer(agent)
    [waiting] = (await client.get("/api/v1/desk/topics", headers=headers)).json()["items"]
    assert (waiting["number"], waiting["asker"], waiting["replies"]) == (topic.number, "Yusuf Kaya", 0)
    address = f"/api/v1/topics/{topic.number}"
    [problem] = (await client.get(f"{address}/answers", headers=headers)).json()["problems"]
    [offered] = problem["answers"]
    taken = await client.post(f"{address}/insertions", json={"answer_id": offered["answer_id"]}, headers=headers)
    assert (taken.status_code, taken.json()["text"]) == (201, offered["text"])
    macro_id = await create_macro(agent, name="Soon", body="Soon, {{requester.name}}.")
    filled = await client.post(f"{address}/macro-insertions", json={"macro_id": str(macro_id)}, headers=headers)
    assert filled.json()["text"] == "Soon, Yusuf Kaya."
    assert (
        await client.post(f"{address}/insertions", json={"answer_id": str(new_id())}, headers=headers)
    ).status_code == 404
