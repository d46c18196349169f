"""Asking in private."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kb.core.actor import ANONYMOUS, SYSTEM
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotAllowed, NotSignedIn, TooMany
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from kb.text.markdown import MAX_SOURCE
from kb.tickets.asking import NewTicket, open_ticket
from kb.tickets.importing import ImportedMessage, ImportedTicket, insert_imported_tickets
from kb.tickets.queries import get_ticket
from kb.tickets.rules import ASKED_PER_PERSON
from tests.support.factories import make_person

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TWICE = NewTicket(subject=" Sent twice ", body="Each invoice goes out **twice**.", channel="form", page_url="/invoices")


async def test_a_ticket_is_opened_with_its_first_message_and_announced(db: str) -> None:
    ines = await make_person()
    opened = await open_ticket(ines, TWICE)
    ticket = await get_ticket(ines, opened.number)
    assert (ticket.id, ticket.subject, ticket.state, ticket.page_url) == (opened.id, "Sent twice", "open", "/invoices")
    assert ticket.messages[0].html.strip() == "<p>Each invoice goes out <strong>twice</strong>.</p>"
    told = await fetch_one("select name, payload->>'message_id' as m from outbox_message")
    assert told is not None
    assert (told["name"], told["m"]) == ("TicketOpened", str(ticket.messages[0].id))
    assert await fetch_value("select count(*) from audit_line where action = 'ticket.open'") == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"body": "\n "}, "body"),
        ({"body": "x" * (MAX_SOURCE + 1)}, "body"),
        ({"channel": "pigeon"}, "channel"),
        ({"page_url": "javascript:alert(1)"}, "page_url"),
        ({"page_url": "http://[broken"}, "page_url"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_written(db: str, change: dict[str, str], field: str) -> None:
    ines = await make_person()
    with pytest.raises(Invalid) as refused:
        await open_ticket(ines, replace(TWICE, **change))
    assert list(refused.value.fields) == [field]
    assert await fetch_value("select count(*) from ticket") == 0


async def test_nobody_asks_without_being_signed_in_nor_in_anothers_name(db: str) -> None:
    ines, bo = await make_person(), await make_person()
    with pytest.raises(NotSignedIn):
        await open_ticket(ANONYMOUS, TWICE)
    with pytest.raises(NotAllowed):
        await open_ticket(ines, replace(TWICE, requester_id=bo.person_id))


async def test_an_agent_writes_a_request_down_for_a_customer(db: str) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    opened = await open_ticket(agent, replace(TWICE, requester_id=ines.person_id))
    ticket = await get_ticket(ines, opened.number)
    assert (ticket.requester, ticket.messages[0].author) == (ines.name, ines.name)
    with pytest.raises(Invalid):
        await open_ticket(agent, replace(TWICE, requester_id=new_id()))
    with pytest.raises(Invalid):
        await open_ticket(SYSTEM, TWICE)


async def test_a_script_that_loops_is_stopped_and_an_agent_is_not(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    for _ in range(ASKED_PER_PERSON):
        await open_ticket(ines, TWICE)
        await open_ticket(agent, replace(TWICE, requester_id=ines.person_id))
    with pytest.raises(TooMany):
        await open_ticket(ines, TWICE)
    await open_ticket(agent, TWICE)


async def test_an_imported_ticket_keeps_its_priority_and_its_tags_as_far_as_they_can_be_kept(db: str) -> None:
    ines = await make_person()
    said = ImportedMessage("customer", ines.person_id, "Twice.", "<p>Twice.</p>", "1", NOON)
    async with unit_of_work(SYSTEM) as unit:
        await insert_imported_tickets(
            unit,
            source="old",
            tickets=[
                ImportedTicket(
                    "1", "Invoices", "open", (said,), "urgent", ("VIP Customer", "vip-customer", "…", "Büro")
                ),
                ImportedTicket("2", "Invoices", "solved", (said,)),
            ],
        )
    rows = await fetch_all("select priority, waiting_since, to_route from ticket order by source_id")
    assert [tuple(row) for row in rows] == [("urgent", NOON, False), ("normal", NOON, False)]
    assert await fetch_value("select array_agg(name order by name) from ticket_tag") == ["büro", "vip-customer"]
