"""Notices by mail, over a real mail server, as the worker sends them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from jobs.schedule import SCHEDULE
from jobs.tools import Tools
from kb.adapters.smtp_channel import SmtpChannel
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.hiding import hide_post, hide_topic
from kb.notices.preferring import set_preferences
from kb.notices.seeing import mark_all_notices_seen
from kb.notices.watching import watch_space, watch_topic
from tests.support.client import Client
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.mail_server import MailServer, mail_server
from tests.support.notices_factories import rows_of
from tests.support.outreach_factories import email_of

SWEEP = next(item for item in SCHEDULE if item.name == "mail_notices")
DIGESTS = next(item for item in SCHEDULE if item.name == "mail_digests")
LATER = timedelta(minutes=11)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def posting(db: str, tools: Tools, server: MailServer) -> Tools:
    """Tools with a real mail channel, and a domain that takes replies."""
    settings = tools.settings.replaced(
        MAIL_FROM="Fernbook <help@fernbook.example>",
        MAIL_REPLY_DOMAIN="in.fernbook.example",
        BASE_URL="https://forum.fernbook-community.example",
    )
    channel = SmtpChannel(server.url, sender=settings["MAIL_FROM"])
    return replace(tools, settings=settings, channels={"email": channel})


async def pass_time(tools: Tools, by: timedelta = LATER) -> None:
    """What is due by then is sent."""
    await deliver_until_quiet(tools)
    with clock_held_at(now() + by):
        await SWEEP.run(tools)
        await deliver_until_quiet(tools)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def mails_to(server: MailServer, person: Actor) -> list[EmailMessage]:
    address = await email_of(person)
    return [mail for mail in server.mails if mail["To"] == address]


async def at_once(person: Actor, *kinds: str) -> None:
    await set_preferences(person, {(kind, "email"): "at_once" for kind in kinds})


async def test_what_nobody_saw_in_ten_minutes_is_one_mail_a_topic(posting: Tools, server: MailServer) -> None:
    asker = await make_person()
    first, second = await make_topic(asker, title="The first export stops"), await make_topic(asker)
    await make_reply(first, await make_person(Role.AGENT, name="Tove"), body="Try **this**, see [help](/kb).")
    await make_reply(first)
    await make_reply(second)
    await pass_time(posting, timedelta(minutes=9))
    assert server.mails == []
    await pass_time(posting)
    await pass_time(posting, timedelta(hours=2))

    mails = await mails_to(server, asker)
    assert len(mails) == 2
    mail = next(mail for mail in mails if "first export" in str(mail["Subject"]))
    assert mail["To"] == await email_of(asker)
    assert mail["Subject"] == "Re: The first export stops"
    assert "Try **this**" in text_of(mail)
    assert "<strong>this</strong>" in text_of(mail, "html")
    assert 'href="https://forum.fernbook-community.example/kb"' in text_of(mail, "html")
    assert text_of(mail).count("replied in The first export stops") == 2


async def test_a_reply_that_was_accepted_too_is_told_in_full_once(posting: Tools, server: MailServer) -> None:
    asker, fan = await make_person(), await make_person()
    topic = await make_topic(asker)
    await watch_topic(fan, topic.number, "watching")
    reply = await make_reply(topic, body="Raise the limit to 500")
    await accept_post(asker, reply)
    await pass_time(posting)

    [mail] = await mails_to(server, fan)
    assert text_of(mail).count("Raise the limit to 500") == 1
    assert "An answer was accepted in" in text_of(mail)
    assert f"https://forum.fernbook-community.example/posts/{reply}" in text_of(mail)


async def test_what_was_seen_meanwhile_is_not_mailed(posting: Tools, server: MailServer) -> None:
    asker = await make_person()
    await make_reply(await make_topic(asker))
    await deliver_until_quiet(posting)
    await mark_all_notices_seen(asker)
    await pass_time(posting)

    assert server.mails == []


async def test_who_wants_a_call_at_once_gets_it_at_once(posting: Tools, server: MailServer) -> None:
    called = await make_person()
    await at_once(called, "mention")
    tove = await make_person(Role.AGENT, name="Tove Lindqvist")
    await make_topic(tove, body=f"@{called.username}, look at this.")
    await deliver_until_quiet(posting)

    [mail] = server.mails
    assert str(mail["From"]) == "Tove Lindqvist <help@fernbook.example>"
    assert text_of(mail).startswith("Tove Lindqvist mentioned you in")
    await pass_time(posting)
    assert len(server.mails) == 1


async def test_mails_of_one_topic_form_one_thread(posting: Tools, server: MailServer) -> None:
    fan = await make_person()
    await make_space()
    await watch_space(fan, "help", "watching")
    await at_once(fan, "topic", "reply")
    topic = await make_topic(title="One thread of mail")
    await deliver_until_quiet(posting)
    for _ in range(2):
        await make_reply(topic)
        await deliver_until_quiet(posting)

    opening, second, third = server.mails
    root = f"<topic.{topic.id}@fernbook.example>"
    assert (opening["Subject"], second["Subject"]) == ("One thread of mail", "Re: One thread of mail")
    assert (opening["In-Reply-To"], opening["References"]) == (root, root)
    assert second["In-Reply-To"] == opening["Message-ID"]
    assert second["References"] == f"{root} {opening['Message-ID']}"
    assert third["References"] == f"{root} {second['Message-ID']}"
    assert third["List-Id"] == "<help.fernbook.example>"


async def test_the_headers_that_end_mail_and_take_replies_are_whole(posting: Tools, server: MailServer) -> None:
    asker = await make_person()
    await at_once(asker, "reply")
    await make_reply(await make_topic(asker))
    await deliver_until_quiet(posting)

    [mail] = server.mails
    stop = r"<https://forum\.fernbook-community\.example/unsubscribe/[0-9a-f]{32}\.reply\.[0-9a-f]{24}>"
    assert re.fullmatch(stop, str(mail["List-Unsubscribe"])), "not folded, not encoded"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"reply\+[a-z2-7]{45}@in\.fernbook\.example", str(mail["Reply-To"]))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert str(mail["List-Unsubscribe"])[1:-1] in text_of(mail)


async def test_one_click_ends_mail_of_that_kind_without_anybody_signed_in(
    posting: Tools, server: MailServer, client: Client
) -> None:
    asker = await make_person()
    await at_once(asker, "reply")
    topic = await make_topic(asker)
    await make_reply(topic)
    await deliver_until_quiet(posting)
    path = str(server.mails[0]["List-Unsubscribe"])[1:-1].removeprefix("https://forum.fernbook-community.example")
    await make_reply(topic)

    looked = await client.get(path)
    assert (looked.status_code, "ends mail about Replies" in looked.text) == (200, True)
    assert await rows_of_preferences(asker) == [("reply", "at_once")], "looking ends nothing"
    for _ in range(2):
        assert (await client.post(path, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    assert await rows_of_preferences(asker) == [("reply", "never")]
    await pass_time(posting)
    assert len(await mails_to(server, asker)) == 1
    assert len(await rows_of("notice", asker)) == 2, "in the product it goes on"
    assert (await client.post(path[:-1] + ("0" if path[-1] != "0" else "1"))).status_code == 404


async def rows_of_preferences(person: Actor) -> list[tuple[str, str]]:
    row = await fetch_value(
        "select string_agg(kind || ' ' || choice, ',') from notice_preference where person_id = $1 and channel = 'email'",
        person.person_id,
    )
    return [(kind, choice) for kind, choice in (pair.split() for pair in row.split(","))]


async def test_what_was_hidden_before_the_mail_went_is_not_in_it(posting: Tools, server: MailServer) -> None:
    asker, moderator = await make_person(), await make_person(Role.MODERATOR)
    topic, gone = await make_topic(asker), await make_topic(asker)
    hidden = await make_reply(topic, body="A secret slipped out")
    await make_reply(topic, body="This may be read")
    await make_reply(gone)
    await deliver_until_quiet(posting)
    await hide_post(moderator, hidden)
    await hide_topic(moderator, gone.id)
    await pass_time(posting)

    [mail] = await mails_to(server, asker)
    assert "A secret" not in text_of(mail)
    assert "This may be read" in text_of(mail)
    assert [row["state"] for row in await rows_of("notice_mail", asker)].count("dropped") == 1


async def test_mail_waits_while_the_server_is_down_and_goes_once(posting: Tools, server: MailServer) -> None:
    asker = await make_person()
    await make_reply(await make_topic(asker))
    server.stop()
    await pass_time(posting)
    assert [row["state"] for row in await rows_of("notice_mail", asker)] == ["waiting"]

    server.start()
    await pass_time(posting, timedelta(minutes=20))
    await pass_time(posting, timedelta(minutes=40))
    assert len(server.mails) == 1


async def test_what_is_only_tracked_brings_no_mail_but_stands_in_the_digest(posting: Tools, server: MailServer) -> None:
    reader = await make_person()
    topic = await make_topic(title="Tracked and never opened")
    await watch_topic(reader, topic.number, "tracking")
    await set_preferences(reader, {("digest", "email"): "daily"})
    await make_reply(topic)
    await make_reply(topic, body="Second reply to read")
    await pass_time(posting)
    assert await mails_to(server, reader) == []

    morning = (now() + timedelta(days=1)).replace(hour=8)
    for at in (morning, morning + timedelta(hours=1), morning + timedelta(days=1)):
        with clock_held_at(at):
            await DIGESTS.run(posting)
            await deliver_until_quiet(posting)

    [mail] = await mails_to(server, reader)
    assert mail["Subject"] == "2 things you have not seen yet"
    assert "Second reply to read" in text_of(mail)
    assert mail["List-Id"] == "<digest.fernbook.example>"
    assert ".digest." in str(mail["List-Unsubscribe"])


async def test_a_digest_is_empty_of_what_was_seen_mailed_or_may_not_be_read(posting: Tools, server: MailServer) -> None:
    reader, moderator = await make_person(), await make_person(Role.MODERATOR)
    await set_preferences(
        reader, {("digest", "email"): "daily", ("mention", "email"): "never", ("reply", "email"): "never"}
    )
    mailed = await make_topic(reader)
    await set_preferences(reader, {("reply", "email"): "at_once"})
    await make_reply(mailed)
    await deliver_until_quiet(posting)
    await set_preferences(reader, {("reply", "email"): "never"})
    seen = await make_topic(reader)
    await make_reply(seen)
    await deliver_until_quiet(posting)
    await mark_all_notices_seen(reader)
    hidden = await make_topic(reader)
    await make_reply(hidden)
    await deliver_until_quiet(posting)
    await hide_topic(moderator, hidden.id)

    with clock_held_at((now() + timedelta(days=1)).replace(hour=8)):
        await DIGESTS.run(posting)
        await deliver_until_quiet(posting)

    assert len(await mails_to(server, reader)) == 1, "the one reply that was mailed at once"


async def test_nobody_gets_a_digest_unasked_or_a_weekly_one_each_day(posting: Tools, server: MailServer) -> None:
    unasked, weekly = await make_person(), await make_person()
    await set_preferences(weekly, {("digest", "email"): "weekly", ("reply", "email"): "never"})
    await set_preferences(unasked, {("reply", "email"): "never"})
    topics = [await make_topic(unasked), await make_topic(weekly)]
    begin = (now() + timedelta(days=1)).replace(hour=8)
    for day in range(9):
        with clock_held_at(begin + timedelta(days=day)):
            for topic in topics:
                await make_reply(topic)
            await deliver_until_quiet(posting)
            await DIGESTS.run(posting)
            await deliver_until_quiet(posting)

    assert (len(await mails_to(server, unasked)), len(await mails_to(server, weekly))) == (0, 2)


async def test_somebody_without_an_address_gets_no_mail(posting: Tools, server: MailServer) -> None:
    asker = await make_person()
    await execute("update person set email = null where id = $1", asker.person_id)
    await make_reply(await make_topic(asker))
    await pass_time(posting)

    assert server.mails == []
    assert await rows_of("notice_mail", asker) == []


async def test_a_digest_leaves_out_what_its_reader_muted_since(posting: Tools, server: MailServer) -> None:
    reader = await make_person()
    await make_space("loud")
    await watch_space(reader, "loud", "tracking")
    await set_preferences(reader, {("digest", "email"): "daily"})
    await make_topic(space="loud", title="Told and then muted")
    await make_reply(await make_topic(reader, title="A question of the reader's own", space="loud"))
    await set_preferences(reader, {("reply", "email"): "never"})
    await deliver_until_quiet(posting)
    await watch_space(reader, "loud", "muted")
    with clock_held_at((now() + timedelta(days=1)).replace(hour=8)):
        await DIGESTS.run(posting)
        await deliver_until_quiet(posting)
    [mail] = await mails_to(server, reader)
    assert "A question of the reader's own" in text_of(mail)
    assert "Told and then muted" not in text_of(mail)
