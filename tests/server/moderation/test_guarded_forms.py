"""Newcomers' forms: a field that people do not see, and proof of work by setting. Nobody is turned away for want of either."""

from dataclasses import replace

import httpx
import pytest

from kb.core.database import fetch_value
from kb.core.trust import Trust
from server.app import create_app
from server.wiring import Services
from tests.kb.screening.test_proving import solve
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic


@pytest.fixture
def proving(app_services: Services, db: str) -> Client:
    """A client of an installation that wants proof of work."""
    settings = app_services.settings.replaced(PROOF_OF_WORK_BITS="8")
    app = create_app(replace(app_services, settings=settings), opens_database=False)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return Client(transport=transport, base_url="http://testserver")


async def held() -> int:
    return int(await fetch_value("select count(*) from screened_post where is_held"))


async def test_a_machine_that_fills_in_every_field_waits_for_a_moderator(client: Client) -> None:
    topic = await make_topic()
    await client.sign_in(await make_person(trust=Trust.NEWCOMER))
    assert 'name="homepage_address"' in (await client.get("/ask")).text
    await client.post_form(f"/t/{topic.number}/posts", {"body": "Raise the limit.", "homepage_address": ""})
    assert await held() == 0
    await client.post_form(
        f"/t/{topic.number}/posts", {"body": "Buy shoes.", "homepage_address": "https://shoes.example"}
    )
    assert await held() == 1


async def test_who_is_known_has_no_such_field(client: Client) -> None:
    await client.sign_in(await make_person(trust=Trust.MEMBER))
    assert "homepage_address" not in (await client.get("/ask")).text


async def test_signing_up_with_it_filled_in_asks_once_more_and_keeps_what_was_typed(client: Client) -> None:
    typed = {"name": "Ines", "username": "ines", "email": "ines@example.com", "password": "a few words in a row"}
    refused = await client.post_form("/sign-up", {**typed, "homepage_address": "https://shoes.example"})
    sent = await client.post_form("/sign-up", typed)
    assert (refused.status_code, sent.status_code) == (422, 303)
    assert "ines@example.com" in refused.text
    assert "https://shoes.example" not in refused.text


async def test_a_post_with_its_proof_is_posted_and_one_without_waits(proving: Client) -> None:
    topic = await make_topic()
    await proving.sign_in(await make_person(trust=Trust.NEWCOMER))
    asked = (await proving.get("/api/v1/proofs/post")).json()
    proof = {"proof_challenge": asked["challenge"], "proof_answer": solve(asked["challenge"], asked["bits"])}
    await proving.post_form(f"/t/{topic.number}/posts", {"body": "Raise the limit.", **proof})
    assert await held() == 0
    again = await proving.post_form(f"/t/{topic.number}/posts", {"body": "Once more.", **proof})
    without = await proving.post_form(f"/t/{topic.number}/posts", {"body": "Without scripts."})
    assert (again.status_code, without.status_code) == (303, 303)
    assert await held() == 2


async def test_members_prove_nothing(proving: Client) -> None:
    topic = await make_topic()
    await proving.sign_in(await make_person(trust=Trust.MEMBER))
    await proving.post_form(f"/t/{topic.number}/posts", {"body": "Raise the limit."})
    assert await held() == 0
