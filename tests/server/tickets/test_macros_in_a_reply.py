"""Any macro goes into a reply, filled in for its ticket; what it left to fill in is named before anything is sent."""

import html
import re
from collections.abc import Awaitable, Callable

import pytest

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.drafts.keeping import DraftText, keep_draft
from kb.drafts.places import ticket_place
from kb.macros.writing import archive_macro, create_macro
from kb.tickets.acting import Acts
from tests.support.client import Client
from tests.support.desk_factories import make_team
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.tickets_factories import make_ticket

BODY = (
    "Hello {{requester.first_name}},\n\norder {{fill: order number}} of ticket {{ticket.number}} is paid back by {{fill: day}}.\n\n"
    "{{agent.name}}"
)


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT, name="Tom Berg")


async def bearer(actor: Actor) -> dict[str, str]:
    return {"authorization": f"Bearer {await make_key(actor)}"}


async def test_a_macro_goes_below_what_was_typed_names_its_gaps_and_is_counted(
    client: Client, deliver_all: Callable[[], Awaitable[int]], agent: Actor
) -> None:
    macro_id = await create_macro(agent, name="Money back", body=BODY)
    ticket = await make_ticket(await make_person(name="Yusuf Kaya"))
    await client.sign_in(agent)
    shown = (await client.get(f"/desk/{ticket.number}")).text
    assert f'<option value="{macro_id}">Money back</option>' in shown

    address = f"/desk/{ticket.number}/macro-insertions"
    filled = await client.post_form(address, {"macro_id": str(macro_id), "body": "Good news!"})
    text = f"Hello Yusuf,\n\norder [order number] of ticket {ticket.number} is paid back by [day].\n\nTom Berg"
    assert filled.status_code == 200
    assert f"Good news!\n\n{text}</textarea>" in html.unescape(filled.text)
    assert "Still to fill in: order number, day" in filled.text
    assert re.findall(r'name="gap" value="([^"]+)"', filled.text) == ["order number", "day"]

    sent = {"body": text.replace("[day]", "Friday"), "act": "reply", "gap": "order number"}
    refused = await client.post_form(f"/desk/{ticket.number}/messages", sent)
    assert refused.status_code == 422
    assert "Still to fill in: [order number]." in refused.text
    assert "paid back by Friday" in refused.text, "nothing typed is lost"
    assert 'name="gap"' not in refused.text, "who sends it again means it"
    assert await fetch_value("select count(*) from ticket_message where kind = 'agent'") == 0
    noted = await client.post_form(f"/desk/{ticket.number}/messages", {**sent, "act": "note"})
    assert noted.status_code == 303, "a note goes to nobody who would wonder"

    done = await client.post_form(
        f"/desk/{ticket.number}/messages", {**sent, "body": sent["body"].replace("[order number]", "A-17")}
    )
    assert done.status_code == 303
    await deliver_all()
    rows = await fetch_all(
        "select u.kind, u.ticket_id, u.distance from answer_use u join answer a on a.id = u.answer_id where a.source_id = $1"
        " order by u.created_at",
        macro_id,
    )
    assert [(row["kind"], row["ticket_id"]) for row in rows] == [
        ("inserted", ticket.id),
        ("edited_then_sent", ticket.id),
    ]
    assert 0 < rows[1]["distance"] < 0.5


async def test_a_refusal_for_another_reason_does_not_send_the_gaps_unasked(client: Client, agent: Actor) -> None:
    ticket = await make_ticket()
    await client.sign_in(agent)
    address, sent = f"/desk/{ticket.number}/messages", {"body": "Order [order number].", "gap": "order number"}
    await client.get(f"/desk/{ticket.number}")
    form = {**sent, "act": "reply", "_csrf_token": client.cookies["csrftoken"]}
    refused = await client.post(address, data=form, files={"files": ("a.exe", b"MZ", "application/x-msdownload")})
    assert refused.status_code == 422
    assert 'name="gap" value="order number"' in refused.text
    noted = await client.post_form(address, {**sent, "act": "note", "body": " "})
    assert noted.status_code == 422
    assert 'name="gap" value="order number"' in noted.text

    refused = await client.post_form(address, {**sent, "act": "reply"})
    assert "Still to fill in: [order number]." in refused.text
    assert await fetch_value("select count(*) from ticket_message where kind = 'agent'") == 0


