"""A customer writes, an agent answers, the customer answers that: all by mail, through real servers and the worker's own handlers."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import pytest

from jobs.handlers.mail import sweep_mail_in, sweep_mail_out
from jobs.tools import Tools
from kb.adapters.smtp_channel import SmtpChannel
from kb.core.actor import SYSTEM, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.policy import Role
from kb.mail.handling import handle_mail
from kb.mail.office import Means
from kb.mail.taking_in import take_in
from kb.tickets.acting import SOLVED
from kb.tickets.answering import reply_to_ticket
from kb.tickets.queries import TicketView, get_ticket
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.mail_factories import MAIL_SETTINGS, NO_FILES, OFFICE, SUPPORT, raw_mail
from tests.support.mail_server import MailServer, mail_server


@pytest.fixture
def relay() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def posting(db: str, tools: Tools, relay: MailServer) -> Tools:
    settings = tools.settings.replaced(**MAIL_SETTINGS)
    return replace(tools, settings=settings, channels={"email": SmtpChannel(relay.url, sender=settings["MAIL_FROM"])})


async def arrive(posting: Tools, raw: bytes) -> None:
    await take_in(SYSTEM, raw, "smtp", recipients=[SUPPORT])
    await deliver_until_quiet(posting)


async def only_ticket(agent: Actor) -> TicketView:
    rows = await fetch_all("select number from ticket")
    assert len(rows) == 1
    return await get_ticket(agent, rows[0]["number"])


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_a_mail_opens_a_ticket_and_is_acknowledged(posting: Tools, relay: MailServer) -> None:
    await arrive(posting, raw_mail(Message_ID="<first@home.example>"))

    ticket = await only_ticket(await make_person(Role.AGENT))
    assert (ticket.channel, ticket.subject, ticket.requester) == ("email", "Invoices are sent twice", "Ines Duarte")
    assert ticket.messages[0].source == "Since Monday each invoice goes out twice."
    (acknowledged,) = relay.mails
    assert acknowledged["Auto-Submitted"] == "auto-generated"
    assert acknowledged["In-Reply-To"] == "<first@home.example>"
    assert f"number {ticket.number}" in text_of(acknowledged)
    assert "twice" not in text_of(acknowledged), "nobody can have us send their text to others"


async def test_a_lost_message_costs_a_customer_no_acknowledgement(posting: Tools, relay: MailServer) -> None:
    taken = await take_in(SYSTEM, raw_mail(), "smtp", recipients=[SUPPORT])
    await handle_mail(taken.id, Means(OFFICE, NO_FILES))
    await execute("update outbox_message set done_at = now()")

    with clock_held_at(now() + timedelta(minutes=3)):
        assert [await sweep_mail_out(posting) for _ in range(2)] == [1, 0]

    assert [mail["Auto-Submitted"] for mail in relay.mails] == ["auto-generated"]


async def test_an_agents_reply_goes_out_as_a_person_writes_and_keeps_the_thread(
    posting: Tools, relay: MailServer
) -> None:
    agent = await make_person(Role.AGENT, name="Tove Lind")
    await arrive(posting, raw_mail(Message_ID="<first@home.example>"))
    acknowledged = relay.mails.pop()

    await reply_to_ticket(agent, (await only_ticket(agent)).id, "Switch the **second** export off.")
    await deliver_until_quiet(posting)

    (reply,) = relay.mails
    assert reply["To"] == "ines@home.example"
    assert parseaddr(str(reply["From"])) == ("Tove Lind", SUPPORT)
    assert reply["Subject"] == "Re: Invoices are sent twice"
    assert (reply["Auto-Submitted"], reply["List-Unsubscribe"]) == (None, None)
    assert str(reply["References"]).split() == ["<first@home.example>", acknowledged["Message-ID"]]
    assert "> Since Monday each invoice goes out twice." in text_of(reply)
    html = text_of(reply, "html")
    assert "<strong>second</strong>" in html
    assert ("<style" in html, ' style="' in html) == (False, True)


async def test_the_answer_to_an_answer_comes_back_to_its_ticket_and_opens_it_again(
    posting: Tools, relay: MailServer
) -> None:
    agent = await make_person(Role.AGENT, name="Tove Lind")
    await arrive(posting, raw_mail())
    ticket = await only_ticket(agent)
    await reply_to_ticket(agent, ticket.id, "Switch the second export off.", acts=SOLVED)
    await deliver_until_quiet(posting)
    reply = relay.mails[-1]
    quoted = "\n".join(f"> {line}" for line in text_of(reply).splitlines())

    answer = f"Now it works.\n\nOn 27 November 2026, Tove Lind wrote:\n{quoted}\n"
    await arrive(posting, raw_mail(to=parseaddr(str(reply["Reply-To"]))[1], text=answer, subject="Re: another subject"))

    ticket = await only_ticket(agent)
    assert [(one.kind, one.author) for one in ticket.messages] == [
        ("customer", "Ines Duarte"),
        ("agent", "Tove Lind"),
        ("customer", "Ines Duarte"),
    ]
    assert (ticket.messages[2].source, ticket.state) == ("Now it works.", "open")
    assert len(relay.mails) == 2, "only a new ticket is acknowledged"


async def test_the_same_mail_by_several_doors_at_once_is_one_message(posting: Tools) -> None:
    raw = raw_mail(Message_ID="<same@home.example>")
    relayed = b"Received: from x by y\r\nDelivered-To: help@fernbook.example\r\n" + raw.replace(b"\r\n", b"\n")
    encoded = raw.replace(b"8bit", b"quoted-printable").replace(b" each", b" =\r\neach")

    taken = await asyncio.gather(
        take_in(SYSTEM, raw, "smtp", recipients=[SUPPORT]),
        take_in(SYSTEM, relayed, "imap"),
        take_in(SYSTEM, encoded, "api"),
    )
    await asyncio.gather(*(deliver_until_quiet(posting) for _ in range(2)))

    assert sum(one.is_new for one in taken) == 2, "what a relay adds to a mail makes no other mail of it"
    assert await fetch_value("select count(*) from ticket_message") == 1
    states = {row["state"] for row in await fetch_all("select state from received_mail")}
    assert states == {"opened", "repeated"}


async def test_a_worker_that_dies_between_keeping_and_reading_loses_nothing(posting: Tools) -> None:
    await take_in(SYSTEM, raw_mail(), "imap")
    await execute("update outbox_message set done_at = now()")
    await execute("update received_mail set attempts = 1, next_attempt_at = $1", now() + timedelta(minutes=2))

    assert await sweep_mail_in(posting) == 0, "it may still be at it"
    with clock_held_at(now() + timedelta(minutes=3)):
        assert await sweep_mail_in(posting) == 1
        assert await sweep_mail_in(posting) == 0

    assert await fetch_value("select count(*) from ticket") == 1


async def test_a_person_known_by_nothing_but_a_mail_is_confirmed_in_nothing(posting: Tools) -> None:
    await arrive(posting, raw_mail())
    row = await fetch_one("select * from person where email = 'ines@home.example'")
    assert row is not None
    assert (row["role"], row["email_verified_at"], row["password_hash"]) == ("member", None, None)
