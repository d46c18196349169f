"""Mail goes to addresses whose owner said yes, and to no others."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.handlers.notices import mail_notices
from jobs.tools import Tools
from kb.adapters.smtp_channel import SmtpChannel
from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, NotFound, TooMany
from kb.people.confirming import ask_confirmation, confirm_address
from kb.people.signing_up import SignUp, sign_up
from tests.support.client import Client
from tests.support.delivering import deliver_until_quiet
from tests.support.forum_factories import make_reply, make_topic
from tests.support.mail_server import MailServer, mail_server


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def posting(db: str, tools: Tools, server: MailServer) -> Tools:
    return replace(tools, channels={"email": SmtpChannel(server.url, sender="help@fernbook.example")})


async def join() -> Actor:
    return await sign_up(ANONYMOUS, SignUp("Ines", "ines", "ines@home.example", "four calm brown bears"))


def path_in(server: MailServer) -> str:
    part = server.mails[-1].get_body(("plain",))
    assert part is not None
    found = re.search(r"(/confirm/\S+)", str(part.get_content()))
    assert found
    return found[1]


async def hear_of_a_reply(posting: Tools, person: Actor) -> None:
    await make_reply(await make_topic(person))
    await deliver_until_quiet(posting)
    with clock_held_at(now() + timedelta(minutes=11)):
        await mail_notices(posting)
        await deliver_until_quiet(posting)


async def test_until_its_owner_said_yes_an_address_gets_the_link_and_nothing_else(
    posting: Tools, server: MailServer, client: Client
) -> None:
    ines = await join()
    await hear_of_a_reply(posting, ines)
    assert [mail["Subject"] for mail in server.mails] == ["Confirm your e-mail address"]
    await client.sign_in(ines)
    assert "No mail goes to ines@home.example" in (await client.get("/me/notices")).text

    path = path_in(server)
    assert (await client.get(path)).status_code == 200
    assert await fetch_value("select email_verified_at from person where id = $1", ines.person_id) is None
    assert (await client.post_form(path)).status_code == 303
    assert (await client.post_form(path)).status_code == 303, "twice is once"
    assert "No mail goes to" not in (await client.get("/me/notices")).text

    await hear_of_a_reply(posting, ines)
    assert len(server.mails) == 2
    with pytest.raises(Conflict):
        await ask_confirmation(ines)


async def test_the_link_is_asked_for_again_a_few_times(posting: Tools, server: MailServer, client: Client) -> None:
    ines = await join()
    await client.sign_in(ines)
    for _ in range(3):
        assert (await client.post_form("/me/notices/confirmation")).status_code == 303
    with pytest.raises(TooMany):
        await ask_confirmation(ines)
    await deliver_until_quiet(posting)

    assert len({mail["Message-ID"] for mail in server.mails}) == 4


async def test_a_link_for_another_address_confirms_nothing(posting: Tools, server: MailServer) -> None:
    ines = await join()
    await deliver_until_quiet(posting)
    token = path_in(server).removeprefix("/confirm/")
    await execute("update person set email = 'mallory@home.example' where id = $1", ines.person_id)

    for tried in (token, "x", token[:-1]):
        with pytest.raises(NotFound):
            await confirm_address(posting.settings["SECRET_KEY"], tried)
