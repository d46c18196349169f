"""Machines that answer are noted and never answered; what comes back and what is complained about stands beside its message."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import NotAllowed
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.mail.handling import handle_mail
from kb.mail.office import Means
from kb.mail.planning import plan_acknowledgement, plan_reply
from kb.mail.queries import ReceivedLine, get_received, get_ticket_post
from kb.mail.taking_in import take_in
from kb.people.unreachable import call_reachable, find_unreachable
from kb.tickets.acting import SOLVED
from kb.tickets.answering import reply_to_ticket
from kb.tickets.queries import get_ticket
from tests.kb.mail.test_replying_to_a_topic import mailed
from tests.support.factories import make_person
from tests.support.mail_factories import NO_FILES, OFFICE, raw_mail

pytestmark = pytest.mark.usefixtures("db")

INES = "Ines <ines@home.example>"


async def arrive(raw: bytes) -> ReceivedLine:
    taken = await take_in(SYSTEM, raw, "api")
    await handle_mail(taken.id, Means(OFFICE, NO_FILES))
    return await get_received(SYSTEM, taken.id)


async def solved_ticket() -> tuple[int, UUID]:
    """Solved by a reply that was mailed: its number, and the mail's id."""
    opened = await arrive(raw_mail(INES))
    assert opened.ticket
    agent, ticket_id = await make_person(Role.AGENT), await fetch_value("select id from ticket")
    await plan_reply(await reply_to_ticket(agent, ticket_id, "Switch it off.", acts=SOLVED), OFFICE)
    mail_id = await fetch_value(
        "update ticket_mail set state = 'sent', sent_at = now() where kind = 'reply' returning id"
    )
    return opened.ticket, mail_id


async def test_an_automatic_answer_is_a_note_that_reopens_and_counts_nothing() -> None:
    number, mail_id = await solved_ticket()
    about = {"In_Reply_To": f"<{mail_id}@fernbook.example>", "Auto_Submitted": "auto-replied"}

    received = await arrive(raw_mail(INES, subject="Out of office", text="Back on Monday.", **about))

    assert (received.state, received.ticket) == ("noted", number)
    ticket = await get_ticket(await make_person(Role.AGENT), number)
    assert ticket.state == "solved"
    assert [one.kind for one in ticket.messages] == ["customer", "agent", "note"]
    assert ticket.messages[2].source == "**Out of office**\n\nBack on Monday."
    assert await fetch_value("select message_count from ticket") == 2
    other = await arrive(raw_mail("X <mallory@evil.example>", subject="Out of office", text="Not here.", **about))
    assert other.state == "passed_over", "whoever else has such a machine has no part in the ticket"


async def test_what_machines_and_lists_write_unasked_waits_for_people_and_our_own_is_passed_over() -> None:
    assert (await arrive(raw_mail(INES, Auto_Submitted="auto-generated"))).state == "review"
    assert (await arrive(raw_mail(INES, text="News!", List_Id="<news.home.example>"))).state == "review"
    assert (await arrive(raw_mail("Us <help@fernbook.example>", text="Come back."))).state == "passed_over"
    ours = raw_mail(INES, text="Come back.", Message_ID=f"<{new_id()}@fernbook.example>")
    assert (await arrive(ours)).state == "passed_over"
    colleague = raw_mail("Tove <tove@fernbook.example>", Message_ID="<abc@fernbook.example>", text="We share a domain.")
    assert (await arrive(colleague)).state == "opened"
    assert await fetch_value("select count(*) from ticket") == 1


async def test_two_machines_stop_talking_after_three_rounds() -> None:
    for number in range(5):
        await arrive(raw_mail(INES, text=f"Automatic answer without a word of being one, {number}"))
    for row in await fetch_all("select id, ticket_id from ticket_message order by created_at"):
        await plan_acknowledgement(row["ticket_id"], row["id"], OFFICE)
        await plan_acknowledgement(row["ticket_id"], row["id"], OFFICE)
        await plan_acknowledgement(row["ticket_id"], row["id"], replace(OFFICE, acknowledges=False))

    rows = await fetch_all("select state, reason from ticket_mail order by created_at, id")

    assert [row["state"] for row in rows] == ["waiting"] * 3 + ["withheld"] * 2
    assert "machine" in rows[3]["reason"]


