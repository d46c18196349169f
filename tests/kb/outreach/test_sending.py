"""Handing messages over: once, also when the channel is down, refuses, or two workers meet."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import own_connection
from kb.core.errors import Invalid, Unavailable
from kb.core.ids import new_id
from kb.outreach.deciding import decide_on_signal
from kb.outreach.sending import deliver_message, sweep_unsent_messages
from kb.outreach.triggers import ensure_default_triggers
from tests.support.factories import make_person
from tests.support.outreach_factories import MemoryChannel, email_of, make_signal, stored

BASE = "https://help.example"


async def prepare(detector: str = "failed_logins", person: Actor | None = None, **event: str | None) -> UUID:
    await ensure_default_triggers()
    [decided] = await decide_on_signal(await make_signal(person or await make_person(), detector=detector, **event))
    [message_id] = decided.message_ids
    return message_id


async def test_a_mail_goes_out_whole_and_is_marked_sent(db: str) -> None:
    ines, channel = await make_person(), MemoryChannel()
    message_id = await prepare(person=ines, page_url=None)

    assert await deliver_message(message_id, {"email": channel}, base_url=BASE)

    [mail] = channel.delivered
    assert (mail.id, mail.address) == (message_id, await email_of(ines))
    assert "Forgot password" in mail.text
    assert "**" not in mail.text
    assert "Go to sign-in: https://help.example/search?q=password" in mail.text
    assert 'href="https://help.example/search?q=password"' in mail.html
    [message] = await stored("message")
    assert (message["state"], message["attempts"], message["error"]) == ("sent", 1, None)
    assert message["sent_at"] is not None


async def test_delivering_again_sends_nothing(db: str) -> None:
    channel = MemoryChannel()
    message_id = await prepare()
    await deliver_message(message_id, {"email": channel}, base_url=BASE)

    assert not await deliver_message(message_id, {"email": channel}, base_url=BASE)
    assert len(channel.delivered) == 1


async def test_twenty_workers_at_once_send_one_mail(db: str) -> None:
    channel = MemoryChannel()
    message_id = await prepare()

    handed = await asyncio.gather(*(deliver_message(message_id, {"email": channel}, base_url=BASE) for _ in range(20)))

    assert sum(handed) == len(channel.delivered) == 1


async def test_a_channel_that_is_down_keeps_the_message_waiting_until_it_is_up(db: str) -> None:
    channel = MemoryChannel(refusal=Unavailable("connection refused"))
    message_id = await prepare()
    start = now()

    with pytest.raises(Unavailable):
        await deliver_message(message_id, {"email": channel}, base_url=BASE)
    [message] = await stored("message")
    assert (message["state"], message["error"]) == ("waiting", "connection refused")

    channel.refusal = None
    assert await sweep_unsent_messages({"email": channel}, base_url=BASE) == 0, "not due yet"
    with clock_held_at(start + timedelta(minutes=1)):
        assert await sweep_unsent_messages({"email": channel}, base_url=BASE) == 1
        assert await sweep_unsent_messages({"email": channel}, base_url=BASE) == 0

    assert len(channel.delivered) == 1
    [message] = await stored("message")
    assert (message["state"], message["attempts"], message["error"]) == ("sent", 2, None)


async def test_a_worker_that_died_while_sending_is_followed_by_another_after_its_lease(db: str) -> None:
    class Killed(BaseException):
        pass

    message_id = await prepare()
    with pytest.raises(Killed):
        await deliver_message(message_id, {"email": MemoryChannel(refusal=Killed())}, base_url=BASE)  # type: ignore[arg-type]
    channel, start = MemoryChannel(), now()

    with clock_held_at(start + timedelta(minutes=1)):
        assert not await deliver_message(message_id, {"email": channel}, base_url=BASE), "it may still be at work"
    with clock_held_at(start + timedelta(minutes=3)):
        assert await sweep_unsent_messages({"email": channel}, base_url=BASE) == 1

    assert [mail.id for mail in channel.delivered] == [message_id]


async def test_an_address_that_never_works_fails_the_message_with_the_reason(db: str) -> None:
    channel = MemoryChannel(refusal=Invalid("550 no such user"))

    assert not await deliver_message(await prepare(), {"email": channel}, base_url=BASE)

    [message] = await stored("message")
    assert (message["state"], message["error"]) == ("failed", "550 no such user")


async def test_a_missing_channel_is_said_and_is_no_error(db: str) -> None:
    assert not await deliver_message(await prepare(), {}, base_url=BASE)

    [message] = await stored("message")
    assert (message["state"], message["error"]) == ("failed", "This installation has no channel for email.")


async def test_a_message_is_given_up_after_three_days(db: str) -> None:
    message_id = await prepare()
    channel = MemoryChannel(refusal=Unavailable("connection refused"))

    with clock_held_at(now() + timedelta(days=3, hours=1)), pytest.raises(Unavailable):
        await deliver_message(message_id, {"email": channel}, base_url=BASE)

    [message] = await stored("message")
    assert message["state"] == "failed"
    assert message["error"].startswith("Given up after 3 days.")


async def test_a_sweep_leaves_a_channel_that_is_down_alone(db: str) -> None:
    for _ in range(6):
        await prepare()
    channel = MemoryChannel(refusal=Unavailable("down"))

    with clock_held_at(now() + timedelta(minutes=1)):
        assert await sweep_unsent_messages({"email": channel}, base_url=BASE) == 0

    assert [row["attempts"] for row in await stored("message")] == [1, 1, 1, 0, 0, 0]


async def test_an_in_app_message_is_told_to_whoever_listens(db: str) -> None:
    ines, heard = await make_person(), asyncio.Queue[str]()
    message_id = await prepare("rage_click", ines)
    async with own_connection() as listener:
        await listener.add_listener("live", lambda *args: heard.put_nowait(args[-1]))

        assert await deliver_message(message_id, {}, base_url=BASE)

        assert await asyncio.wait_for(heard.get(), 2) == str(ines.person_id)
        assert not await deliver_message(message_id, {}, base_url=BASE)
        assert heard.empty()
    [message] = await stored("message")
    assert message["state"] == "sent"


async def test_a_message_that_is_gone_is_nothing_to_send(db: str) -> None:
    assert not await deliver_message(new_id(), {"email": MemoryChannel()}, base_url=BASE)
