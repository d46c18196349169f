"""Web push: encrypted for one browser, signed, tried once, and never to a machine of our own network."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from http_ece import ECEException

from jobs.tools import Tools
from kb.adapters.public_addresses import is_public, resolve_public
from kb.adapters.web_push import WebPush
from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Gone, Invalid, Unavailable
from kb.core.policy import Role
from kb.forum.hiding import hide_topic
from kb.notices.preferring import set_preferences
from kb.notices.pushing import BROWSERS, count_browsers, subscribe_browser
from kb.ports.push import PushAddress
from tests.support.client import Client
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key
from tests.support.push_service import Browser, PretendPushService, push_service

SECRET = "not-secret-in-tests"


@pytest.fixture
async def service() -> AsyncIterator[PretendPushService]:
    async with push_service() as running:
        yield running


@pytest.fixture
def pushing(db: str, tools: Tools) -> Tools:
    """Tools whose push service may be on this machine."""
    return replace(tools, push=WebPush(SECRET, contact="Help <help@fernbook.example>", reaches_private=True))


async def subscribe(person: Actor, browser: Browser, service: PretendPushService) -> None:
    """As the page does it, at an endpoint that only tests may have."""
    await subscribe_browser(person, browser.address("https://push.example.com/x"))
    await execute("update push_subscription set endpoint = $2 where person_id = $1", person.person_id, service.endpoint)


async def test_a_browser_gets_what_it_alone_can_read_once(pushing: Tools, service: PretendPushService) -> None:
    asker, browser = await make_person(), Browser()
    await subscribe(asker, browser, service)
    topic = await make_topic(asker, title="Export stops at 100 rows")
    await make_reply(topic, await make_person(Role.AGENT, name="Tove"), body="Raise the **limit**.")
    await deliver_until_quiet(pushing)
    await execute("update outbox_message set done_at = null, offered_at = null, leased_until = null")
    await execute("delete from outbox_delivery")
    await deliver_until_quiet(pushing)

    [sealed] = service.taken
    told = browser.read(sealed)
    assert told["title"] == "Tove replied in Export stops at 100 rows"
    assert told["body"] == "Raise the limit."
    assert "/notices/" in told["url"]
    assert service.claims[0]["sub"] == "mailto:help@fernbook.example"
    with pytest.raises(ECEException):
        Browser().read(sealed)


async def test_what_is_hidden_or_not_wanted_is_not_pushed(pushing: Tools, service: PretendPushService) -> None:
    hidden_from, unwilling = await make_person(), await make_person()
    await subscribe(hidden_from, Browser(), service)
    await set_preferences(unwilling, {("reply", "push"): "never"})
    topic = await make_topic(hidden_from)
    await make_reply(topic)
    await hide_topic(await make_person(Role.MODERATOR), topic.id)
    await deliver_until_quiet(pushing)
    await execute("delete from push_subscription")
    await subscribe(unwilling, Browser(), service)
    await make_reply(await make_topic(unwilling))
    await deliver_until_quiet(pushing)

    assert service.taken == []


@pytest.mark.parametrize(("status", "left"), [(404, 0), (410, 0), (403, 0), (201, 1), (500, 1), (429, 1)])
async def test_a_subscription_that_ended_is_forgotten(
    pushing: Tools, service: PretendPushService, status: int, left: int
) -> None:
    asker = await make_person()
    await subscribe(asker, Browser(), service)
    service.status = status
    await make_reply(await make_topic(asker))
    await deliver_until_quiet(pushing)

    assert len(service.taken) == 1
    assert await count_browsers(asker) == left
    assert await fetch_value("select count(*) from outbox_message where done_at is null") == 0


async def test_a_redirect_is_not_followed(service: PretendPushService) -> None:
    service.status, service.location = 307, service.endpoint
    sender = WebPush(SECRET, contact="help@fernbook.example", reaches_private=True)

    with pytest.raises(Invalid):
        await sender.push(Browser().address(service.endpoint), b"{}")
    assert len(service.taken) == 1


async def test_machines_of_our_own_network_are_never_asked(service: PretendPushService) -> None:
    sender = WebPush(SECRET, contact="help@fernbook.example")

    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(Invalid):
            await sender.push(Browser().address(service.endpoint.replace("127.0.0.1", host)), b"{}")
    assert service.taken == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "fd00::1",
     "0.0.0.0", "100.64.0.1", "224.0.0.1", "2002:7f00:1::", "::127.0.0.1", "64:ff9b::10.0.0.1"],
)  # fmt: skip
async def test_private_addresses_are_told_from_public_ones(address: str) -> None:
    assert not is_public(address)
    assert is_public("93.184.216.34")
    with pytest.raises((Invalid, Unavailable)):
        await resolve_public(address, 443)


@pytest.mark.parametrize(
    ("endpoint", "field"),
    [
        ("http://push.example.com/x", "endpoint"),
        ("https://10.0.0.1/x", "endpoint"),
        ("https://[::1]/x", "endpoint"),
        ("https://localhost/x", "endpoint"),
        ("https://db.internal/x", "endpoint"),
        ("https://user@push.example.com/x", "endpoint"),
        ("https://push.example.com:99999/x", "endpoint"),
        ("", "endpoint"),
    ],
)
async def test_an_address_that_cannot_be_a_push_service_is_refused(db: str, endpoint: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await subscribe_browser(await make_person(), Browser().address(endpoint))
    assert field in refusal.value.fields


async def test_keys_that_are_none_are_refused(db: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await subscribe_browser(await make_person(), PushAddress("https://push.example.com/x", "abc", "é"))
    assert refusal.value.fields.keys() == {"p256dh", "auth"}


async def test_somebody_with_many_browsers_keeps_the_latest(db: str) -> None:
    person = await make_person()
    for number in range(BROWSERS + 3):
        await subscribe_browser(person, Browser().address(f"https://push.example.com/{number}"))

    assert await count_browsers(person) == BROWSERS
    assert await fetch_value("select count(*) from push_subscription where endpoint like '%/0'") == 0


async def test_a_browser_is_added_and_removed_over_http(client: Client) -> None:
    person = await make_person()
    address = Browser().address("https://push.example.com/mine")
    body = {"endpoint": address.endpoint, "keys": {"p256dh": address.p256dh, "auth": address.auth}}
    await client.sign_in(person)
    page = (await client.get("/me/notices")).text
    assert "data-push-key" in page
    token = {"x-csrftoken": client.cookies["csrftoken"]}
    assert (await client.post("/me/browsers", json=body)).status_code == 403
    assert (await client.post("/me/browsers", json=body, headers=token)).status_code == 204
    assert await count_browsers(person) == 1
    removal = {"endpoint": address.endpoint}
    assert (await client.post("/me/browsers/removal", json=removal, headers=token)).status_code == 204
    assert await count_browsers(person) == 0

    key = {"authorization": f"Bearer {await make_key(person)}"}
    assert (await client.post("/api/v1/me/browsers", json=body, headers=key)).status_code == 204
    assert (await client.get("/api/v1/me/browsers/key", headers=key)).status_code == 200
    assert (await client.delete("/api/v1/me/browsers", params=removal, headers=key)).status_code == 204
    assert await count_browsers(person) == 0


async def test_the_worker_script_is_served_at_the_root(client: Client) -> None:
    answer = await client.get("/push.js")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "showNotification" in answer.text


def test_our_key_is_the_same_wherever_the_secret_is() -> None:
    one, other = (WebPush(SECRET, contact="a@b.example").public_key for _ in range(2))
    assert one == other != WebPush("another", contact="a@b.example").public_key


async def test_a_gone_subscription_says_so(service: PretendPushService) -> None:
    service.status = 410
    with pytest.raises(Gone):
        await WebPush(SECRET, contact="a@b.example", reaches_private=True).push(
            Browser().address(service.endpoint), b"{}"
        )
