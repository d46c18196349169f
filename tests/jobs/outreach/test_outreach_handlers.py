"""From a signal to a mail on a real server, through the outbox, as the worker does it."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.schedule import SCHEDULE
from jobs.tools import Tools
from jobs.wiring import make_tools
from kb.adapters.mail_folder import MailFolder
from kb.adapters.smtp_channel import SmtpChannel
from kb.core.actor import SYSTEM
from kb.core.clock import clock_held_at, now
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.core.settings import load_settings
from kb.core.unit_of_work import unit_of_work
from kb.outreach.triggers import ensure_default_triggers
from kb.signals.messages import SignalFound
from kb.tickets.answering import reply_to_ticket
from kb.tickets.messages import AgentReplied
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.mail_server import MailServer, mail_server
from tests.support.outreach_factories import email_of, make_signal, stored
from tests.support.tickets_factories import make_ticket

SWEEP = next(item for item in SCHEDULE if item.name == "sweep_unsent_messages")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
async def posting(tools: Tools, server: MailServer) -> Tools:
    """Tools with a real mail channel."""
    await ensure_default_triggers()
    return replace(tools, channels={"email": SmtpChannel(server.url, sender="Help <help@fernbook.example>")})


async def announce(*signal_ids: object) -> None:
    async with unit_of_work(SYSTEM) as unit:
        for signal_id in signal_ids:
            unit.emit(SignalFound(signal_id))  # type: ignore[arg-type]


async def test_failed_log_ins_become_one_mail_on_a_real_server(db: str, posting: Tools, server: MailServer) -> None:
    ines = await make_person()
    signal_id = await make_signal(ines, detector="failed_logins")
    await announce(signal_id, signal_id)

    await deliver_until_quiet(posting)

    [mail] = server.mails
    [message] = await stored("message")
    assert mail["To"] == await email_of(ines)
    assert mail["Message-ID"] == f"<{message['id']}@fernbook.example>"
    assert message["state"] == "sent"


async def test_mail_waits_while_the_server_is_down_and_is_sent_once_when_it_is_up(
    db: str, posting: Tools, server: MailServer
) -> None:
    server.stop()
    await announce(await make_signal(await make_person(), detector="failed_logins"))
    start = now()
    await deliver_until_quiet(posting)
    [message] = await stored("message")
    assert (message["state"], message["attempts"]) == ("waiting", 1)
    assert "mail server cannot be used" in message["error"]

    server.start()
    with clock_held_at(start + timedelta(minutes=2)):
        await SWEEP.run(posting)
        await deliver_until_quiet(posting)
        await SWEEP.run(posting)

    assert len(server.mails) == 1
    assert (await stored("message"))[0]["state"] == "sent"
    assert await fetch_value("select count(*) from outbox_message where done_at is null") == 0


async def test_the_outbox_alone_sends_what_waited(db: str, posting: Tools, server: MailServer) -> None:
    server.stop()
    await announce(await make_signal(await make_person(), detector="failed_logins"))
    start = now()
    await deliver_until_quiet(posting)

    server.start()
    with clock_held_at(start + timedelta(seconds=30)):
        await deliver_until_quiet(posting)

    assert len(server.mails) == 1


async def test_a_refused_address_fails_the_message_and_not_the_job(db: str, posting: Tools, server: MailServer) -> None:
    ines = await make_person()
    server.refusals[await email_of(ines)] = "550 no such user"
    await announce(await make_signal(ines, detector="failed_logins"))

    await deliver_until_quiet(posting)

    [message] = await stored("message")
    assert message["state"] == "failed"
    assert "550 no such user" in message["error"]
    assert await fetch_value("select count(*) from outbox_message where done_at is null") == 0


async def test_help_in_the_product_needs_no_channel(db: str, deliver_all: Callable[[], Awaitable[int]]) -> None:
    await ensure_default_triggers()
    await announce(await make_signal(await make_person()))

    await deliver_all()

    [message] = await stored("message")
    assert (message["channel"], message["state"]) == ("in_app", "sent")


async def test_a_signal_without_its_rows_is_passed_over(db: str, deliver_all: Callable[[], Awaitable[int]]) -> None:
    await ensure_default_triggers()
    person = await make_person()
    await announce(person.person_id)

    await deliver_all()

    assert await stored("decision") == []
    assert await fetch_value("select count(*) from outbox_message where done_at is null") == 0


@pytest.mark.parametrize(("url", "kind"), [("", MailFolder), ("smtp://127.0.0.1:2525", SmtpChannel)])
async def test_the_worker_sends_mail_where_the_settings_say(url: str, kind: type) -> None:
    made = await make_tools(load_settings({"SMTP_URL": url, "EMBED_RUNTIME": "torch"}))

    assert isinstance(made.channels["email"], kind)


async def test_an_agents_reply_reaches_whoever_asked_once_and_a_note_reaches_nobody(
    db: str, posting: Tools, server: MailServer
) -> None:
    agent, asker = await make_person(Role.AGENT, name="Tove Lund"), await make_person()
    ticket = await make_ticket(asker, subject="Invoices are sent twice")
    await reply_to_ticket(agent, ticket.id, "Looks like the old scheduler again.", kind="note")
    await reply_to_ticket(agent, ticket.id, "Switch off the **old schedule**.")
    await deliver_until_quiet(posting)
    async with unit_of_work(SYSTEM) as unit:
        unit.emit(AgentReplied(ticket.id, await fetch_value("select id from ticket_message where kind = 'agent'")))
    await deliver_until_quiet(posting)

    [mail] = server.mails
    assert (mail["To"], mail["Subject"]) == (await email_of(asker), "Re: Invoices are sent twice")
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "old schedule" in text
    assert "Tove Lund" in str(mail["From"])
    assert f"Request {ticket.number}." in text
    assert "scheduler" not in mail.as_string()
    assert {message["channel"] for message in await stored("message")} == {"in_app"}
