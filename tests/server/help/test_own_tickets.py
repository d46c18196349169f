"""A customer's tickets on a product's page: theirs alone, read and answered there, and what waits for them."""

from typing import Any

from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.people.identifying import read_customer_token
from kb.status.reporting import Said, open_incident
from kb.tickets.answering import reply_to_ticket
from tests.server.help.test_help_api import headers
from tests.support.answers_factories import make_published_article
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import sign
from tests.support.signals_factories import make_product
from tests.support.tickets_factories import make_ticket

TICKETS = "/api/v1/help/tickets"


async def test_a_customer_reads_and_answers_their_tickets_and_nobody_elses(client: Client) -> None:
    app, agent = await make_product(), await make_person(Role.AGENT, name="Tom Berg")
    ines = await read_customer_token(sign(app, sub="c-1", name="Ines"), app=app)
    mine, other = await make_ticket(ines, subject="Sent twice", body="It goes **twice**."), await make_ticket()
    await reply_to_ticket(agent, mine.id, "Which invoice?\n\n![The list](https://cdn.example/a.png)")
    await reply_to_ticket(agent, mine.id, "Among us.", "note")
    as_ines = headers(app, sub="c-1", name="Ines")

    assert (await client.get("/api/v1/help", headers=as_ines)).json()["unread"] == 1
    [line] = (await client.get(TICKETS, headers=as_ines)).json()["items"]
    assert (line["number"], line["is_unread"], line["state"]) == (mine.number, True, "pending")
    ticket = (await client.get(f"{TICKETS}/{mine.number}", headers=as_ines)).json()
    assert [(turn["author"], turn["is_own"], turn["body"]) for turn in ticket["turns"]] == [
        ("Ines", True, [["p", ["It goes ", ["strong", ["twice"]], "."]]]),
        ("Tom Berg", False, [["p", ["Which invoice?"]], ["p", [["img", ["The list"], "https://cdn.example/a.png"]]]]),
    ]
    assert (await client.post(f"{TICKETS}/{mine.number}/seen", headers=as_ines)).status_code == 204
    assert (await client.get("/api/v1/help", headers=as_ines)).json()["unread"] == 0
    empty = await client.post(f"{TICKETS}/{mine.number}/messages", headers=as_ines, json={"body": " "})
    sent = await client.post(f"{TICKETS}/{mine.number}/messages", headers=as_ines, json={"body": "Number 7."})
    assert (empty.status_code, list(empty.json()["error"]["fields"]), sent.status_code) == (422, ["body"], 201)
    assert await fetch_value("select state from ticket where id = $1", mine.id) == "open"

    refused = [
        await client.get(f"{TICKETS}/{other.number}", headers=as_ines),
        await client.post(f"{TICKETS}/{other.number}/messages", headers=as_ines, json={"body": "Mine!"}),
        await client.post(f"{TICKETS}/{other.number}/seen", headers=as_ines),
        await client.post(f"{TICKETS}/{2**70}/seen", headers=as_ines),
    ]
    assert [one.status_code for one in refused] == [404] * 4


async def test_whoever_the_page_cannot_name_has_no_tickets_and_keeps_no_files(client: Client) -> None:
    app = await make_product()
    await client.sign_in(await make_person())
    asked = [
        await client.get(TICKETS, headers=headers(app)),
        await client.get(f"{TICKETS}/1", headers=headers(app)),
        await client.post(f"{TICKETS}/1/messages", headers=headers(app), json={"body": "x"}),
        await client.post(f"{TICKETS}/1/seen", headers=headers(app)),
        await client.post("/api/v1/help/files", headers=headers(app), files={"file": ("a.txt", b"a")}),
    ]

    assert [one.status_code for one in asked] == [401] * 5


async def test_a_file_is_kept_for_the_customer_and_refused_by_name_where_it_may_not_be(client: Client) -> None:
    as_ines = headers(await make_product(), sub="c-1")
    kept = await client.post("/api/v1/help/files", headers=as_ines, files={"file": ("log.txt", b"a line")})
    refused = await client.post("/api/v1/help/files", headers=as_ines, files={"file": ("run.exe", b"MZ\x90\x00")})
    none = await client.post("/api/v1/help/files", headers=as_ines, data={"other": "x"})

    assert (kept.status_code, kept.json()["name"], kept.json()["markdown"][:9]) == (201, "log.txt", "[log.txt]")
    assert [list(one.json()["error"]["fields"]) for one in (refused, none)] == [["file"], ["file"]]


async def test_an_article_is_read_by_its_number_in_the_language_asked_for(client: Client) -> None:
    app = await make_product()
    english = await make_published_article("Send it again")
    german = await make_published_article("Noch einmal senden", "Drücke **Senden**.")
    await execute("update article set language = 'de', translation_of = $2 where id = $1", german, english)
    number = await fetch_value("select number from article where id = $1", english)

    said = (await client.get(f"/api/v1/help/articles/{number}", headers=headers(app))).json()
    gesagt = (
        await client.get(f"/api/v1/help/answers/{said['id']}", headers=headers(app) | {"accept-language": "de"})
    ).json()
    assert (said["title"], said["language"], said["direction"]) == ("Send it again", "en", "ltr")
    assert (gesagt["title"], gesagt["language"], gesagt["body"][0][1][1]) == (
        "Noch einmal senden",
        "de",
        ["strong", ["Senden"]],
    )

    await execute("update article set visibility = 'staff'")
    gone: list[Any] = [
        await client.get(f"/api/v1/help/{path}", headers=headers(app))
        for path in (f"articles/{number}", f"answers/{said['id']}", "articles/999")
    ]
    assert [one.status_code for one in gone] == [404] * 3


async def test_what_is_wrong_just_now_comes_with_the_first_answer_and_not_while_typing(client: Client) -> None:
    app = await make_product()
    await open_incident(
        await make_person(Role.AGENT), "Invoices are sent late", Said("identified", "minor", "We know why.")
    )

    said = (await client.get("/api/v1/help", headers=headers(app) | {"accept-language": "de"})).json()
    typed = (await client.get("/api/v1/help", params={"text": "invoices are late"}, headers=headers(app))).json()

    assert [(one["title"], one["url"]) for one in said["incidents"]] == [
        ("Invoices are sent late", "http://localhost:8000/status/1")
    ]
    assert (said["label"], typed["incidents"]) == ("Hilfe", [])
