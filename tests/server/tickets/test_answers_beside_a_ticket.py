"""Before an agent types: each problem of the ticket, how many others have it, and what worked for them, one press away."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from kb.answers.collecting import collect_answer_of_message, collect_answer_of_post
from kb.answers.macro_proposals import accept_macro, list_macro_proposals, propose_macros
from kb.answers.recognising import recognise_copies
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.macros.writing import edit_macro
from kb.tickets.acting import Acts
from kb.tickets.answering import reply_to_ticket
from kb.tickets.asking import OpenedTicket
from tests.support.answers_factories import (
    ask_question,
    make_answered_ticket,
    make_cluster,
    make_solved_topic,
    use_answer,
)
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket

RESET = "Hello {},\n\nto reset your password, open Settings, choose Security and press Reset. The link is good for an hour.\n\nTom"


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT, name="Tom Berg")


async def bearer(actor: Actor) -> dict[str, str]:
    return {"authorization": f"Bearer {await make_key(actor)}"}


async def ask_in(ticket: OpenedTicket, cluster_id: UUID | None, text: str, *, segment: int = 0) -> None:
    """One problem of the ticket, as extraction and clustering would leave it."""
    requester = await fetch_value("select requester_id from ticket where id = $1", ticket.id)
    question_id = await ask_question(
        ticket.id, kind="ticket", person=Actor(Role.MEMBER, requester), cluster_id=cluster_id, source_id=new_id()
    )
    await execute(
        "update question set text = $2, segment = $3, visibility = 'private' where id = $1", question_id, text, segment
    )


async def solve_in(cluster_id: UUID, answer: str) -> UUID:
    """An accepted post that answers the cluster."""
    _, post_id = await make_solved_topic(answer=answer, cluster_id=cluster_id)
    await collect_answer_of_post(post_id)
    answer_id: UUID = await fetch_value("select id from answer where source_id = $1", post_id)
    return answer_id


async def test_an_answer_is_offered_beside_the_ticket_and_inserted_below_what_was_typed(
    client: Client, deliver_all: Callable[[], Awaitable[int]], agent: Actor
) -> None:
    body = "Each invoice goes out twice since Monday, to every customer of ours."
    asked = await make_topic(title="Invoices are sent twice", body=body)
    await accept_post(agent, await make_reply(asked, body="Switch off the old schedule under Settings."))
    ticket = await make_ticket(subject="Invoices are sent twice", body=body)
    await deliver_all()
    await client.sign_in(agent)

    page = (await client.get(f"/desk/{ticket.number}")).text
    answer_id = await fetch_value("select id from answer where kind = 'post'")
    filled = await client.post_form(f"/desk/{ticket.number}/insertions/{answer_id}", {"body": "Dear customer,"})

    assert re.search(r"1 other has this · 1 topic\b", page)
    assert "Switch off the old schedule" in page
    assert re.search(r"Dear customer,\s+Switch off the old schedule under Settings\.</textarea>", filled.text)
    used = await fetch_all("select kind, surface, person_id, ticket_id from answer_use where kind = 'inserted'")
    asker = await fetch_value("select requester_id from ticket where id = $1", ticket.id)
    assert [tuple(row) for row in used] == [("inserted", "desk", asker, ticket.id)]

    await client.post_form(
        f"/desk/{ticket.number}/messages",
        {"body": "Switch off the old plan under Settings.", "act": "reply"},
    )
    await deliver_all()
    sent = await fetch_one("select distance, answer_id, ticket_id from answer_use where kind = 'edited_then_sent'")
    assert sent is not None
    assert (0 < sent["distance"] < 1, sent["answer_id"], sent["ticket_id"]) == (True, answer_id, ticket.id)


async def test_each_problem_has_its_own_cluster_and_answers_and_silence_says_so(client: Client, agent: Actor) -> None:
    reset, refund = await make_cluster("Reset mail is missing"), await make_cluster("Charged twice")
    lucky, proven, failing = [await solve_in(reset, f"Answer {name}.") for name in ("lucky", "proven", "failing")]
    await solve_in(refund, "The money goes back.")
    await use_answer(lucky, "somebody")
    for number in range(41):
        customer = await make_person()
        await execute(
            "insert into answer_use (id, answer_id, revision, kind, surface, person_id, ticket_id, distance, created_at)"
            " values ($1, $2, 1, 'edited_then_sent', 'desk', $3, $4, 0.1, now() - interval '9 days')",
            new_id(), proven, customer.person_id, (await make_ticket(customer)).id,
        )  # fmt: skip
        if number >= 36:
            await ask_question(
                new_id(),
                kind="topic",
                person=customer,
                cluster_id=reset,
                at=now() - timedelta(days=8),
            )
    await use_answer(failing, "a", "reopened")
    ticket = await make_ticket()
    await ask_in(ticket, reset, "The reset mail never comes.")
    await ask_in(ticket, refund, "I was charged twice.", segment=1)
    await ask_in(ticket, None, "The logo is green on Tuesdays.", segment=2)
    await client.sign_in(agent)

    with statements_run() as statements:
        page = (await client.get(f"/desk/{ticket.number}")).text
    offered = (await client.get(f"/api/v1/tickets/{ticket.number}/answers")).json()["problems"]

    assert len(statements) <= 9
    assert [problem["label"] for problem in offered] == ["Reset mail is missing", "Charged twice", ""]
    assert [[one["text"] for one in problem["answers"]] for problem in offered] == [
        ["Answer proven.", "Answer lucky."],
        ["The money goes back."],
        [],
    ]
    assert offered[0]["answers"][0]["why"] == "used in 41 tickets, 36 stayed solved"
    assert "used in 41 tickets, 36 stayed solved" in page
    assert re.findall(r'data-inserts="(\d)"', page) == ["1", "2", "3"]
    for words in (
        "The reset mail never comes.",
        "I was charged twice.",
        "The logo is green on Tuesdays.",
        "Nobody has asked anything close enough",
    ):
        assert words in page
    assert "Answer failing" not in page


async def test_a_macro_is_filled_in_for_this_ticket_and_a_script_gets_its_text_alone(
    client: Client, agent: Actor
) -> None:
    cluster_id = await make_cluster()
    for name in ("Ines", "Ines", "Ines"):
        _, message_id = await make_answered_ticket(answer=RESET.format(name), cluster_id=cluster_id)
        await collect_answer_of_message(message_id)
    await recognise_copies()
    await propose_macros()
    [proposal] = await list_macro_proposals(agent)
    text = proposal.body + "\n\n{{fill: date}}, {{agent.name}}"
    macro_id = await accept_macro(agent, proposal.id, name="Reset", body=text)
    await edit_macro(agent, macro_id, name="Reset", body=text, acts=Acts(tags=("reset",)))
    ticket = await make_ticket(await make_person(name="Yusuf Kaya"))
    await ask_in(ticket, cluster_id, "The reset mail never comes.")
    await client.sign_in(agent)

    [problem] = (await client.get(f"/api/v1/tickets/{ticket.number}/answers")).json()["problems"]
    [offered] = problem["answers"]
    assert (offered["kind"], offered["title"], offered["gaps"], offered["masked"]) == (
        "macro",
        "Reset",
        ["date"],
        False,
    )
    assert offered["text"].startswith("Hello Yusuf,\n\nto reset your password")
    assert offered["text"].endswith("[date], Tom Berg")

    taken = await client.post_form(
        f"/desk/{ticket.number}/insertions/{offered['answer_id']}", {}, accept="application/json"
    )
    boxes = [{"value": "tag:reset", "name": "tag reset"}]
    assert taken.json() == {"text": offered["text"], "gaps": ["date"], "along": boxes}
    again = await client.post(
        f"/api/v1/tickets/{ticket.number}/insertions",
        json={"answer_id": offered["answer_id"]},
        headers=await bearer(agent),
    )
    assert (again.status_code, again.json()["text"], again.json()["acts"]["tags"]) == (201, offered["text"], ["reset"])
    assert await fetch_value("select count(*) from answer_insertion where text = $1", offered["text"]) == 2


async def test_a_ticket_is_not_offered_its_own_reply_nor_another_customers_data(client: Client, agent: Actor) -> None:
    cluster_id = await make_cluster()
    _, elsewhere = await make_answered_ticket(
        answer="Ines Duarte, we wrote to ines@example.com again just now.", cluster_id=cluster_id
    )
    await collect_answer_of_message(elsewhere)
    ticket = await make_ticket()
    await ask_in(ticket, cluster_id, "The reset mail never comes.")
    own = await reply_to_ticket(agent, ticket.id, "This is what I wrote here before.")
    await collect_answer_of_message(own)
    await client.sign_in(agent)

    page = (await client.get(f"/desk/{ticket.number}")).text
    [problem] = (await client.get(f"/api/v1/tickets/{ticket.number}/answers")).json()["problems"]

    assert [(one["text"], one["masked"]) for one in problem["answers"]] == [
        ("[name], we wrote to [e-mail] again just now.", True)
    ]
    assert "personal data masked" in page
    own_answer = await fetch_value("select id from answer where source_id = $1", own)
    for refused in (
        await client.post_form(f"/desk/{ticket.number}/insertions/{own_answer}", {"body": "x"}),
        await client.post(
            f"/api/v1/tickets/{ticket.number}/insertions",
            json={"answer_id": str(own_answer)},
            headers=await bearer(agent),
        ),
    ):
        assert refused.status_code == 404
    assert await fetch_value("select count(*) from answer_use where kind = 'inserted'") == 0


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PRODUCT_MANAGER, Role.MODERATOR])
async def test_only_who_answers_is_offered_and_takes(client: Client, role: Role) -> None:
    ticket, person = await make_ticket(), await make_person(role)
    await client.sign_in(person)

    assert (await client.get(f"/api/v1/tickets/{ticket.number}/answers")).status_code == 403
    for refused in (
        await client.post_form(f"/desk/{ticket.number}/insertions/{new_id()}", {}),
        await client.post(
            f"/api/v1/tickets/{ticket.number}/insertions",
            json={"answer_id": str(new_id())},
            headers=await bearer(person),
        ),
    ):
        assert refused.status_code == 403
