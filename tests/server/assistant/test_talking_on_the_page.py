"""The assistant's page without scripts, and the parts of it that a page with scripts asks for."""

import re

import pytest

from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from kb.tickets.answering import reply_to_ticket
from server.assistant.chatting import COOKIE
from server.wiring import Services
from tests.support.assistant_factories import make_answered
from tests.support.client import Client
from tests.support.factories import make_person

QUESTION = "How do I export invoices to a spreadsheet?"


async def test_a_question_is_answered_on_the_same_page_and_stays_there(client: Client) -> None:
    answer_id = await make_answered(QUESTION, "Open Invoices & press *Export*.")

    opening = await client.get("/assistant", params={"q": "filled in"})
    said = await client.post_form("/assistant", {"text": QUESTION})
    page = (await client.get("/assistant")).text

    assert "filled in</textarea>" in opening.text
    assert (said.status_code, said.headers["location"]) == (303, "/assistant#turn-1")
    assert "HttpOnly" in said.headers["set-cookie"]
    assert "Open Invoices &amp; press Export." in page
    assert f"/assistant/sources/{answer_id}" in page
    assert page.count('id="turn-2"') == 1


async def test_another_browser_sees_nothing_of_it(client: Client) -> None:
    await make_answered(QUESTION, "Open Invoices.")
    await client.post_form("/assistant", {"text": QUESTION})
    cookie = client.cookies[COOKIE]

    client.cookies.clear()
    fresh = await client.get("/assistant")
    client.cookies.set(COOKIE, cookie.split(".")[0] + ".guessed")
    guessed = await client.get("/assistant")

    assert QUESTION not in fresh.text + guessed.text
    assert fresh.headers["cache-control"] == "private, no-store"


async def test_opening_a_source_and_saying_that_it_solved_it_are_rows_of_the_ledger(client: Client) -> None:
    answer_id = await make_answered(QUESTION, "Open Invoices.")
    await client.post_form("/assistant", {"text": QUESTION})

    opened = await client.get(f"/assistant/sources/{answer_id}")
    solved = await client.post_form("/assistant/uses", {"answer": str(answer_id)})

    assert opened.headers["location"].startswith("/posts/")
    assert solved.status_code == 303
    rows = await fetch_all("select kind, surface from answer_use order by created_at, id")
    assert [tuple(row) for row in rows] == [(kind, "assistant") for kind in ("shown", "opened", "said_solved")]


async def test_what_is_refused_stays_in_its_field(client: Client) -> None:
    endless = "a" * 2_001

    page = await client.post_form("/assistant", {"text": endless})
    part = await client.post_form("/assistant", {"text": endless}, hx_request="true")

    assert page.status_code == part.status_code == 422
    assert f"{endless}</textarea>" in page.text
    assert f"{endless}</textarea>" in part.text
    assert "At most 2,000 characters" in page.text
    assert "<html" not in part.text


async def test_a_page_with_scripts_gets_only_what_is_new(client: Client) -> None:
    await make_answered(QUESTION, "Open Invoices.")
    await client.post_form("/assistant", {"text": QUESTION}, hx_request="true")

    part = await client.post_form(
        "/assistant", {"text": "Which pizza goes with mushrooms?", "after": "2"}, hx_request="true"
    )

    assert "Which pizza" in part.text
    assert "Open Invoices" not in part.text
    assert 'value="4"' in part.text


async def test_a_member_hands_over_with_one_button_and_reads_the_reply_here(client: Client) -> None:
    ines, tom = await make_person(), await make_person(Role.AGENT, name="Tom Berg")
    await client.sign_in(ines)
    await client.post_form("/assistant", {"text": "Which pizza goes with mushrooms?"})

    await client.post_form("/assistant/hand-off")
    page = await client.get("/assistant")
    last = int(re.findall(r'name="after" value="(\d+)"', page.text)[0])
    nothing = await client.get("/assistant/turns", params={"after": last})
    await reply_to_ticket(tom, await fetch_value("select id from ticket"), "The one with **rosemary**.", "agent")
    came = await client.get("/assistant/turns", params={"after": last})

    assert "it is ticket #" in page.text
    assert "Talk to a person" not in page.text
    assert nothing.status_code == 204
    assert "The one with <strong>rosemary</strong>." in came.text
    assert "Tom Berg" in came.text


@pytest.mark.parametrize(("address", "opens"), [("nobody", 0), ("ines@example.com", 1)])
async def test_a_stranger_is_asked_for_an_address_and_a_wrong_one_stays_in_its_field(
    client: Client, address: str, opens: int
) -> None:
    await client.post_form("/assistant", {"text": "I want to talk to a person"})

    asked = await client.get("/assistant")
    sent = await client.post_form("/assistant/hand-off", {"address": address})

    assert 'name="address"' in asked.text
    assert sent.status_code == (303 if opens else 422)
    assert opens or f'value="{address}"' in sent.text
    assert await fetch_value("select count(*) from ticket where channel = 'chat'") == opens


async def test_begin_afresh_leaves_the_old_talk_behind(client: Client) -> None:
    await client.post_form("/assistant", {"text": "Which pizza goes with mushrooms?"})

    await client.post_form("/assistant/conversations")

    assert "mushrooms" not in (await client.get("/assistant")).text


@pytest.mark.parametrize(("base", "secure"), [("https://help.example.com", True), ("http://localhost:8000", False)])
async def test_the_secret_of_a_conversation_goes_over_https_alone_where_the_site_does(
    client: Client, app_services: Services, monkeypatch: pytest.MonkeyPatch, base: str, secure: bool
) -> None:
    monkeypatch.setitem(app_services.settings.values, "BASE_URL", base)

    said = await client.post_form("/assistant", {"text": QUESTION})

    assert ("Secure" in said.headers["set-cookie"]) is secure


async def test_a_refused_address_leaves_the_visitor_in_the_conversation_that_was_begun(client: Client) -> None:
    refused = await client.post_form("/assistant/hand-off", {"address": "nobody"})
    await client.post_form("/assistant/hand-off", {"address": "ines@example.com"})

    assert refused.status_code == 422
    assert await fetch_value("select count(*) from conversation") == 1
    assert await fetch_value("select count(*) from ticket") == 1
