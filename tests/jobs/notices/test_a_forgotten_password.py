"""The mail with the link to choose a password, and the word that one was chosen: to the right mailbox, once, in their language."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from jobs.tools import Tools
from kb.adapters.smtp_channel import SmtpChannel
from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_value
from kb.notices.pushing import count_browsers
from kb.people.choosing_password import Chosen, ask_for_password_link, find_password_link, set_password
from kb.people.corresponding import meet_correspondent
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.mail_server import MailServer, mail_server
from tests.support.people_factories import give_password

OTHER = "nine tall green trees"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def posting(db: str, tools: Tools, server: MailServer) -> Tools:
    return replace(tools, channels={"email": SmtpChannel(server.url, sender="help@fernbook.example")})


def text_of(server: MailServer, at: int = -1) -> str:
    part = server.mails[at].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def token_in(server: MailServer, at: int = -1) -> str:
    found = re.search(r"http://localhost:8000/password/(\S+)", text_of(server, at))
    assert found
    return found[1]


async def ask(posting: Tools, email: str, language: str = "en") -> None:
    await ask_for_password_link(email, language=language)
    await deliver_until_quiet(posting)


async def test_the_link_comes_once_to_the_address_we_know(posting: Tools, server: MailServer) -> None:
    ines = await make_person()
    email = await give_password(ines)
    await ask(posting, email.upper())
    await deliver_until_quiet(posting)

    (mail,) = server.mails
    assert (mail["To"], mail["Subject"]) == (email, "Choose a password")
    assert f"@{ines.username}" in text_of(server)
    assert (await find_password_link(posting.settings["SECRET_KEY"], token_in(server))).person_id == ines.person_id


async def test_a_mail_server_that_is_down_for_a_while_sends_it_once(posting: Tools, server: MailServer) -> None:
    email = await give_password(await make_person())
    server.stop()
    await ask(posting, email)
    server.start()
    for _ in range(2):
        await execute("update outbox_message set next_attempt_at = now()")
        await deliver_until_quiet(posting)

    assert len(server.mails) == 1


async def test_nobody_is_mailed_who_has_no_account(posting: Tools, server: MailServer) -> None:
    await ask(posting, "nobody@example.com")

    assert server.mails == []
    assert await fetch_value("select count(*) from outbox_message where done_at is null") == 0


async def test_no_name_that_a_stranger_chose_is_mailed(posting: Tools, server: MailServer) -> None:
    person = await make_person(name="Win at https://evil.example")
    await execute("update person set email_verified_at = null where id = $1", person.person_id)
    await ask(posting, await give_password(person))

    assert len(server.mails) == 1
    assert "evil.example" not in server.mails[0].as_string()


@pytest.mark.parametrize(
    ("chosen", "of_page", "subject"), [("de", "en", "Passwort wählen"), ("", "de", "Passwort wählen")]
)
async def test_it_speaks_the_persons_language_or_that_of_the_page(
    posting: Tools, server: MailServer, chosen: str, of_page: str, subject: str
) -> None:
    ines = await make_person()
    await execute("update person set language = $2 where id = $1", ines.person_id, chosen)
    await ask(posting, await give_password(ines), of_page)

    assert server.mails[0]["Subject"] == subject


async def test_where_signing_up_is_closed_nobody_new_gets_a_link(posting: Tools, server: MailServer) -> None:
    closed = replace(posting, settings=posting.settings.replaced(SIGN_UP="closed"))
    await make_person()
    email = str(await fetch_value("select email from person"))
    await meet_correspondent(SYSTEM, "ada@home.example", "Ada Stone")
    await ask(closed, email)
    await ask(closed, "ada@home.example")

    assert [mail["To"] for mail in server.mails] == ["ada@home.example"]


async def choose(posting: Tools, server: MailServer, person: Actor) -> None:
    await ask(posting, await give_password(person))
    await set_password(posting.settings["SECRET_KEY"], token_in(server), Chosen(OTHER))
    await deliver_until_quiet(posting)


async def test_its_owner_is_told_that_a_password_was_set(posting: Tools, server: MailServer) -> None:
    ines = await make_person()
    await choose(posting, server, ines)

    assert [mail["Subject"] for mail in server.mails] == ["Choose a password", "A new password was set"]
    assert f"@{ines.username}" in text_of(server)
    assert "/forgot-password" in text_of(server)
    assert OTHER not in server.mails[-1].as_string()


async def test_browsers_of_sessions_that_ended_are_pushed_nothing_more(posting: Tools, server: MailServer) -> None:
    ines, bo = await make_person(), await make_person()
    for person in (ines, bo):
        await execute(
            "insert into push_subscription (id, person_id, endpoint, p256dh, auth, created_at)"
            " values (gen_random_uuid(), $1, $2, 'p', 'a', now() - interval '1 minute')",
            person.person_id,
            f"https://push.example/{person.username}",
        )
    await choose(posting, server, ines)

    assert [await count_browsers(one) for one in (ines, bo)] == [0, 1]
