"""Sending: signed, at least once under one id, tried again with growing waits, switched off after days, never to our own network."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.adapters.webhook_postman import WebhookPostman
from kb.core.actor import SYSTEM
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from kb.hooks.pausing import pause_webhook, resume_webhook
from kb.hooks.planning import plan_deliveries
from kb.hooks.pruning import forget_old_deliveries
from kb.hooks.queries import get_delivery, get_webhook, list_deliveries
from kb.hooks.registering import change_webhook, delete_webhook, register_webhook, restore_webhook, rotate_secret
from kb.hooks.rules import STAFF, WAITS, WebhookDraft
from kb.hooks.sending import send_planned
from kb.hooks.sending_again import send_again, send_test
from kb.hooks.signing import headers_of, make_secret, sign
from kb.hooks.sweeping import send_due
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.hooks_factories import INSIDE, let_waits_pass, make_webhook
from tests.support.webhook_receiver import Receiver

Deliver = Callable[[], Awaitable[int]]


async def the_delivery() -> UUID:
    """The only one there is."""
    delivery_id: UUID = await fetch_value("select id from webhook_delivery")
    return delivery_id


async def state() -> str:
    """Of the only delivery."""
    return str(await fetch_value("select state from webhook_delivery"))


def test_the_signature_is_the_one_of_the_specifications_published_example() -> None:
    """The test vector of the specification's own libraries (standardwebhooks.com, `libraries/*`)."""
    signed = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(body=st.binary(max_size=200), timestamp=st.integers(0, 2**40), message=st.text("abc_123", min_size=1))
def test_a_receiver_finds_each_secret_that_holds_among_the_signatures(
    body: bytes, timestamp: int, message: str
) -> None:
    secrets = [make_secret(), make_secret()]
    given_ = headers_of(secrets, message=message, timestamp=timestamp, body=body)["webhook-signature"].split(" ")
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"{message}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        assert "v1," + base64.b64encode(digest).decode() in given_


async def test_what_is_told_is_signed_and_timed(wiki: Receiver, deliver: Deliver) -> None:
    made = await make_webhook(wiki.url)
    await make_topic()
    with clock_held_at(now()):
        await deliver()
        at_ = int(now().timestamp())

    told = wiki.told[0]
    assert told.is_signed_with(made.secret)
    assert not told.is_signed_with(make_secret())
    assert int(told.headers["webhook-timestamp"]) == at_
    assert told.headers["content-type"] == "application/json"
    assert await state() == "sent"


async def test_a_refused_delivery_comes_again_under_the_same_id_freshly_signed(
    wiki: Receiver, deliver: Deliver, next_round: Deliver
) -> None:
    wiki.statuses, wiki.answer_body = [500, 200], "Out of\x00 order"
    made = await make_webhook(wiki.url)
    await make_topic()
    await deliver()
    assert await state() == "waiting"
    with clock_held_at(now() + timedelta(hours=1)):
        await next_round()

    first, second = wiki.told
    assert first.id == second.id
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert second.is_signed_with(made.secret)
    admin = await make_person(Role.ADMIN)
    seen = await get_delivery(admin, made.id, await the_delivery())
    assert [(one.number, one.status, one.response) for one in seen.attempts] == [
        (2, 200, "Out of order"),
        (1, 500, "Out of order"),
    ]
    assert seen.delivery.state == "sent"
    assert seen.body.encode() == second.body


async def test_nothing_is_sent_again_before_its_wait_is_over(
    wiki: Receiver, deliver: Deliver, postman: WebhookPostman
) -> None:
    wiki.statuses = [500]
    await make_webhook(wiki.url)
    await make_topic()
    await deliver()
    assert await send_due(postman, base_url="http://test") == 0
    assert len(wiki.told) == 1


async def test_waits_grow_as_the_specification_advises_and_end_after_ten_attempts(
    wiki: Receiver, deliver: Deliver, postman: WebhookPostman
) -> None:
    wiki.statuses = [500]
    await make_webhook(wiki.url)
    await make_topic()
    moment = now()
    with clock_held_at(moment):
        await deliver()
    waited = []
    while await state() == "waiting":
        due = await fetch_value("select next_attempt_at from webhook_delivery")
        waited.append(due - moment)
        moment = due
        with clock_held_at(moment + timedelta(minutes=1)):
            await execute("update webhook set paused_at = null, failing_since = null")
            await execute("update webhook_delivery set next_attempt_at = $1", moment)
            with clock_held_at(moment):
                await send_due(postman, base_url="http://test")

    assert tuple(waited) == WAITS
    assert len(wiki.told) == len(WAITS) + 1
    assert await state() == "failed"