def returned(
    mail_id: UUID, *, status: str, said: str, action: str = "failed", address: str = "ines@home.example"
) -> bytes:
    """What a mail server reports (RFC 3464)."""
    body = (
        f"--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.home.example\r\n\r\nFinal-Recipient: rfc822; {address}\r\nAction: {action}\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; {said}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{mail_id}@fernbook.example>\r\nTo: {address}\r\n\r\n--b--\r\n"
    )
    head = (
        "From: MAILER-DAEMON@mx.home.example\r\nTo: help@fernbook.example\r\nSubject: Undelivered\r\nReturn-Path: <>\r\n"
        f"Message-ID: <{new_id()}@mx.home.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    )
    return (head + body).encode()


def complaint(mail_id: UUID) -> bytes:
    """What a provider reports when somebody called a mail spam (RFC 5965)."""
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        "Feedback-Type: abuse\r\nUser-Agent: Provider/1\r\nVersion: 1\r\nOriginal-Rcpt-To: ines@home.example\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{mail_id}@fernbook.example>\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    )
    head = (
        "From: fbl@provider.example\r\nTo: help@fernbook.example\r\nSubject: Complaint\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
    )
    return (head + body).encode()


REPORTS: dict[str, tuple[Callable[[UUID], bytes], str, str, str | None]] = {
    "full": (lambda m: returned(m, status="4.2.2", said="452 4.2.2 mailbox full"), "bounced", "mailbox full", None),
    "slow": (lambda m: returned(m, status="4.4.1", said="timeout", action="delayed"), "sent", "timeout", None),
    "gone": (
        lambda m: returned(m, status="5.1.1", said="550 5.1.1 no such user"),
        "bounced",
        "no such user",
        "bounced",
    ),
    "spam": (complaint, "complained", "abuse", "complained"),
}


@pytest.mark.parametrize("what", REPORTS)
async def test_what_came_of_a_mail_is_told_to_the_agent_beside_the_message(what: str) -> None:
    write, state, reason, unreachable = REPORTS[what]
    number, mail_id = await solved_ticket()

    received = await arrive(write(mail_id))

    assert (received.state, received.ticket) == ("reported", number)
    agent = await make_person(Role.AGENT)
    (delivery,) = (await get_ticket_post(agent, await fetch_value("select id from ticket"))).deliveries.values()
    assert delivery.state == state
    assert reason in delivery.reason
    assert (await find_unreachable(["Ines@home.example"])).get("ines@home.example") == unreachable
    assert (await get_ticket(agent, number)).state == "solved", "a report is nobody's answer"


async def test_who_invents_a_report_silences_nobody() -> None:
    _, mail_id = await solved_ticket()
    for raw in (
        returned(new_id(), status="5.1.1", said="550 no such user"),
        returned(mail_id, status="5.1.1", said="550 no such user", address="boris@home.example"),
    ):
        assert (await arrive(raw)).state == "passed_over"
    assert await fetch_value("select count(*) from unreachable_address") == 0
    assert await fetch_value("select state from ticket_mail") == "sent"


async def test_what_came_back_of_a_copy_is_told_and_silences_nobody_whom_others_brought_along() -> None:
    await arrive(raw_mail(INES, Cc="boris@home.example"))
    agent, ticket_id = await make_person(Role.AGENT), await fetch_value("select id from ticket")
    await plan_reply(await reply_to_ticket(agent, ticket_id, "Switch it off."), OFFICE)
    mail_id = await fetch_value(
        "update ticket_mail set state = 'sent', sent_at = now() where kind = 'reply' returning id"
    )

    await arrive(returned(mail_id, status="5.1.1", said="550 no such user", address="boris@home.example"))

    (delivery,) = (await get_ticket_post(agent, ticket_id)).deliveries.values()
    assert (delivery.state, delivery.reason) == ("sent", "boris@home.example: 5.1.1 550 no such user")
    assert await find_unreachable(["boris@home.example"]) == {}


async def test_an_address_that_is_out_of_reach_gets_nothing_automatic_until_it_writes_or_an_agent_says_so() -> None:
    _, mail_id = await solved_ticket()
    await arrive(returned(mail_id, status="5.1.1", said="550 no such user"))

    async def acknowledged() -> str:
        row = await fetch_one(
            "select m.id, m.ticket_id from ticket_message m where m.kind = 'customer' order by created_at desc limit 1"
        )
        assert row is not None
        await plan_acknowledgement(row["ticket_id"], row["id"], OFFICE)
        return str(
            await fetch_value("select state from ticket_mail where kind = 'acknowledgement' order by id desc limit 1")
        )

    assert await acknowledged() == "withheld"
    await arrive(raw_mail(INES, text="I am here again."))
    assert await acknowledged() == "waiting", "who writes has a mailbox"

    await arrive(complaint(mail_id))
    await arrive(raw_mail(INES, text="And again."))
    assert await acknowledged() == "withheld", "a complaint is not taken back by writing"
    agent, member = await make_person(Role.AGENT), await make_person(Role.MEMBER)
    with pytest.raises(NotAllowed):
        await call_reachable(member, "ines@home.example")
    await call_reachable(agent, "Ines@home.example")
    assert await find_unreachable(["ines@home.example"]) == {}


async def test_notices_are_not_mailed_to_an_address_that_is_out_of_reach(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    asker = await make_person()
    await mailed(deliver_all, asker)
    mail_id = await fetch_value("select id from notice_mail")
    address = await fetch_value("select lower(email) from person where id = $1", asker.person_id)

    received = await arrive(returned(mail_id, status="5.1.1", said="550 no such user", address=address))

    assert received.state == "reported"
    assert await find_unreachable([address]) == {address: "bounced"}
