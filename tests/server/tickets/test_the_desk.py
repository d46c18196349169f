"""The agents' desk."""

import pytest

from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.desk.views import PAGE, VIEWS
from kb.text.markdown import MAX_SOURCE
from kb.tickets.answering import reply_to_ticket
from tests.support.client import Client
from tests.support.factories import make_account, make_person
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket


async def test_an_agent_answers_notes_solves_reopens_and_hands_on(client: Client) -> None:
    acme = await make_account("Acme Tiles")
    ines = await make_person(name="Ines Duarte", account_id=acme)
    agent, other = await make_person(Role.AGENT), await make_person(Role.AGENT, name="Tove Lindqvist")
    ticket = await make_ticket(ines)
    await client.sign_in(agent)
    page = f"/desk/{ticket.number}"
    shown = (await client.get(page)).text
    assert "Ines Duarte" in shown
    assert "Acme Tiles" in shown
    assert "Answers that worked" in shown
    assert (await client.post_form(f"{page}/messages", {"body": "Looking.", "act": "note"})).status_code == 303
    assert "staff only" in (await client.get(page)).text
    assert (await client.post_form(f"{page}/messages", {"body": "Switch it off.", "act": "reply"})).status_code == 303
    assert (await client.post_form(f"{page}/messages", {"body": "Done?", "act": "solve"})).status_code == 303
    assert await fetch_value("select state from ticket") == "solved"
    assert (await client.post_form(f"{page}/solution/removal")).status_code == 303
    assert (await client.post_form(f"{page}/assignee", {"assignee_id": str(other.person_id)})).status_code == 303
    assert await fetch_value("select assignee_id from ticket") == other.person_id
    assert (await client.post_form(f"{page}/assignee", {"assignee_id": ""})).status_code == 303
    assert (await client.post_form(f"{page}/assignee", {"assignee_id": "x"})).status_code == 422
    assert (await client.post_form(f"{page}/solution")).status_code == 303
    kinds = "select string_agg(kind, ' ' order by position) from ticket_message"
    assert await fetch_value(kinds) == "customer note agent agent"


async def test_a_refused_reply_keeps_the_typed_text(client: Client) -> None:
    ticket = await make_ticket()
    await client.sign_in(await make_person(Role.AGENT))
    long = "Dear customer. " * (MAX_SOURCE // 10)
    answer = await client.post_form(f"/desk/{ticket.number}/messages", {"body": long, "act": "solve"})
    assert answer.status_code == 422
    assert long.strip() in answer.text
    assert await fetch_value("select state from ticket") == "open"


async def test_every_queue_is_a_page_and_another_is_not(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    ticket = await make_ticket(subject="First of its kind")
    await client.sign_in(agent)
    assert "First of its kind" in (await client.get("/desk")).text
    await reply_to_ticket(agent, ticket.id, "Hello.")
    for queue in VIEWS:
        answer = await client.get(f"/desk?queue={queue}")
        assert answer.status_code == 200
        assert ("First of its kind" in answer.text) is (queue in {"mine", "waiting", "all"})
    assert (await client.get("/desk?queue=lost")).status_code == 404


async def test_the_next_page_of_a_long_queue_goes_on_where_the_first_ended(client: Client) -> None:
    ticket = await make_ticket(subject="Ticket 0")
    await execute(
        "insert into ticket (id, subject, requester_id, channel, last_message_at, created_at, waiting_since)"
        " select gen_random_uuid(), 'Ticket ' || n, requester_id, 'import', last_message_at + n * interval '1 minute', created_at,"
        " waiting_since + n * interval '1 minute'"
        " from ticket, generate_series(1, $1::int) n where id = $2",
        PAGE,
        ticket.id,
    )
    await client.sign_in(await make_person(Role.AGENT))
    first = await client.get("/desk")
    assert f">Ticket {PAGE}<" not in first.text
    older = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = await client.get(older)
    assert f">Ticket {PAGE}<" in second.text
    assert ">Ticket 0<" not in second.text


async def test_a_view_costs_at_most_five_statements_and_a_ticket_seven(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    ticket = await make_ticket()
    for n in range(3):
        await make_ticket(subject=f"Another {n}")
        await reply_to_ticket(agent, ticket.id, f"Reply {n}")
    await client.sign_in(agent)
    for path, most in (("/desk", 5), ("/desk?queue=mine", 5), (f"/desk/{ticket.number}", 7)):
        with statements_run() as statements:
            assert (await client.get(path)).status_code == 200
        assert len(statements) <= most, statements


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PRODUCT_MANAGER, Role.MODERATOR])
async def test_the_desk_is_for_those_who_answer(client: Client, role: Role) -> None:
    ticket = await make_ticket()
    await client.sign_in(await make_person(role))
    for path in ("/desk", f"/desk/{ticket.number}"):
        assert (await client.get(path)).status_code == 403
    answer = await client.post_form(f"/desk/{ticket.number}/messages", {"body": "Hello?"})
    assert answer.status_code == 403
    assert await fetch_value("select count(*) from ticket_message") == 1
