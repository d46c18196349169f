"""Webhooks as admins manage them, without scripts."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from jobs.tools import Tools
from kb.adapters.webhook_postman import WebhookPostman
from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.hooks_factories import INSIDE, make_webhook
from tests.support.statements import statements_run
from tests.support.webhook_receiver import Receiver, receiver

FORM = {
    "name": "The wiki",
    "url": "https://wiki.example.com/hooks",
    "kinds": ["topic.asked", "topic.solved"],
    "audience": "public",
}


@pytest.fixture
async def admin(client: Client) -> Client:
    return await client.sign_in(await make_person(Role.ADMIN))


@pytest.fixture
async def wiki(db: str) -> AsyncIterator[Receiver]:
    async with receiver() as running:
        yield running


@pytest.fixture
def deliver(tools: Tools) -> Callable[[], Awaitable[int]]:
    return lambda: deliver_until_quiet(replace(tools, postman=WebhookPostman(INSIDE)))


async def add(admin: Client, **changed: object) -> str:
    """Through the form; returns the webhook's path."""
    shown = await admin.post_form("/settings/webhooks", {**FORM, **changed})
    assert shown.status_code == 201, shown.text
    return f"/settings/webhooks/{await fetch_value('select id from webhook order by id desc limit 1')}"


async def test_the_secret_is_shown_once(admin: Client) -> None:
    shown = await admin.post_form("/settings/webhooks", FORM)
    secret = re.findall(r"whsec_[A-Za-z0-9+/=]{20,}", shown.text)[0]
    path = f"/settings/webhooks/{await fetch_value('select id from webhook')}"

    assert shown.status_code == 201
    for page in ("/settings/webhooks", path, f"{path}/edit"):
        assert secret not in (await admin.get(page)).text


async def test_a_refused_form_keeps_what_was_typed_and_names_the_field(admin: Client) -> None:
    refused = await admin.post_form(
        "/settings/webhooks", {**FORM, "url": "http://10.0.0.1/x", "kinds": ["ticket.opened"]}
    )

    assert refused.status_code == 422
    assert 'value="http://10.0.0.1/x"' in refused.text
    assert re.search(r'value="ticket.opened" checked', refused.text)
    assert 'href="#field-url"' in refused.text
    assert 'href="#field-kinds"' in refused.text
    assert await fetch_value("select count(*) from webhook") == 0


async def test_one_that_sees_more_says_so_wherever_it_is_shown(admin: Client) -> None:
    path = await add(admin, audience="staff", kinds=["ticket.opened"])
    for page in ("/settings/webhooks", path):
        assert "sees what staff may read" in (await admin.get(page)).text


async def test_it_is_changed_paused_deleted_and_restored(admin: Client) -> None:
    path = await add(admin)
    await admin.post_form(path, {**FORM, "name": "The other wiki"})
    assert "The other wiki" in (await admin.get("/settings/webhooks")).text
    await admin.post_form(f"{path}/pause")
    assert "Let it go on" in (await admin.get(path)).text
    await admin.post_form(f"{path}/resumption")
    assert "Send a test" in (await admin.get(path)).text
    await admin.post_form(f"{path}/removal")
    assert (await admin.get(path)).status_code == 404
    assert f"{path}/restoration" in (await admin.get("/settings/webhooks")).text
    await admin.post_form(f"{path}/restoration")
    assert (await admin.get(path)).status_code == 200


async def test_a_rotated_secret_is_shown_once_and_the_page_says_that_both_sign(admin: Client) -> None:
    path = await add(admin)
    shown = await admin.post_form(f"{path}/secret")
    assert "whsec_" in shown.text
    again = (await admin.get(path)).text
    assert "whsec_" not in again
    assert "both sign" in again


async def test_the_log_shows_what_was_sent_and_answered_and_sends_again(
    admin: Client, wiki: Receiver, deliver: Callable[[], Awaitable[int]]
) -> None:
    made = await make_webhook(wiki.url)
    wiki.statuses, wiki.answer_body = [500, 200], "<b>Traceback</b>: out of order"
    await make_topic(title="Exports stop at 100 rows")
    await deliver()
    path = f"/settings/webhooks/{made.id}"
    log = (await admin.get(path)).text
    delivery = f"{path}/deliveries/{await fetch_value('select id from webhook_delivery')}"
    assert delivery in log
    assert "answered 500" in log
    seen = (await admin.get(delivery)).text
    assert "Exports stop at 100 rows" in seen
    assert "&lt;b&gt;Traceback&lt;/b&gt;" in seen

    sent = await admin.post_form(f"{delivery}/attempts")
    assert sent.headers["location"] == delivery
    await deliver()
    assert wiki.told[0].id == wiki.told[1].id
    assert "Attempt 2" in (await admin.get(delivery)).text
    assert delivery in (await admin.get(f"{path}?state=sent")).text
    assert delivery not in (await admin.get(f"{path}?state=failed")).text
    assert delivery in (await admin.get(f"{path}?kind=topic.asked")).text
    assert delivery not in (await admin.get(f"{path}?kind=webhook.test&state=sent")).text


async def test_a_test_leads_to_its_delivery(
    admin: Client, wiki: Receiver, deliver: Callable[[], Awaitable[int]]
) -> None:
    made = await make_webhook(wiki.url)
    sent = await admin.post_form(f"/settings/webhooks/{made.id}/test")
    assert (await admin.get(sent.headers["location"])).status_code == 200
    await deliver()
    assert wiki.types == ["webhook.test"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.PRODUCT_MANAGER, Role.AGENT])
async def test_nobody_but_admins_sees_them(client: Client, wiki: Receiver, role: Role) -> None:
    made = await make_webhook(wiki.url)
    await client.sign_in(await make_person(role))
    for path in ("/settings/webhooks", f"/settings/webhooks/{made.id}"):
        answer = await client.get(path)
        assert answer.status_code == 403
        assert wiki.url not in answer.text


async def test_the_pages_take_few_statements(admin: Client, wiki: Receiver) -> None:
    made = await make_webhook(wiki.url)
    for path in ("/settings/webhooks", f"/settings/webhooks/{made.id}"):
        with statements_run() as statements:
            await admin.get(path)
        assert len(statements) <= 5, statements
