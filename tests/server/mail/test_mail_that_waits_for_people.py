"""What could not be placed is looked at on a page or by a program: read again, put aside and taken back, or made a ticket of."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role, group_visibility
from kb.mail.handling import handle_mail
from kb.mail.office import Means
from kb.mail.rules import READ_AT_MOST
from kb.mail.taking_in import take_in
from server.wiring import Services
from tests.kb.mail.test_replying_to_a_topic import mailed, sender_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.mail_factories import OFFICE, raw_mail
from tests.support.people_factories import make_key

UNREADABLE = b"\x00\x01 no mail at all, but <script>alert(1)</script> somebody may know what it is"


async def put_in_review(app_services: Services, raw: bytes, *recipients: str) -> UUID:
    taken = await take_in(SYSTEM, raw, "smtp", recipients=recipients)
    await handle_mail(taken.id, Means(OFFICE, app_services.files))
    assert await fetch_value("select state from received_mail where id = $1", taken.id) == "review"
    return taken.id


async def state_of(mail_id: UUID) -> str:
    return str(await fetch_value("select state from received_mail where id = $1", mail_id))


@pytest.fixture
async def agent(client: Client) -> Actor:
    agent = await make_person(Role.AGENT, name="Tove Lind")
    await client.sign_in(agent)
    return agent


async def test_what_cannot_be_read_is_shown_as_it_came_and_a_ticket_is_made_of_it_by_hand(
    client: Client, agent: Actor, app_services: Services
) -> None:
    mail_id = await put_in_review(app_services, UNREADABLE, "whoever@fernbook.example")
    assert f"/mail/{mail_id}" in (await client.get("/mail")).text
    page = (await client.get(f"/mail/{mail_id}")).text
    assert "It cannot be read" in page
    assert "whoever@fernbook.example" in page
    assert "&lt;script&gt;alert(1)" in page
    raw = await client.get(f"/mail/{mail_id}/raw")
    assert raw.content == UNREADABLE
    assert raw.headers["content-disposition"].startswith("attachment")
    assert raw.headers["x-content-type-options"] == "nosniff"

    typed = {"sender": "nobody", "name": "Ines", "subject": "", "body": "She says that **nothing** works."}
    refused = await client.post_form(f"/mail/{mail_id}/ticket", typed)
    assert refused.status_code == 422
    assert "She says that **nothing** works." in refused.text
    made = await client.post_form(
        f"/mail/{mail_id}/ticket", {**typed, "sender": "ines@home.example", "subject": "Nothing works"}
    )

    assert made.status_code == 303
    row = await fetch_one("select t.*, p.email from ticket t join person p on p.id = t.requester_id")
    assert row is not None
    assert (row["subject"], row["channel"], row["email"]) == ("Nothing works", "email", "ines@home.example")
    assert made.headers["location"] == f"/desk/{row['number']}"
    assert await state_of(mail_id) == "opened"
    again = await client.post_form(f"/mail/{mail_id}/ticket", {**typed, "sender": "a@b.example", "subject": "x"})
    assert again.status_code == 409


async def test_it_is_put_aside_and_taken_back_and_read_again(
    client: Client, agent: Actor, app_services: Services
) -> None:
    mail_id = await put_in_review(app_services, raw_mail(Auto_Submitted="auto-generated"))

    assert (await client.post_form(f"/mail/{mail_id}/removal")).status_code == 303
    assert str(mail_id) not in (await client.get("/mail")).text
    assert "Take it back" in (await client.get(f"/mail/{mail_id}")).text
    assert (await client.post_form(f"/mail/{mail_id}/removal")).status_code == 409
    assert (await client.post_form(f"/mail/{mail_id}/restoring")).status_code == 303
    assert (await client.post_form(f"/mail/{mail_id}/reading")).status_code == 303

    assert await state_of(mail_id) == "waiting"
    await handle_mail(mail_id, Means(OFFICE, app_services.files))
    assert await state_of(mail_id) == "review", "it is still a machine's"


async def test_a_ticket_made_by_hand_keeps_the_files_and_names_what_it_could_not_take(
    client: Client, agent: Actor, app_services: Services
) -> None:
    files = [("log.txt", "text/plain", b"boom"), ("setup.exe", "application/x-msdownload", b"MZ")]
    mail_id = await put_in_review(app_services, raw_mail(files=files, Precedence="bulk"))
    page = (await client.get(f"/mail/{mail_id}")).text
    assert "Since Monday each invoice goes out twice." in page
    assert "log.txt" in page

    await client.post_form(
        f"/mail/{mail_id}/ticket", {"sender": "ines@home.example", "subject": "Twice", "body": "As it says."}
    )

    source = await fetch_value("select body_source from ticket_message")
    assert source.startswith("As it says.\n\n[log.txt](/files/")
    number = await fetch_value("select number from ticket")
    desk = (await client.get(f"/desk/{number}")).text
    assert "Not taken over: setup.exe." in desk
    assert f"/mail/{mail_id}" in desk
    assert (await client.get(f"/mail/{mail_id}/raw")).status_code == 200


async def test_a_program_does_the_same(client: Client, app_services: Services) -> None:
    admin = await make_person(Role.ADMIN)
    client.headers["authorization"] = f"Bearer {await make_key(admin)}"
    mail_id = await put_in_review(app_services, raw_mail(Auto_Submitted="auto-generated"))
    one = f"/api/v1/mail/review/{mail_id}"

    (line,) = (await client.get("/api/v1/mail/review")).json()["items"]
    assert (line["id"], line["sender"], line["came_by"]) == (str(mail_id), "ines@home.example", "smtp")
    assert (await client.get(one)).json()["text"] == "Since Monday each invoice goes out twice."
    assert (await client.get(f"{one}/raw")).content.startswith(b"From: Ines")
    assert (await client.delete(one)).status_code == 204
    assert (await client.put(one)).status_code == 204
    made = await client.post(f"{one}/ticket", json={"sender": "ines@home.example", "subject": "Twice", "body": "So."})

    number = made.json()["number"]
    told = (await client.get(f"/api/v1/tickets/{number}/mail")).json()
    assert [origin["mail_id"] for origin in told["origins"]] == [str(mail_id)]
    assert told["unreachable"] is None
    assert (await client.post(f"{one}/reading")).status_code == 409
    await execute("insert into unreachable_address values ('ines@home.example', 'bounced', 'x', now())")
    told = (await client.get(f"/api/v1/tickets/{number}/mail")).json()
    assert told["unreachable"] == {"address": "ines@home.example", "why": "bounced"}
    assert (await client.delete("/api/v1/mail/unreachable/ines@home.example")).status_code == 204
    assert await fetch_value("select count(*) from unreachable_address") == 0


async def test_an_agent_sees_that_a_customer_is_out_of_reach_and_says_that_they_are_not(
    client: Client, agent: Actor, app_services: Services
) -> None:
    taken = await take_in(SYSTEM, raw_mail(), "smtp", recipients=["help@fernbook.example"])
    await handle_mail(taken.id, Means(OFFICE, app_services.files))
    await execute("insert into unreachable_address values ('ines@home.example', 'bounced', '550', now())")
    number = await fetch_value("select number from ticket")
    assert "Mail to this address came back" in (await client.get(f"/desk/{number}")).text

    done = await client.post_form("/mail/unreachable/removal", {"address": "ines@home.example", "ticket": str(number)})

    assert done.headers["location"] == f"/desk/{number}"
    assert "came back" not in (await client.get(f"/desk/{number}")).text


async def test_a_reply_to_a_topic_is_looked_at_only_by_those_who_may_read_the_topic(
    client: Client, agent: Actor, app_services: Services, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    asker = await make_person()
    _, address = await mailed(deliver_all, asker)
    sender = await sender_of(asker)
    quotes = raw_mail(sender, to=address, text="> What only readers of the topic know\n")
    forged = raw_mail(sender, to=f"reply+{'a' * 45}@in.fernbook.example", text="To an address nobody made.")
    shown, unknown = await put_in_review(app_services, quotes), await put_in_review(app_services, forged)
    assert (await client.get(f"/mail/{shown}")).status_code == 200

    await execute("update space set visibility = $1", group_visibility(new_id()))
    for mail_id in (shown, unknown):
        assert str(mail_id) not in (await client.get("/mail")).text
        assert (await client.get(f"/mail/{mail_id}/raw")).status_code == 404
        assert (await client.post_form(f"/mail/{mail_id}/removal")).status_code == 404
    await client.sign_in(await make_person(Role.ADMIN))
    listed = (await client.get("/mail")).text
    assert (str(shown) in listed, str(unknown) in listed) == (False, True)


@pytest.mark.parametrize("why", ["It cannot be read", "It is too large", "Reading it was broken off"])
async def test_a_reply_to_a_topic_that_nobody_could_read_is_for_its_readers_all_the_same(
    client: Client,
    agent: Actor,
    app_services: Services,
    deliver_all: Callable[[], Awaitable[int]],
    why: str,
) -> None:
    asker = await make_person()
    _, address = await mailed(deliver_all, asker)
    raw = raw_mail(await sender_of(asker), to=f"Fernbook <{address.upper()}>", text="> What only readers know\n")
    if why == "It cannot be read":
        raw += b"boundary " * 201
    taken = await take_in(SYSTEM, raw, "imap", cut_from=60_000_000 if why == "It is too large" else 0)
    if why == "Reading it was broken off":
        await execute("update received_mail set attempts = $1", READ_AT_MOST)
    await handle_mail(taken.id, Means(OFFICE, app_services.files))
    assert why in (await client.get(f"/mail/{taken.id}")).text, "a reader of the topic may look at it"

    await execute("update space set visibility = $1", group_visibility(new_id()))

    assert str(taken.id) not in (await client.get("/mail")).text
    assert (await client.get(f"/mail/{taken.id}/raw")).status_code == 404
