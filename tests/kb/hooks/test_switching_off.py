"""Admins hear of a webhook that was switched off: each once, in the product and by mail."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all
from kb.core.policy import Role
from kb.hooks.pausing import pause_webhook, resume_webhook
from kb.hooks.telling import sweep_untold_admins, tell_admins
from kb.outreach.queries import list_inbox
from kb.outreach.triggers import ensure_default_triggers
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.hooks_factories import make_webhook
from tests.support.webhook_receiver import Receiver

Deliver = Callable[[], Awaitable[int]]


@pytest.fixture
async def admins(db: str) -> list[Actor]:
    await ensure_default_triggers()
    return [await make_person(Role.ADMIN) for _ in range(2)]


async def subjects() -> list[tuple[str, str]]:
    """(who, on which channel) of every message there is."""
    rows = await fetch_all("select p.role, m.channel from message m join person p on p.id = m.person_id order by 1, 2")
    return [(row["role"], row["channel"]) for row in rows]


async def test_every_admin_is_told_once_in_the_product_and_by_mail(
    wiki: Receiver, deliver: Deliver, admins: list[Actor]
) -> None:
    await make_person(Role.MODERATOR)
    made, wiki.statuses = await make_webhook(wiki.url, name="The *wiki*", admin=admins[0]), [410]
    await make_topic()
    await deliver()
    assert await subjects() == [("admin", "email"), ("admin", "email"), ("admin", "in_app"), ("admin", "in_app")]
    assert await tell_admins(made.id) == 0
    assert await sweep_untold_admins() == 0

    message = (await list_inbox(admins[1]))[0]
    assert message.subject == "Webhook switched off: The *wiki*"
    assert message.link == f"/settings/webhooks/{made.id}"
    assert "<strong>The *wiki*</strong>" in message.html


async def test_they_hear_again_when_it_is_switched_off_again(
    wiki: Receiver, deliver: Deliver, admins: list[Actor]
) -> None:
    made, wiki.statuses = await make_webhook(wiki.url, admin=admins[0]), [410]
    for day in (0, 5):
        with clock_held_at(now() + timedelta(days=day)):
            await make_topic()
            await deliver()
            await resume_webhook(admins[0], made.id)

    assert len(await subjects()) == 8


async def test_a_lost_message_is_made_up_for_by_the_sweep(
    wiki: Receiver, deliver: Deliver, admins: list[Actor]
) -> None:
    made = await make_webhook(wiki.url, admin=admins[0])
    await execute("update webhook set paused_at = now(), paused_because = 'failing' where id = $1", made.id)

    assert await sweep_untold_admins() == 2


async def test_of_a_pause_that_an_admin_wanted_nobody_is_told(
    wiki: Receiver, deliver: Deliver, admins: list[Actor]
) -> None:
    made = await make_webhook(wiki.url, admin=admins[0])
    await pause_webhook(admins[0], made.id)

    assert await tell_admins(made.id) == 0
    assert await sweep_untold_admins() == 0
