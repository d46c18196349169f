"""The help API as another site's page calls it: any origin, no cookies, one shape of refusal."""

import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from kb.people.products import ProductApp
from server.templating import FRONTEND
from tests.kb.help.test_finding import PAGE, make_answered_place
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import sign
from tests.support.signals_factories import make_product

ORIGIN = "https://app.fernbook.example"


def headers(app: ProductApp, **claims: Any) -> dict[str, str]:
    """As the widget sends them; with claims, from a page that names its customer."""
    told = {"origin": ORIGIN, "x-write-key": app.write_key}
    return told | ({"x-identity-token": sign(app, **claims)} if claims else {})


async def test_a_page_of_another_origin_gets_its_answers_and_where_to_ask(client: Client) -> None:
    _, answer_id = await make_answered_place()
    app = await make_product()

    said = await client.get("/api/v1/help", params={"page": PAGE}, headers=headers(app))
    named = await client.get("/api/v1/help", params={"page": PAGE}, headers=headers(app, sub="c-1", name="Ines"))

    assert said.status_code == 200
    assert said.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in said.headers
    [answer] = said.json()["answers"]
    assert (answer["id"], answer["url"][:22]) == (str(answer_id), "http://localhost:8000/")
    assert said.json()["ask"] == {"kind": "forum", "url": "http://localhost:8000/ask", "asker": ""}
    assert named.json()["ask"] == {"kind": "ticket", "url": "http://localhost:8000/ask", "asker": "Ines"}


async def test_asking_for_help_alone_is_not_yet_showing_it(client: Client) -> None:
    await make_answered_place()
    await client.get("/api/v1/help", params={"page": PAGE}, headers=headers(await make_product()))

    assert await fetch_value("select count(*) from answer_use") == 0


@pytest.mark.parametrize("path", ["/api/v1/help", "/api/v1/help/uses", "/api/v1/help/questions", "/api/v1/help/live"])
async def test_a_browser_that_asks_first_is_told_what_it_may_send(client: Client, path: str) -> None:
    said = await client.options(path, headers={"origin": ORIGIN, "access-control-request-method": "POST"})

    assert said.status_code == 204
    assert {"x-write-key", "x-identity-token", "x-distinct-id", "content-type"} <= {
        name.strip().lower() for name in said.headers["access-control-allow-headers"].split(",")
    }


async def test_a_refusal_has_the_one_shape_and_may_be_read_by_the_page(client: Client) -> None:
    app = await make_product()
    expired = {**headers(app), "x-identity-token": sign(app, lasts=-300)}
    refused = [
        await client.get("/api/v1/help", headers={"origin": ORIGIN}),
        await client.get("/api/v1/help", headers={"origin": ORIGIN, "x-write-key": "wk_nobody"}),
        await client.get("/api/v1/help", headers=expired),
        await client.post("/api/v1/help/questions", headers=headers(app), json={"subject": "a", "body": "b"}),
        await client.post("/api/v1/help/questions", headers=headers(app, sub="c-1"), json={"subject": "", "body": ""}),
        await client.get("/api/v1/help/live", headers=headers(app)),
    ]

    assert [said.status_code for said in refused] == [422, 401, 422, 401, 422, 401]
    assert all(set(said.json()["error"]) == {"code", "message", "fields"} for said in refused)
    assert all(said.headers["access-control-allow-origin"] == "*" for said in refused)
    assert set(refused[4].json()["error"]["fields"]) == {"subject", "body"}


async def test_a_session_of_the_forum_does_not_count_on_another_sites_page(client: Client) -> None:
    await client.sign_in(await make_person(Role.ADMIN))
    app = await make_product()

    said = await client.get("/api/v1/help", headers=headers(app))
    asked = await client.post("/api/v1/help/questions", headers=headers(app), json={"subject": "a", "body": "b"})

    assert said.json()["ask"]["kind"] == "forum"
    assert asked.status_code == 401


async def test_still_stuck_opens_a_ticket_of_the_named_customer(client: Client) -> None:
    app = await make_product()
    question = {"subject": "Send does nothing", "body": "I clicked it.", "page_url": PAGE}

    asked = await client.post("/api/v1/help/questions", headers=headers(app, sub="c-1", name="Ines"), json=question)

    assert asked.status_code == 201
    assert asked.json()["url"] == f"http://localhost:8000/tickets/{asked.json()['number']}"
    [ticket] = await fetch_all("select t.channel, p.name from ticket t join person p on p.id = t.requester_id")
    assert tuple(ticket) == ("widget", "Ines")


async def test_this_solved_it_writes_the_ledger_and_ends_the_episode(
    client: Client, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    _, answer_id = await make_answered_place()
    use = {"kind": "said_solved", "answer_ids": [str(answer_id)], "page_url": PAGE}

    said = await client.post("/api/v1/help/uses", headers=headers(await make_product(), sub="c-1"), json=use)
    await deliver_all()

    assert (said.status_code, said.json()) == (200, {"recorded": 1})
    [row] = await fetch_all("select kind, surface, person_id is not null as known from answer_use")
    assert tuple(row) == ("said_solved", "widget", True)


async def test_only_its_reader_puts_a_message_away(client: Client) -> None:
    app = await make_product()
    path = "/api/v1/help/messages/00000000-0000-7000-8000-000000000000/seen"

    assert (await client.post(path, headers=headers(app, sub="c-1"))).status_code == 404
    assert (await client.post(path, headers=headers(app))).status_code == 401


async def test_the_script_comes_packed_to_any_page_and_only_when_it_changed(client: Client) -> None:
    said = await client.get("/widget.js", headers={"accept-encoding": "gzip"})
    again = await client.get("/widget.js", headers={"if-none-match": said.headers["etag"]})
    plain = await client.get("/widget.js", headers={"accept-encoding": "identity"})

    built = (FRONTEND / "dist" / "widget.js").read_bytes()
    assert said.headers["content-encoding"] == "gzip"
    assert said.content == plain.content == built
    assert int(said.headers["content-length"]) < len(built)
    assert said.headers["cross-origin-resource-policy"] == "cross-origin"
    assert said.headers["access-control-allow-origin"] == "*"
    assert said.headers["content-type"].startswith("text/javascript")
    assert (again.status_code, again.content) == (304, b"")
    assert len(gzip.compress(built, 6)) <= 20_000


async def test_the_widget_learns_the_words_of_its_page_alone(client: Client) -> None:
    german = (await client.get("/widget/words/de-AT")).json()
    klingon = (await client.get("/widget/words/tlh")).json()

    assert (german["language"], german["direction"], german["words"]["Still stuck?"]) == (
        "de",
        "ltr",
        "Kommst du nicht weiter?",
    )
    assert (await client.get("/widget/words/ar")).json()["direction"] == "rtl"
    assert klingon == {"language": "en", "direction": "ltr", "words": {}}
