"""The customer's pages."""

import pytest

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.text.markdown import MAX_SOURCE
from kb.tickets.answering import reply_to_ticket
from kb.tickets.solving import solve_ticket
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket

NOTE = "This customer is about to leave us."


async def test_a_customer_asks_reads_writes_again_and_calls_it_solved(client: Client) -> None:
    ines = await make_person()
    await client.sign_in(ines)
    assert "No tickets yet" in (await client.get("/tickets")).text
    assert (await client.get("/tickets/new?subject=Sent+twice&page_url=/invoices")).text.count("Sent twice") == 1
    opened = await client.post_form("/tickets", {"subject": "Sent twice", "body": "Each **invoice**.", "page_url": ""})
    assert opened.status_code == 303
    address = opened.headers["location"]
    page = await client.get(address)
    assert "<strong>invoice</strong>" in page.text
    assert (await client.post_form(f"{address}/messages", {"body": "And again."})).status_code == 303
    assert (await client.post_form(f"{address}/solution")).status_code == 303
    assert "This ticket is solved" in (await client.get(address)).text
    assert (await client.post_form(f"{address}/solution/removal")).status_code == 303
    listed = await client.get("/tickets")
    assert "Sent twice" in listed.text
    assert "2 messages" in listed.text


async def test_a_refused_ticket_keeps_the_typed_text(client: Client) -> None:
    await client.sign_in(await make_person())
    answer = await client.post_form(
        "/tickets", {"subject": "", "body": "Each <i>invoice</i>.", "page_url": "nonsense:x"}
    )
    assert answer.status_code == 422
    assert "Each &lt;i&gt;invoice&lt;/i&gt;." in answer.text
    assert 'value="nonsense:x"' in answer.text
    assert "Say in a few words" in answer.text
    assert await fetch_value("select count(*) from ticket") == 0


async def test_a_refused_message_keeps_the_typed_text(client: Client) -> None:
    ines = await make_person()
    ticket = await make_ticket(ines)
    await client.sign_in(ines)
    long = "Once more. " * (MAX_SOURCE // 10)
    answer = await client.post_form(f"/tickets/{ticket.number}/messages", {"body": long})
    assert answer.status_code == 422
    assert long.strip() in answer.text
    assert f"At most {MAX_SOURCE:,} characters" in answer.text


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PRODUCT_MANAGER, Role.MODERATOR])
async def test_a_ticket_is_not_there_for_anybody_else_on_any_surface(client: Client, role: Role) -> None:
    ticket = await make_ticket(subject="My invoice 2044")
    await client.sign_in(await make_person(role))
    key = await make_key(await make_person(role))
    bearer = {"authorization": f"Bearer {key}"}
    page = f"/tickets/{ticket.number}"
    answers = [
        await client.get(page),
        await client.post_form(f"{page}/messages", {"body": "Hello?"}),
        await client.post_form(f"{page}/solution"),
        await client.get(f"/api/v1{page}"),
        await client.get(f"/api/v1{page}", headers=bearer),
        await client.post(f"/api/v1{page}/messages", json={"body": "Hello?"}, headers=bearer),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert (await client.get("/tickets/999999")).text == answers[0].text
    assert "2044" not in "".join(answer.text for answer in answers)
    assert "2044" not in (await client.get("/tickets")).text


async def test_a_note_reaches_its_requester_on_no_surface(client: Client) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT, name="Marcus Adeyemi")
    ticket = await make_ticket(ines)
    key = await make_key(ines)
    bearer = {"authorization": f"Bearer {key}"}
    await client.sign_in(ines)
    surfaces = [
        "/tickets",
        f"/tickets/{ticket.number}",
        "/api/v1/tickets",
        f"/api/v1/tickets/{ticket.number}",
        "/profile",
    ]
    before = [(await client.get(path, headers=bearer if "/api/" in path else {})).text for path in surfaces]
    await reply_to_ticket(agent, ticket.id, NOTE, "note")
    after = [(await client.get(path, headers=bearer if "/api/" in path else {})).text for path in surfaces]
    assert before == after
    assert all(NOTE not in text and "Marcus" not in text for text in after)
    solved = await client.post_form(f"/tickets/{ticket.number}/messages", {"body": ""})
    assert solved.status_code == 422
    assert NOTE not in solved.text


async def test_an_agent_following_a_customers_link_lands_on_the_desk(client: Client) -> None:
    ticket = await make_ticket()
    await client.sign_in(await make_person(Role.AGENT))
    answer = await client.get(f"/tickets/{ticket.number}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/{ticket.number}")


async def test_a_visitor_is_led_to_the_sign_in_and_back(client: Client) -> None:
    answer = await client.get("/tickets/new")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/tickets/new")


async def test_solving_twice_is_a_conflict_and_not_a_crash(client: Client) -> None:
    ines = await make_person()
    ticket = await make_ticket(ines)
    await solve_ticket(ines, ticket.id)
    await client.sign_in(ines)
    assert (await client.post_form(f"/tickets/{ticket.number}/solution")).status_code == 409


async def test_the_pages_cost_few_statements(client: Client) -> None:
    ines = await make_person()
    ticket = await make_ticket(ines)
    await client.sign_in(ines)
    for path in ("/tickets", f"/tickets/{ticket.number}"):
        with statements_run() as statements:
            assert (await client.get(path)).status_code == 200
        assert len(statements) <= 3


@pytest.mark.parametrize("past", ["x", "2026-01-01~", "2026-01-01T00:00:00~not-an-id", "~"])
async def test_a_broken_cursor_is_not_found(client: Client, past: str) -> None:
    await client.sign_in(await make_person())
    assert (await client.get("/tickets", params={"past": past})).status_code == 404


async def test_markup_in_a_message_stays_text(client: Client) -> None:
    ines = await make_person()
    ticket = await make_ticket(ines, subject="<script>alert(1)</script>", body="<script>alert(2)</script>")
    await client.sign_in(ines)
    page = await client.get(f"/tickets/{ticket.number}")
    assert "<script>alert" not in page.text
