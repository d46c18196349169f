"""A mailbox on a real IMAP server becomes tickets; what breaks on the way costs no mail and doubles none."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from jobs.handlers.mail import poll_mailbox
from jobs.tools import Tools
from kb.adapters.imap_mailbox import ImapMailbox, read_imap_url
from kb.core.database import fetch_all, fetch_one, fetch_value, listen_to_statements
from kb.core.errors import Invalid, Unavailable
from kb.core.settings import load_settings
from kb.mail import emptying
from server.commands.doctoring import CHECKS
from tests.support.delivering import deliver_until_quiet
from tests.support.imap_server import ImapServer, imap_server
from tests.support.mail_factories import MAIL_SETTINGS, raw_mail


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


@pytest.fixture
def polling(db: str, tools: Tools, server: ImapServer) -> Tools:
    return replace(tools, settings=tools.settings.replaced(**MAIL_SETTINGS), mailbox=ImapMailbox(server.url))


async def test_what_lies_there_becomes_tickets_once_and_is_seen_afterwards(polling: Tools, server: ImapServer) -> None:
    server.put(raw_mail())
    server.put(raw_mail(to="Whatever they call us <desk@fernbook.example>", subject="Where is my parcel?"))

    assert await poll_mailbox(polling) == 2
    assert server.unseen() == 0
    assert await poll_mailbox(polling) == 0
    await deliver_until_quiet(polling)

    subjects = [row["subject"] for row in await fetch_all("select subject from ticket order by number")]
    assert subjects == ["Invoices are sent twice", "Where is my parcel?"]


async def test_a_connection_that_breaks_before_a_mail_is_called_seen_doubles_nothing(
    polling: Tools, server: ImapServer
) -> None:
    raw = raw_mail()
    server.put(raw)

    def break_off(statement: str) -> None:
        if statement.startswith("insert into received_mail"):
            server.stop()

    stop = listen_to_statements(break_off)
    with pytest.raises(Unavailable):
        await poll_mailbox(polling)
    stop()
    server.start()
    server.put(raw)

    assert await poll_mailbox(polling) == 0, "it was kept before the connection broke"
    assert server.unseen() == 0
    assert await fetch_value("select count(*) from received_mail") == 1


async def test_a_mail_that_is_too_large_is_read_no_further_and_shown_to_people(
    polling: Tools, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "MAX_MAIL", 1_000)
    server.put(raw_mail(text="x" * 5_000))

    await poll_mailbox(polling)
    await deliver_until_quiet(polling)

    row = await fetch_one("select state, reason, size, length(content) as kept from received_mail")
    assert row is not None
    assert (row["state"], row["kept"]) == ("review", 1_000)
    assert row["size"] > 5_000
    assert "too large" in row["reason"]
    assert server.unseen() == 0


async def test_a_wrong_password_is_no_reason_to_stop(polling: Tools, server: ImapServer) -> None:
    wrong = replace(polling, mailbox=ImapMailbox(server.url.replace("four", "five")))
    with pytest.raises(Unavailable, match="name or password"):
        await poll_mailbox(wrong)


async def test_doctor_looks_into_the_mailbox(db: str, server: ImapServer) -> None:
    server.put(raw_mail())
    settings = load_settings({"IMAP_URL": server.url})
    (found,) = await CHECKS["Mailbox"](settings)
    assert found.where == f"127.0.0.1:{server.port}/INBOX, 1 unread"
    assert await CHECKS["Mailbox"](load_settings({})) == []


def test_an_address_says_all_that_is_needed() -> None:
    read = read_imap_url("imaps://ines%40home.example:p%2Fw@mail.example/Support/New")
    assert (read.host, read.port, read.username, read.password) == ("mail.example", 993, "ines@home.example", "p/w")
    assert (read.folder, read.use_tls) == ("Support/New", True)
    for wrong in ("mail.example", "pop3://a:b@mail.example", "imap://mail.example", "imap://a:b@mail.example:x"):
        with pytest.raises(Invalid):
            read_imap_url(wrong)
