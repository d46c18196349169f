"""A person's messages, on the page and in the API."""

from uuid import UUID

import pytest

from kb.core.actor import SYSTEM, Actor
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.outreach.sending import deliver_message
from kb.outreach.telling import tell_once
from kb.outreach.triggers import FIX_SHIPPED, ensure_default_triggers
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.outreach_factories import stored
from tests.support.people_factories import make_key


async def tell(person: Actor, subject: str = "A fix has shipped", link: str | None = "/t/7") -> UUID:
    """An in-app message that waits to be read."""
    await ensure_default_triggers()
    assert person.person_id is not None
    decided = await tell_once(
        SYSTEM,
        person_id=person.person_id,
        problem=f"issue:{new_id()}:shipped",
        trigger_key=FIX_SHIPPED,
        subject=subject,
        body="Release **4.2** carries it.",
        link=link,
    )
    in_app = next(
        row["id"]
        for row in await stored("message")
        if row["claim_id"] == decided.claim_id and row["channel"] == "in_app"
    )
    await deliver_message(in_app, {}, base_url="https://help.example")
    return UUID(str(in_app))


async def test_the_inbox_shows_what_was_said_and_marks_it_read(client: Client) -> None:
    ines = await make_person()
    message_id = await tell(ines, "Fixed: <b>invoices</b>")
    await client.sign_in(ines)

    page = await client.get("/messages")
    assert page.status_code == 200
    assert "Fixed: &lt;b&gt;invoices&lt;/b&gt;" in page.text
    assert "<strong>4.2</strong>" in page.text
    assert "Mark as read" in page.text

    answer = await client.post_form(f"/messages/{message_id}/seen")
    assert (answer.status_code, answer.headers["location"]) == (303, "/messages")
    assert "Mark as read" not in (await client.get("/messages")).text


async def test_following_a_message_is_reading_it(client: Client) -> None:
    ines = await make_person()
    message_id = await tell(ines, link="/t/7")
    await client.sign_in(ines)

    answer = await client.get(f"/messages/{message_id}/open")

    assert (answer.status_code, answer.headers["location"]) == (303, "/t/7")
    assert (await client.get("/api/v1/messages")).json() == {"messages": []}


async def test_putting_a_live_card_away_is_reading_it(client: Client) -> None:
    ines = await make_person()
    message_id = await tell(ines)
    await client.sign_in(ines)
    assert 'data-live="/live"' in (await client.get("/")).text
    assert "data-live" not in (await client.get("/messages")).text, "the inbox shows them already"

    headers = {"x-csrftoken": client.cookies["csrftoken"]}
    assert (await client.post(f"/live/{message_id}/seen")).status_code == 403
    assert (await client.post(f"/live/{message_id}/seen", headers=headers)).status_code == 204

    assert (await client.get("/api/v1/messages")).json() == {"messages": []}


async def test_all_are_read_at_once(client: Client) -> None:
    ines = await make_person()
    await tell(ines)
    await tell(ines)
    await client.sign_in(ines)
    assert "Mark all as read" in (await client.get("/messages")).text

    answer = await client.post_form("/messages/seen")

    assert answer.status_code == 303
    assert (await client.get("/api/v1/messages")).json() == {"messages": []}


async def test_an_empty_inbox_says_what_will_stand_there(client: Client) -> None:
    await client.sign_in(await make_person())

    assert "Nothing to tell you" in (await client.get("/messages")).text


async def test_another_persons_message_is_nowhere(client: Client) -> None:
    message_id = await tell(await make_person())
    await client.sign_in(await make_person())

    assert (await client.get(f"/messages/{message_id}/open")).status_code == 404
    assert (await client.post_form(f"/messages/{message_id}/seen")).status_code == 404
    assert "A fix has shipped" not in (await client.get("/messages")).text


@pytest.mark.parametrize("path", ["/api/v1/messages", "/live"])
async def test_nobody_has_no_messages(client: Client, path: str) -> None:
    assert (await client.get(path, headers={"accept": "application/json"})).status_code == 401
    assert (await client.get("/messages")).headers["location"].startswith("/sign-in")


async def test_programs_read_unread_messages_and_say_when_they_were_seen(client: Client) -> None:
    ines = await make_person()
    message_id = await tell(ines)
    key = {"authorization": f"Bearer {await make_key(ines, Permission.MESSAGE_READ)}"}

    [message] = (await client.get("/api/v1/messages", headers=key)).json()["messages"]

    assert message["id"] == str(message_id)
    assert message["link"] == "http://localhost:8000/t/7"
    assert message["text"] == "Release 4.2 carries it."
    assert "<strong>4.2</strong>" in message["html"]
    seen = await client.post(f"/api/v1/messages/{message_id}/seen", headers=key)
    assert seen.status_code == 204
    assert (await client.get("/api/v1/messages", headers=key)).json() == {"messages": []}
    again = await client.post(f"/api/v1/messages/{new_id()}/seen", headers=key)
    assert again.json()["error"]["code"] == "not_found"


async def test_a_key_without_the_scope_reads_nothing(client: Client) -> None:
    key = {"authorization": f"Bearer {await make_key(await make_person(), Permission.TOPIC_READ)}"}

    assert (await client.get("/api/v1/messages", headers=key)).status_code == 403