async def test_a_receiver_that_asks_for_time_gets_it(wiki: Receiver, deliver: Deliver) -> None:
    wiki.statuses, wiki.answer_headers = [429], "Retry-After: 900\r\n"
    await make_webhook(wiki.url)
    await make_topic()
    with clock_held_at(now()):
        await deliver()
        due = await fetch_value("select next_attempt_at from webhook_delivery")
        assert due - now() == timedelta(seconds=900)


async def test_redirects_are_not_followed(wiki: Receiver, deliver: Deliver) -> None:
    wiki.statuses, wiki.answer_headers = [302], "Location: /elsewhere\r\n"
    await make_webhook(wiki.url)
    await make_topic()
    await deliver()

    assert [told.path for told in wiki.told] == ["/hooks"]
    assert await state() == "waiting"
    assert "redirects are not followed" in str(await fetch_value("select error from webhook_attempt"))


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "[::1]", "127.0.0.1"])
async def test_an_address_of_our_own_network_is_refused_at_the_form_and_at_the_door(
    wiki: Receiver, db: str, host: str
) -> None:
    admin = await make_person(Role.ADMIN)
    draft = WebhookDraft("Inside", f"https://{host}/hooks", ("topic.asked",))
    with pytest.raises(Invalid) as refusal:
        await register_webhook(admin, draft)
    assert list(refusal.value.fields) == ["url"]
    with pytest.raises(Invalid):
        await WebhookPostman().post(draft.url, {}, b"{}")


async def test_a_name_that_leads_inside_is_refused_at_sending_and_says_so_in_the_log(
    wiki: Receiver, deliver: Deliver, db: str
) -> None:
    """As if the name had passed the form and led inside since: it is looked up each time something is sent."""
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    await make_topic()
    await execute("update webhook set url = 'https://localhost/x'")
    await deliver()

    row = (await list_deliveries(admin, made.id)).deliveries[0]
    assert (row.state, row.status) == ("waiting", None)
    assert "not on the public network" in row.error
    assert wiki.told == []