async def test_a_choice_that_is_none_keeps_what_was_typed(client: Client, agent: Actor) -> None:
    gone = await create_macro(agent, name="Gone", body="Gone.")
    await create_macro(agent, name="There", body="There.")
    await archive_macro(agent, gone)
    ticket = await make_ticket()
    await client.sign_in(agent)
    address = f"/desk/{ticket.number}/macro-insertions"

    for chosen, told in (("", "choose one of the list"), (str(gone), "There is no such macro.")):
        refused = await client.post_form(
            address, {"macro_id": chosen, "body": "Half a sentence", "act": "reply", "gap": "day"}
        )
        assert refused.status_code == 422
        assert "Half a sentence</textarea>" in refused.text
        assert told in refused.text
        assert 'name="gap" value="day"' in refused.text
    assert (await client.post_form(address, {"macro_id": str(gone)}, accept="application/json")).status_code == 404
    assert await fetch_value("select count(*) from answer_use") == 0


async def test_programs_find_macros_by_words_and_take_one_filled_in(client: Client, agent: Actor) -> None:
    texts = {
        "Refund": "The money goes back.",
        "A refund is late": "Wait a day.",
        "Broken link": "A refund is no help here.",
    }
    for name, body in texts.items():
        await create_macro(agent, name=name, body=body)
    macro_id = await create_macro(agent, name="Zero", body=BODY)
    ticket = await make_ticket(await make_person(name="Yusuf Kaya"))
    await archive_macro(agent, await create_macro(agent, name="Refund of old", body="x"))
    headers = await bearer(agent)

    async def names(**query: str | int | bool) -> list[str]:
        found = await client.get("/api/v1/macros", params=query, headers=headers)
        return [one["name"] for one in found.json()["items"]]

    assert await names() == ["A refund is late", "Broken link", "Refund", "Zero"]
    assert await names(q="refund") == ["Refund", "A refund is late", "Broken link"]
    assert await names(q="HELP refund") == ["Broken link"]
    assert await names(q="100%_") == []
    assert await names(archived=True) == ["Refund of old"]
    first = (await client.get("/api/v1/macros", params={"limit": 3}, headers=headers)).json()
    assert await names(limit=3, cursor=first["next"]) == ["Zero"]

    address = f"/api/v1/tickets/{ticket.number}/macro-insertions"
    taken = await client.post(address, json={"macro_id": str(macro_id)}, headers=headers)
    assert taken.status_code == 201
    assert taken.json()["gaps"] == ["order number", "day"]
    assert taken.json()["text"].startswith("Hello Yusuf,")
    missing = await client.post(address, json={"macro_id": str(new_id())}, headers=headers)
    assert missing.status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.PRODUCT_MANAGER])
async def test_only_who_answers_finds_and_takes_macros(client: Client, agent: Actor, role: Role) -> None:
    macro_id = await create_macro(agent, name="Refund", body="The money goes back.")
    ticket, person = await make_ticket(), await make_person(role)
    await client.sign_in(person)

    assert (await client.get("/api/v1/macros")).status_code == 403
    chosen = {"macro_id": str(macro_id)}
    assert (await client.post_form(f"/desk/{ticket.number}/macro-insertions", chosen)).status_code == 403
    address = f"/api/v1/tickets/{ticket.number}/macro-insertions"
    assert (await client.post(address, json=chosen, headers=await bearer(person))).status_code == 403


