"""Which answers go out by mail and to whom; how they look; and that a server that is down loses none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from kb.adapters.folder_store import FolderStore
from kb.adapters.mail_folder import MailFolder
from kb.adapters.smtp_channel import SmtpChannel
from kb.core.actor import SYSTEM, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Unavailable
from kb.core.policy import Role
from kb.files.uploading import NewFile, upload_file
from kb.mail.handling import handle_mail
from kb.mail.office import Means, Office
from kb.mail.planning import plan_acknowledgement, plan_reply, sweep_unacknowledged, sweep_unplanned_replies
from kb.mail.queries import get_ticket_post
from kb.mail.sending import send_ticket_mail, sweep_unsent_ticket_mail
from kb.mail.taking_in import take_in
from kb.tickets.answering import reply_to_ticket
from kb.tickets.asking import NewTicket, open_ticket
from kb.tickets.merging import merge_tickets
from kb.tickets.seeing import mark_ticket_seen
from tests.support.factories import make_person
from tests.support.mail_factories import NO_FILES, OFFICE, SUPPORT, raw_mail
from tests.support.mail_server import MailServer, mail_server
from tests.support.pictures import picture

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def relay() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "files")


def channel_of(relay: MailServer) -> SmtpChannel:
    return SmtpChannel(relay.url, sender=f"Fernbook <{SUPPORT}>")


async def by_mail(**headers: str) -> UUID:
    """The ticket of a mail."""
    taken = await take_in(SYSTEM, raw_mail(**headers), "smtp", recipients=[SUPPORT])
    await handle_mail(taken.id, Means(OFFICE, NO_FILES))
    ticket_id: UUID = await fetch_value("select ticket_id from received_mail where id = $1", taken.id)
    return ticket_id


async def answered(ticket_id: UUID, body: str = "Switch it off.", *, agent: Actor | None = None) -> UUID:
    agent = agent or await make_person(Role.AGENT, name="Tove Lind")
    message_id = await reply_to_ticket(agent, ticket_id, body)
    await plan_reply(message_id, OFFICE)
    await plan_reply(message_id, OFFICE)
    return message_id


@pytest.mark.parametrize(
    ("channel", "verified", "goes"),
    [("form", True, True), ("form", False, False), ("widget", True, True), ("api", True, False)],
)
async def test_a_ticket_of_a_page_is_answered_by_mail_once_its_address_is_confirmed(
    channel: str, verified: bool, goes: bool
) -> None:
    asker = await make_person(Role.MEMBER)
    await execute(
        "update person set email_verified_at = $2 where id = $1", asker.person_id, now() if verified else None
    )
    opened = await open_ticket(asker, NewTicket("Twice", "Each invoice.", channel))

    await answered(opened.id)
    await reply_to_ticket(await make_person(Role.AGENT), opened.id, "Among us.", "note")

    address = await fetch_value("select address from ticket_mail")
    assert address == (
        await fetch_value("select lower(email) from person where id = $1", asker.person_id) if goes else None
    )
    assert await sweep_unplanned_replies(OFFICE) == 0
    assert await fetch_value("select has_mail from ticket") is goes


async def test_who_reads_on_the_page_is_mailed_only_what_they_left_unread(relay: MailServer) -> None:
    asker = await make_person(Role.MEMBER)
    await execute("update person set email_verified_at = now() where id = $1", asker.person_id)
    opened = await open_ticket(asker, NewTicket("Twice", "Each invoice.", "form"))
    await mark_ticket_seen(asker, opened.number)
    await answered(opened.id, "Read at once.")
    assert await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES) == 0
    await mark_ticket_seen(asker, opened.number)
    await answered(opened.id, "Left unread.")

    with clock_held_at(now() + timedelta(minutes=11)):
        assert await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES) == 1
        await answered(opened.id, "Hours later.")
        assert await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES) == 1

    assert [part(mail, "plain").splitlines()[0] for mail in relay.mails] == ["Left unread.", "Hours later."]
    assert await fetch_value("select count(*) from ticket_mail where state = 'withheld'") == 1


async def test_what_the_requester_has_read_on_the_page_is_mailed_where_others_get_a_copy(relay: MailServer) -> None:
    asker = await make_person(Role.MEMBER)
    await execute("update person set email_verified_at = now() where id = $1", asker.person_id)
    opened = await open_ticket(asker, NewTicket("Twice", "Each invoice.", "form"))
    await execute("insert into ticket_participant values ($1, 'boris@home.example', null, now())", opened.id)
    await mark_ticket_seen(asker, opened.number)
    await answered(opened.id, "Read at once.")
    await mark_ticket_seen(asker, opened.number)

    assert await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES) == 1
    assert [one.addr_spec for one in relay.mails[0]["Cc"].addresses] == ["boris@home.example"]


async def test_who_was_brought_along_in_two_tickets_gets_one_copy_once_they_are_merged() -> None:
    first, second = [await by_mail(subject=subject, Cc="boris@home.example") for subject in ("Twice", "Still twice")]
    agent = await make_person(Role.AGENT)
    await merge_tickets(agent, second, into=first)

    await answered(first, agent=agent)

    assert await fetch_value("select copies from ticket_mail") == ["boris@home.example"]
    assert (await get_ticket_post(agent, first)).participants == ("boris@home.example",)


async def test_replies_that_a_lost_message_left_out_are_planned_by_the_sweep_while_they_are_fresh() -> None:
    ticket_id = await by_mail()
    agent = await make_person(Role.AGENT)
    await reply_to_ticket(agent, ticket_id, "Switch it off.")

    with clock_held_at(now() + timedelta(days=2)):
        assert await sweep_unplanned_replies(OFFICE) == 0, "after days its agent should look at it first"
    assert await sweep_unplanned_replies(Office(OFFICE.site, SUPPORT, answers=frozenset())) == 0
    assert await sweep_unplanned_replies(OFFICE) == 1
    assert await sweep_unplanned_replies(OFFICE) == 0


async def test_mail_that_a_lost_message_left_unacknowledged_is_acknowledged_once_while_it_is_fresh() -> None:
    await by_mail()

    assert await sweep_unacknowledged(OFFICE) == 0, "word of it may still be underway"
    with clock_held_at(now() + timedelta(days=2)):
        assert await sweep_unacknowledged(OFFICE) == 0, "nobody waits for that any more"
    with clock_held_at(now() + timedelta(minutes=3)):
        assert await sweep_unacknowledged(replace(OFFICE, acknowledges=False)) == 0
        assert await sweep_unacknowledged(OFFICE) == 1
        assert await sweep_unacknowledged(OFFICE) == 0

    rows = await fetch_all("select kind, address, state from ticket_mail")
    assert [tuple(row) for row in rows] == [("acknowledgement", "ines@home.example", "waiting")]


async def test_the_sweep_acknowledges_nothing_that_was_told_or_answered_or_came_otherwise() -> None:
    told = await by_mail(text="Told.")
    await plan_acknowledgement(told, await fetch_value("select id from ticket_message"), OFFICE)
    await by_mail(sender="Boris <boris@home.example>", text="More of the same.")
    await answered(await fetch_value("select max(id::text)::uuid from ticket where id <> $1", told))
    agent = await make_person(Role.AGENT)
    await open_ticket(agent, NewTicket("Written down by hand", "Of the telephone.", "email"))

    with clock_held_at(now() + timedelta(minutes=3)):
        assert await sweep_unacknowledged(OFFICE) == 0


async def test_a_server_that_is_down_is_tried_again_under_the_same_message_id(relay: MailServer) -> None:
    await answered(await by_mail())
    mail_id = await fetch_value("select id from ticket_mail")
    relay.stop()
    with pytest.raises(Unavailable):
        await send_ticket_mail(mail_id, channel_of(relay), OFFICE, store=NO_FILES)
    assert await send_ticket_mail(mail_id, channel_of(relay), OFFICE, store=NO_FILES) is False, "it is not due yet"
    relay.start()

    with clock_held_at(now() + timedelta(hours=1)):
        assert await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES) == 1
        assert await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES) == 0

    (mail,) = relay.mails
    assert mail["Message-ID"] == f"<{mail_id}@fernbook.example>"
    assert await fetch_value("select state from ticket_mail") == "sent"


async def test_an_address_that_the_server_refuses_is_told_to_the_agent(relay: MailServer) -> None:
    relay.refusals["ines@home.example"] = "550 5.1.1 no such user"
    await answered(await by_mail())

    assert await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES) == 0

    row = await fetch_one("select state, reason from ticket_mail")
    assert row is not None
    assert (row["state"], "no such user" in row["reason"]) == ("failed", True)


async def test_copies_go_to_whom_the_requester_brought_along_and_one_that_is_refused_stops_no_other(
    relay: MailServer,
) -> None:
    relay.refusals["boris@home.example"] = "550 5.1.1 no such user"
    await answered(await by_mail(Cc="boris@home.example, Ada <ada@home.example>"))

    await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES)

    (mail,) = relay.mails
    assert str(mail["To"]) == "ines@home.example"
    assert {one.addr_spec for one in mail["Cc"].addresses} == {"ada@home.example", "boris@home.example"}
    assert await fetch_value("select state from ticket_mail") == "sent"


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content())


async def test_pictures_and_files_of_a_reply_go_with_it_as_mail_programs_open_them(
    relay: MailServer, store: FolderStore
) -> None:
    ticket_id, agent = await by_mail(), await make_person(Role.AGENT, name="Tove Lind")
    allowed = frozenset({"pdf"})
    shot = await upload_file(agent, NewFile("shot.png", picture()), store=store, allowed=allowed)
    manual = await upload_file(agent, NewFile("manual.pdf", b"%PDF-1.7 x"), store=store, allowed=allowed)
    body = f"Press here:\n\n{shot.markdown}\n\n{manual.markdown} or [ask](/t/1/how)"
    await answered(ticket_id, body, agent=agent)

    await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=store)

    (mail,) = relay.mails
    html = part(mail, "html")
    kinds = {one.get_content_type(): one for one in mail.walk() if not one.is_multipart()}
    assert set(kinds) == {"text/plain", "text/html", "image/jpeg", "application/octet-stream"}
    assert f'src="cid:{kinds["image/jpeg"]["Content-ID"].strip("<>")}"' in html
    assert "srcset" not in html
    assert kinds["application/octet-stream"].get_filename() == "manual.pdf"
    assert kinds["application/octet-stream"].get_content() == b"%PDF-1.7 x"
    assert 'href="https://forum.example/t/1/how"' in html
    assert "https://forum.example/files/" in part(mail, "plain")


async def test_a_mail_is_in_its_readers_language_and_links_to_the_ticket_only_who_can_sign_in(
    relay: MailServer,
) -> None:
    ticket_id = await by_mail()
    await execute("update person set language = 'de' where email = 'ines@home.example'")
    await answered(ticket_id)
    await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES)
    html = part(relay.mails[0], "html")
    assert '<html lang="de" dir="ltr">' in html
    assert "/tickets/" not in html

    await execute("update person set password_hash = 'x' where email = 'ines@home.example'")
    await answered(ticket_id)
    await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES)
    number = await fetch_value("select number from ticket")
    assert f"https://forum.example/tickets/{number}" in part(relay.mails[1], "plain")


async def test_without_a_reply_domain_replies_go_to_the_support_address(relay: MailServer) -> None:
    await answered(await by_mail())
    site = OFFICE.site
    office = Office(type(site)(site.base_url, site.secret, site.domain, ""), SUPPORT, (SUPPORT,))

    await sweep_unsent_ticket_mail(channel_of(relay), office, store=NO_FILES)

    assert relay.mails[0]["Reply-To"] == SUPPORT


async def test_a_long_thread_names_its_first_mail_and_its_newest(relay: MailServer) -> None:
    ticket_id = await by_mail(Message_ID="<first@home.example>")
    for number in range(25):
        await by_mail(text=f"More {number}", Message_ID=f"<m{number}@home.example>", References="<first@home.example>")
    await answered(ticket_id)
    await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES)

    named = str(relay.mails[0]["References"]).split()
    assert (len(named), named[0], named[-1]) == (20, "<first@home.example>", "<m24@home.example>")
    assert relay.mails[0]["In-Reply-To"] == "<m24@home.example>"


async def test_without_a_mail_server_it_is_written_where_dev_mail_shows_it(tmp_path: Path) -> None:
    await answered(await by_mail())
    folder = MailFolder(tmp_path / "mail", sender=SUPPORT)

    await sweep_unsent_ticket_mail(folder, OFFICE, store=NO_FILES)

    (written,) = folder.list_mail()
    assert written.text.startswith("Switch it off.")
    rows = await fetch_all("select state from ticket_mail")
    assert [row["state"] for row in rows] == ["sent"]


async def test_an_acknowledgement_carries_nobodys_advertising_to_others(relay: MailServer) -> None:
    for subject in ("Win at https://evil.example now", "Invoices are sent twice"):
        ticket_id = await by_mail(subject=subject, text=subject)
        message_id = await fetch_value("select id from ticket_message where ticket_id = $1", ticket_id)
        await plan_acknowledgement(ticket_id, message_id, OFFICE)
    await sweep_unsent_ticket_mail(channel_of(relay), OFFICE, store=NO_FILES)

    assert [str(mail["Subject"]) for mail in relay.mails] == ["Re: Your request", "Re: Invoices are sent twice"]
    assert "evil" not in relay.mails[0].as_string()
