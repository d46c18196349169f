"""Triage, issue and loop pages, and GitHub's webhook over HTTP."""

import json
from collections.abc import Awaitable, Callable

from litestar import Litestar

from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.outreach.triggers import ensure_default_triggers
from kb.product.weighing import weigh_pain_points
from server.wiring import Services
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.product_factories import closed_payload, hurt, make_cluster, signed

Deliver = Callable[[], Awaitable[int]]


async def weighed(people: int = 2) -> None:
    cluster = await make_cluster()
    for _ in range(people):
        await hurt(cluster, await make_person())
    await weigh_pain_points()
    await ensure_default_triggers()


async def test_a_product_manager_files_from_the_board_and_closes(client: Client, deliver_all: Deliver) -> None:
    await weighed()
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))
    board = await client.get("/triage")
    assert "The Send button does nothing" in board.text

    pain = await client.get("/triage/1")
    assert pain.status_code == 200
    filed = await client.post_form("/triage/1/issue", {"tracker": "board"})
    assert filed.headers["location"] == "/issues/1"
    await deliver_all()
    assert "2 people hurt" in (await client.get("/issues/1")).text

    closed = await client.post_form("/issues/1/closure", {"reason": "completed"})
    assert closed.status_code == 303
    await deliver_all()
    assert "shipped" in (await client.get("/issues/1")).text
    assert (await client.get("/issues")).status_code == 200
    assert await fetch_value("select count(*) from message") == 4


async def test_filing_twice_is_a_clear_conflict(client: Client) -> None:
    await weighed()
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))
    await client.post_form("/triage/1/issue", {"tracker": "board"})

    again = await client.post_form("/triage/1/issue", {"tracker": "board"})

    assert again.status_code == 409
    assert "open already" in again.text


async def test_an_agent_reads_triage_and_cannot_file(client: Client) -> None:
    await weighed()
    await client.sign_in(await make_person(Role.AGENT))

    assert (await client.get("/triage")).status_code == 200
    assert (await client.post_form("/triage/1/issue", {"tracker": "board"})).status_code == 403


async def test_githubs_webhook_is_heard_only_when_signed(
    app: Litestar, app_services: Services, client: Client, deliver_all: Deliver
) -> None:
    await weighed()
    secret = app_services.settings["GITHUB_WEBHOOK_SECRET"]
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))
    await client.post_form("/triage/1/issue", {"tracker": "github"})
    await execute("update issue set state = 'open', external_id = 'fernbook/app#7'")
    body, signature = signed(closed_payload("fernbook/app#7"), secret)
    headers = {"X-GitHub-Event": "issues", "X-GitHub-Delivery": "d1", "X-Hub-Signature-256": signature}

    forged = await client.post("/hooks/github", content=body, headers={**headers, "X-Hub-Signature-256": "sha256=00"})
    assert forged.status_code == 403
    assert forged.json()["error"]["code"] == "not_allowed"
    heard = await client.post("/hooks/github", content=body, headers=headers)
    again = await client.post("/hooks/github", content=body, headers=headers)
    await deliver_all()

    assert heard.json() == {"outcome": "closed as shipped"}
    assert again.json() == {"outcome": "delivered before"}
    assert await fetch_value("select count(*) from message") == 4


async def test_the_loop_page_and_its_json_sum_to_all_episodes(client: Client) -> None:
    await weighed(3)
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))

    page = await client.get("/loop")
    loop = (await client.get("/api/v1/loop")).json()

    assert page.status_code == 200
    assert sum(loop["episodes"].values()) == loop["all_episodes"] == 3
    assert json.dumps(loop["people_hurt"]) in page.text
    assert "imported questions" not in page.text
    assert loop["imported"] == {"done": 0, "all": 0, "per_minute": 0.0, "minutes_left": None}


async def test_the_loop_page_tells_how_far_it_is_with_an_import(client: Client) -> None:
    await execute(
        "insert into import_waiting (kind, subject_id, noted_at, done_at) select 'customer', gen_random_uuid(), now(),"
        " case when n <= 412 then now() - interval '1 minute' end from generate_series(1, 1000) n"
    )
    await client.sign_in(await make_person(Role.AGENT))

    page = await client.get("/loop")
    told = (await client.get("/api/v1/loop")).json()["imported"]

    assert "412 of 1,000 imported questions are read." in page.text
    assert "About 1 minute is left." in page.text
    assert (told["done"], told["all"], told["minutes_left"]) == (412, 1000, 1)


async def test_pain_points_are_in_the_api(client: Client) -> None:
    await weighed()
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))

    (point,) = (await client.get("/api/v1/pain-points")).json()["items"]

    assert (point["person_count"], point["lane"]) == (2, "known_unanswered")