async def test_plain_http_is_refused_unless_the_operator_listed_the_host(wiki: Receiver, db: str) -> None:
    admin = await make_person(Role.ADMIN)
    draft = WebhookDraft("Plain", "http://hooks.example.com/x", ("topic.asked",))
    with pytest.raises(Invalid) as refusal:
        await register_webhook(admin, draft, inside=INSIDE)
    assert list(refusal.value.fields) == ["url"]
    with pytest.raises(Invalid):
        await WebhookPostman(INSIDE).post(draft.url, {}, b"{}")
    assert await register_webhook(admin, draft, inside=["hooks.example.com"])


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (WebhookDraft("", "https://example.com/x", ("topic.asked",)), "name"),
        (WebhookDraft("x" * 81, "https://example.com/x", ("topic.asked",)), "name"),
        (WebhookDraft("A", "https://me:secret@example.com/x", ("topic.asked",)), "url"),
        (WebhookDraft("A", "https://example.com:port/x", ("topic.asked",)), "url"),
        (WebhookDraft("A", "ftp://example.com/x", ("topic.asked",)), "url"),
        (WebhookDraft("A", "https://example.com/x", ()), "kinds"),
        (WebhookDraft("A", "https://example.com/x", ("topic.eaten",)), "kinds"),
        (WebhookDraft("A", "https://example.com/x", ("ticket.opened",)), "kinds"),
        (WebhookDraft("A", "https://example.com/x", ("topic.asked",), "the world"), "audience"),
    ],
)
async def test_a_refusal_names_the_field(db: str, draft: WebhookDraft, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await register_webhook(await make_person(Role.ADMIN), draft)
    assert list(refusal.value.fields) == [field]


async def test_only_admins_manage_webhooks_and_read_their_log(wiki: Receiver) -> None:
    made = await make_webhook(wiki.url)
    moderator = await make_person(Role.MODERATOR)
    for refused in (
        get_webhook(moderator, made.id),
        list_deliveries(moderator, made.id),
        rotate_secret(moderator, made.id),
        send_test(moderator, made.id),
        delete_webhook(moderator, made.id),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_both_secrets_sign_for_a_day_after_a_rotation(
    wiki: Receiver, deliver: Deliver, next_round: Deliver
) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    fresh = await rotate_secret(admin, made.id)
    await make_topic()
    await deliver()
    assert wiki.told[0].is_signed_with(made.secret)
    assert wiki.told[0].is_signed_with(fresh.secret)
    with clock_held_at(now() + timedelta(hours=25)):
        await send_test(admin, made.id)
        await next_round()

    assert not wiki.told[1].is_signed_with(made.secret)
    assert wiki.told[1].is_signed_with(fresh.secret)


async def test_sent_again_by_hand_it_bears_the_same_id(wiki: Receiver, deliver: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    await make_topic()
    await deliver()
    await send_again(admin, made.id, await the_delivery())
    await deliver()

    assert len(wiki.told) == 2
    assert wiki.told[0].id == wiki.told[1].id
    assert await fetch_value("select count(*) from audit_line where action = 'webhook.send_again'") == 1


async def test_a_test_says_that_nothing_has_happened(wiki: Receiver, deliver: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    await send_test(admin, made.id)
    await deliver()

    assert wiki.types == ["webhook.test"]
    assert wiki.told[0].is_signed_with(made.secret)


async def test_a_webhook_that_failed_for_three_days_is_switched_off_and_can_go_on(
    wiki: Receiver, deliver: Deliver, next_round: Deliver
) -> None:
    admin = await make_person(Role.ADMIN)
    made, wiki.statuses = await make_webhook(wiki.url, admin=admin), [500]
    await make_topic()
    await deliver()
    with clock_held_at(now() + timedelta(days=3, minutes=1)):
        await next_round()
    seen = await get_webhook(admin, made.id)
    assert seen.paused_because == "failing"
    told = len(wiki.told)
    await next_round()
    assert len(wiki.told) == told

    wiki.statuses = [204]
    await resume_webhook(admin, made.id)
    await next_round()
    assert await state() == "sent"


async def test_one_success_begins_the_three_days_anew(wiki: Receiver, deliver: Deliver, next_round: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    wiki.statuses = [500, 204, 500]
    await make_topic()
    await deliver()
    with clock_held_at(now() + timedelta(days=2)):
        await next_round()
        await send_test(admin, made.id)
        await deliver()
    with clock_held_at(now() + timedelta(days=4)):
        await next_round()

    assert (await get_webhook(admin, made.id)).paused_at is None


async def test_one_that_says_it_is_gone_is_switched_off_at_once(wiki: Receiver, deliver: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    made, wiki.statuses = await make_webhook(wiki.url, admin=admin), [410]
    await make_topic()
    await deliver()

    assert (await get_webhook(admin, made.id)).paused_because == "gone"
    assert await state() == "failed"


async def test_a_failing_webhook_holds_up_no_worker(wiki: Receiver, deliver: Deliver, next_round: Deliver) -> None:
    """Of ten questions one request is made, and one a round, until it answers again."""
    await make_webhook(wiki.url)
    wiki.statuses = [500]
    for _ in range(10):
        await make_topic()
    await deliver()
    assert len(wiki.told) == 1
    await next_round()
    assert len(wiki.told) == 2
    wiki.statuses = [204]
    await next_round()
    assert len({told.id for told in wiki.told}) == 10
    assert await state() == "sent"


async def test_what_no_worker_ever_tried_is_found_by_the_sweep(
    wiki: Receiver, deliver: Deliver, next_round: Deliver
) -> None:
    await make_webhook(wiki.url)
    await make_topic()
    await deliver_planning_alone()
    assert wiki.told == []
    assert await next_round() == 1
    assert wiki.types == ["topic.asked"]


async def deliver_planning_alone() -> None:
    """The question was heard, and the message about its delivery lost."""
    await plan_deliveries("topic.asked", await fetch_value("select id from topic"))
    await execute("delete from outbox_message")


async def test_two_workers_send_one_delivery_once(wiki: Receiver, postman: WebhookPostman) -> None:
    await make_webhook(wiki.url)
    await make_topic()
    await deliver_planning_alone()
    await let_waits_pass()
    await asyncio.gather(*(send_due(postman, base_url="http://test") for _ in range(4)))

    assert len(wiki.told) == 1


async def test_a_paused_webhook_is_told_nothing_of_what_happens_meanwhile(
    wiki: Receiver, deliver: Deliver, next_round: Deliver
) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    await pause_webhook(admin, made.id)
    await make_topic()
    await deliver()
    with pytest.raises(Conflict):
        await send_test(admin, made.id)
    await resume_webhook(admin, made.id)
    await next_round()
    assert wiki.told == []
    await make_topic()
    await deliver()
    assert len(wiki.told) == 1


async def test_a_deleted_webhook_is_nowhere_and_comes_back_as_it_was(wiki: Receiver, deliver: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    before = await get_webhook(admin, made.id)
    await delete_webhook(admin, made.id)
    await make_topic()
    await deliver()
    assert wiki.told == []
    with pytest.raises(NotFound):
        await get_webhook(admin, made.id)
    await restore_webhook(admin, made.id)

    assert await get_webhook(admin, made.id) == before
    await make_topic()
    await deliver()
    assert wiki.told[0].is_signed_with(made.secret)


async def test_a_changed_address_hears_what_waits(wiki: Receiver, deliver: Deliver, next_round: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    made, wiki.statuses = await make_webhook(f"{wiki.url}/old", admin=admin), [404, 204]
    await make_topic()
    await deliver()
    draft = WebhookDraft("The wiki", f"{wiki.url}/new", ("topic.asked",), STAFF)
    await change_webhook(admin, made.id, draft, inside=INSIDE)
    await next_round()

    assert [told.path for told in wiki.told] == ["/hooks/old", "/hooks/new"]


async def test_the_log_forgets_after_thirty_days(wiki: Receiver, deliver: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    await make_topic()
    await deliver()
    with clock_held_at(now() + timedelta(days=29)):
        assert await forget_old_deliveries() == 0
    with clock_held_at(now() + timedelta(days=31)):
        assert await forget_old_deliveries() == 1
    assert await fetch_all("select 1 from webhook_attempt") == []
    assert await get_webhook(SYSTEM, made.id)


async def test_the_log_is_read_by_state_kind_and_page(wiki: Receiver, deliver: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_webhook(wiki.url, admin=admin)
    for _ in range(3):
        await make_topic()
    await deliver()
    wiki.statuses = [500]
    await send_test(admin, made.id)
    await deliver()

    page = await list_deliveries(admin, made.id, limit=2)
    rest = await list_deliveries(admin, made.id, cursor=page.next_cursor)
    assert [row.kind for row in page.deliveries + rest.deliveries] == ["webhook.test", *["topic.asked"] * 3]
    assert [row.kind for row in (await list_deliveries(admin, made.id, state="waiting")).deliveries] == ["webhook.test"]
    assert len((await list_deliveries(admin, made.id, kind="topic.asked")).deliveries) == 3


async def test_a_slow_receiver_has_two_workers_waiting_at_most(
    wiki: Receiver, postman: WebhookPostman, next_round: Deliver
) -> None:
    made = await make_webhook(wiki.url)
    for _ in range(3):
        await make_topic()
    for row in await fetch_all("select id from topic"):
        await plan_deliveries("topic.asked", row["id"])
    ids = [row["id"] for row in await fetch_all("select id from webhook_delivery order by id")]
    await execute(
        "insert into webhook_attempt (id, delivery_id, number, started_at) select gen_random_uuid(), d, 1, now()"
        " from unnest($1::uuid[]) d",
        ids[:2],
    )
    assert not await send_planned(ids[2], postman, base_url="http://test")
    assert wiki.told == []
    await next_round()

    assert len(wiki.told) == 3
    assert wiki.told[0].is_signed_with(made.secret)


async def test_of_a_long_answer_the_beginning_is_kept(wiki: Receiver, deliver: Deliver) -> None:
    wiki.statuses, wiki.answer_body = [500], "trace " * 100_000
    await make_webhook(wiki.url)
    await make_topic()
    await deliver()

    kept = await fetch_value("select response from webhook_attempt")
    assert kept == ("trace " * 1000)[: len(kept)]
    assert len(kept) == 1000