async def test_what_a_macro_does_stands_ticked_below_the_reply_and_goes_with_it(client: Client, agent: Actor) -> None:
    acts = Acts(takes=True, priority="high", tags=("refund",), solves=True)
    macro_id = await create_macro(agent, name="Money back", body="It comes.", acts=acts)
    ticket = await make_ticket()
    await client.sign_in(agent)
    assert "With the reply" in (await client.get(f"/desk/{ticket.number}")).text
    filled = await client.post_form(
        f"/desk/{ticket.number}/macro-insertions", {"macro_id": str(macro_id), "along": ["tag:mine", "tag:refund"]}
    )
    boxes = re.findall(r'name="along" value="([^"]+)" checked', filled.text)
    assert boxes == ["take", "priority:high", "tag:mine", "tag:refund", "solve"]

    sent = {"body": "It comes.", "act": "reply", "along": ["priority:high", "tag:refund", "solve"]}
    noted = await client.post_form(f"/desk/{ticket.number}/messages", {**sent, "act": "note"})
    assert noted.status_code == 303
    assert await fetch_value("select priority || state from ticket") == "normalopen", "a note does nothing"
    for odd in ("explode", "team:x", f"team:{new_id()}", "priority:soon", "tag:!"):
        refused = await client.post_form(f"/desk/{ticket.number}/messages", {**sent, "along": odd})
        assert refused.status_code == 422, odd
    done = await client.post_form(f"/desk/{ticket.number}/messages", sent)
    assert done.status_code == 303
    assert "Sent, and solved." in (await client.get(f"/desk/{ticket.number}")).text
    assert await fetch_value("select priority || state from ticket") == "highsolved"
    assert await fetch_value("select string_agg(name, ' ') from ticket_tag") == "refund"


async def test_an_offered_macro_brings_what_it_does_and_programs_are_told(client: Client, agent: Actor) -> None:
    team_id = await make_team(routing="hand", name="Billing")
    macro_id = await create_macro(agent, name="Hand on", body="Billing looks at it.", acts=Acts(team_id=team_id))
    ticket = await make_ticket()
    address, headers = f"/api/v1/tickets/{ticket.number}", await bearer(agent)
    taken = (await client.post(f"{address}/macro-insertions", json={"macro_id": str(macro_id)}, headers=headers)).json()
    assert taken["acts"]["team_id"] == str(team_id)
    sent = {"body": taken["text"], "acts": {**taken["acts"], "tags": ["Later"]}}
    assert (await client.post(f"{address}/messages", json=sent, headers=headers)).status_code == 201
    assert await fetch_value("select team_id from ticket") == team_id
    assert await fetch_value("select string_agg(name, ' ') from ticket_tag") == "later"
    await client.sign_in(agent)
    told = await client.post_form(
        f"/desk/{ticket.number}/macro-insertions", {"macro_id": str(macro_id)}, accept="application/json"
    )
    assert told.json()["along"] == [{"value": f"team:{team_id}", "name": "given to Billing"}]


async def test_a_draft_that_comes_back_knows_what_is_left_to_fill_in(client: Client, agent: Actor) -> None:
    macro_id = await create_macro(agent, name="Money back", body=BODY)
    ticket = await make_ticket(await make_person(name="Yusuf Kaya"))
    await client.sign_in(agent)
    taken = await client.post_form(
        f"/desk/{ticket.number}/macro-insertions", {"macro_id": str(macro_id)}, accept="application/json"
    )
    await keep_draft(
        agent, ticket_place(ticket.number), DraftText(body=taken.json()["text"].replace("[day]", "Friday"))
    )
    page = (await client.get(f"/desk/{ticket.number}")).text
    assert re.findall(r'name="gap" value="([^"]+)"', page) == ["order number"]
    assert "Still to fill in: order number" in page
    await client.sign_in(await make_person(Role.AGENT))
    assert 'name="gap"' not in (await client.get(f"/desk/{ticket.number}")).text, "a draft is its writer's alone"
