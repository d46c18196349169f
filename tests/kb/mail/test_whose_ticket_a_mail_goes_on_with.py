"""A sender is whatever its writer typed: what leads into a ticket is something only mail of ours has told."""

from uuid import UUID

import pytest

from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.mail.handling import handle_mail
from kb.mail.office import Means
from kb.mail.planning import plan_reply
from kb.mail.queries import ReceivedLine, get_received
from kb.mail.taking_in import take_in
from kb.notices.tokens import write_reply_token
from kb.people.signing_up import SignUp, sign_up
from kb.tickets.answering import reply_to_ticket
from tests.support.factories import make_person
from tests.support.mail_factories import NO_FILES, OFFICE, SUPPORT, raw_mail

pytestmark = pytest.mark.usefixtures("db")

INES, BORIS, MALLORY = "Ines <ines@home.example>", "Boris <boris@home.example>", "Mallory <mallory@evil.example>"


async def arrive(raw: bytes) -> ReceivedLine:
    taken = await take_in(SYSTEM, raw, "api")
    await handle_mail(taken.id, Means(OFFICE, NO_FILES))
    return await get_received(SYSTEM, taken.id)


async def answered_ticket(**headers: str) -> tuple[int, UUID]:
    """A ticket of Ines's with an agent's reply that was mailed: its number and the mail's id."""
    opened = await arrive(raw_mail(INES, Message_ID="<first@home.example>", **headers))
    assert opened.ticket
    agent = await make_person(Role.AGENT, name="Tove Lind")
    ticket_id = await fetch_value("select id from ticket")
    await plan_reply(await reply_to_ticket(agent, ticket_id, "Switch the second export off."), OFFICE)
    mail_id = await fetch_value(
        "update ticket_mail set state = 'sent', sent_at = now() where kind = 'reply' returning id"
    )
    return opened.ticket, mail_id


def signed(mail_id: UUID, secret: str = OFFICE.site.secret) -> str:
    return f"reply+{write_reply_token(secret, mail_id)}@in.fernbook.example"


async def authors(number: int) -> list[str]:
    rows = await fetch_all(
        "select p.name from ticket_message m join ticket t on t.id = m.ticket_id join person p on p.id = m.author_id"
        " where t.number = $1 order by m.position",
        number,
    )
    return [row["name"] for row in rows]


async def test_its_requester_goes_on_by_signed_address_by_our_message_id_and_by_their_own() -> None:
    number, mail_id = await answered_ticket()
    for raw in (
        raw_mail(INES, to=signed(mail_id).upper(), text="First."),
        raw_mail(INES, text="Second.", In_Reply_To=f"<{mail_id}@fernbook.example>"),
        raw_mail(INES, text="Third.", References=f"<{new_id()}@x> <{mail_id}@fernbook.example> <gone@home.example>"),
        raw_mail(INES, text="Fourth.", References="<first@home.example>"),
    ):
        assert (await arrive(raw)).ticket == number
    assert await authors(number) == ["Ines", "Tove Lind", "Ines", "Ines", "Ines", "Ines"]


async def test_nothing_that_can_be_guessed_leads_into_somebodys_ticket() -> None:
    number, mail_id = await answered_ticket()
    for raw in (
        raw_mail(MALLORY, subject=f"Re: Invoices are sent twice [#{number}]"),
        raw_mail(INES, subject=f"[#{number}] Re: Invoices are sent twice", text="Spoofed, and only the number known."),
        raw_mail(MALLORY, References="<first@home.example>", text="The number of a customer's mail."),
        raw_mail(MALLORY, to=f"{signed(mail_id, 'another secret')}, {SUPPORT}", text="A forged address."),
        raw_mail(MALLORY, In_Reply_To=f"<{new_id()}@fernbook.example>", text="An invented Message-ID."),
        raw_mail(MALLORY, In_Reply_To=f"<{mail_id}@evil.example>", text="Our id under another domain."),
    ):
        received = await arrive(raw)
        assert (received.state, received.ticket != number) == ("opened", True)
    assert await authors(number) == ["Ines", "Tove Lind"]


async def test_who_was_handed_a_mail_of_a_ticket_gets_a_ticket_of_their_own() -> None:
    number, mail_id = await answered_ticket()

    received = await arrive(raw_mail(MALLORY, to=signed(mail_id), In_Reply_To=f"<{mail_id}@fernbook.example>"))

    assert received.state == "opened"
    assert received.ticket != number
    assert "another ticket" in received.reason, "an agent is told"
    assert await authors(number) == ["Ines", "Tove Lind"]


async def test_whom_the_requester_brought_along_gets_the_answers_and_writes_under_their_own_name() -> None:
    number, mail_id = await answered_ticket(Cc=f"{BORIS}, Help <{SUPPORT}>, undisclosed:;")
    row = await fetch_one("select address, copies from ticket_mail where id = $1", mail_id)
    assert row is not None
    assert (row["address"], row["copies"]) == ("ines@home.example", ["boris@home.example"])

    received = await arrive(raw_mail(BORIS, to=signed(mail_id), text="I see the same.", Cc=MALLORY))

    assert (received.state, received.ticket) == ("added", number)
    assert await authors(number) == ["Ines", "Tove Lind", "Boris"]
    addresses = await fetch_all("select address from ticket_participant")
    assert [one["address"] for one in addresses] == ["boris@home.example"], "only the requester brings others along"


async def test_a_requester_brings_along_twenty_at_most_over_all_their_mails() -> None:
    def named(*numbers: int) -> str:
        return ", ".join(f"p{number:02}@home.example" for number in numbers)

    number, _ = await answered_ticket(Cc=named(*range(18)))
    for cc in (named(*range(18), 18), named(*range(18), *range(19, 39))):
        assert (await arrive(raw_mail(INES, Cc=cc, References="<first@home.example>", text=cc))).ticket == number

    rows = await fetch_all("select address from ticket_participant order by address")
    assert [row["address"] for row in rows] == [f"p{number:02}@home.example" for number in range(20)]


async def test_who_signs_up_with_anothers_address_is_not_handed_their_mail() -> None:
    mallory: Actor = await sign_up(
        ANONYMOUS, SignUp("Mallory", "mallory", "ines@home.example", "four calm brown bears")
    )

    number, _ = await answered_ticket()

    assert await fetch_value("select requester_id from ticket where number = $1", number) != mallory.person_id
    assert await fetch_value("select address from ticket_mail where kind = 'reply'") == "ines@home.example"
    again = await arrive(raw_mail(INES, text="It goes on.", References="<first@home.example>"))
    assert again.ticket == number
    assert await fetch_value("select count(*) from person where source = 'mail'") == 1


async def test_a_member_with_a_confirmed_address_asks_as_themselves_and_staff_as_anybody() -> None:
    member, agent = await make_person(Role.MEMBER), await make_person(Role.AGENT)
    for person in (member, agent):
        address = await fetch_value(
            "update person set email_verified_at = now() where id = $1 returning email", person.person_id
        )
        received = await arrive(raw_mail(f"X <{address}>", subject=f"From {address}"))
        assert (
            await fetch_value("select requester_id from ticket where number = $1", received.ticket) == person.person_id
        )
    await execute("update person set suspended_at = now() where id = $1", member.person_id)
    email = await fetch_value("select email from person where id = $1", member.person_id)
    received = await arrive(raw_mail(f"X <{email}>", text="Let me in."))
    assert (received.state, received.reason) == ("review", "Its writer is suspended.")
