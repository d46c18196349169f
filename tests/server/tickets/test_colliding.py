"""Two agents in one ticket: each sees that the other writes, and whoever sends second reads first."""

import re

from kb.core.policy import Role
from kb.drafts.keeping import DraftText, keep_draft
from kb.drafts.places import ticket_place
from kb.tickets.answering import reply_to_ticket
from kb.tickets.merging import merge_tickets
from kb.tickets.queries import get_ticket
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_a_reply_to_an_older_state_is_stopped_once_with_its_text_kept(client: Client) -> None:
    tove, other, ines = (
        await make_person(Role.AGENT, name="Tove"),
        await make_person(Role.AGENT, name="Bo"),
        await make_person(),
    )
    ticket = await make_ticket(ines)
    await client.sign_in(tove)
    page = (await client.get(f"/desk/{ticket.number}")).text
    await reply_to_ticket(other, ticket.id, "A note first.", "note")
    typed = {"body": "Restart it, please.", "act": "reply", "seen": seen_on(page)}
    await reply_to_ticket(other, ticket.id, "It is fixed already.")

    stopped = await client.post_form(f"/desk/{ticket.number}/messages", typed)

    assert stopped.status_code == 409
    assert "Bo wrote meanwhile" in stopped.text
    assert "It is fixed already." in stopped.text
    assert "Restart it, please." in stopped.text
    again = await client.post_form(f"/desk/{ticket.number}/messages", {**typed, "seen": seen_on(stopped.text)})
    assert again.status_code == 303
    messages = (await get_ticket(tove, ticket.number)).messages
    assert [one.source for one in messages][-1] == "Restart it, please."


async def test_what_comes_in_a_merged_ticket_is_read_first_as_well(client: Client) -> None:
    tove, ines = await make_person(Role.AGENT), await make_person(name="Ines")
    merged, stays = await make_ticket(ines), await make_ticket(ines)
    await merge_tickets(tove, merged.id, into=stays.id)
    await client.sign_in(tove)
    seen = seen_on((await client.get(f"/desk/{stays.number}")).text)
    await reply_to_ticket(ines, merged.id, "One thing more.", "customer")

    stopped = await client.post_form(f"/desk/{stays.number}/messages", {"body": "Done.", "act": "reply", "seen": seen})

    assert stopped.status_code == 409
    assert "Ines wrote meanwhile" in stopped.text


async def test_ones_own_reply_and_notes_stop_nobody(client: Client) -> None:
    tove, other = await make_person(Role.AGENT), await make_person(Role.AGENT)
    ticket = await make_ticket()
    await client.sign_in(tove)
    typed = {"body": "First.", "act": "reply", "seen": seen_on((await client.get(f"/desk/{ticket.number}")).text)}
    await reply_to_ticket(other, ticket.id, "Only a note.", "note")
    assert (await client.post_form(f"/desk/{ticket.number}/messages", typed)).status_code == 303
    assert (await client.post_form(f"/desk/{ticket.number}/messages", {**typed, "body": "Second."})).status_code == 303
    await reply_to_ticket(other, ticket.id, "A reply.")
    assert (
        await client.post_form(f"/desk/{ticket.number}/messages", {**typed, "act": "note", "body": "Noted."})
    ).status_code == 303


async def test_who_else_writes_is_told_to_agents_and_not_to_the_requester(client: Client) -> None:
    tove, other, ines = (
        await make_person(Role.AGENT),
        await make_person(Role.AGENT, name="Bo Berg"),
        await make_person(),
    )
    ticket = await make_ticket(ines)
    place = ticket_place(ticket.number)
    await keep_draft(other, place, DraftText(body="Have you tried"))

    await client.sign_in(tove)
    assert "Bo Berg is writing here too" in (await client.get(f"/desk/{ticket.number}")).text
    saved = await client.post_form("/drafts", {"draft_place": place, "body": "I think"}, accept="application/json")
    assert saved.json()["others"] == ["Bo Berg"]
    await client.sign_in(ines)
    assert "Bo Berg" not in (await client.get(f"/tickets/{ticket.number}")).text
    saved = await client.post_form("/drafts", {"draft_place": place, "body": "Also"}, accept="application/json")
    assert saved.json()["others"] == []
