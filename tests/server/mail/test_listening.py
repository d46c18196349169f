"""Mail servers hand mail over by SMTP and LMTP: a yes means that it is kept, and only what is for us is taken."""

import asyncio
import os
import signal
import smtplib
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kb.core.database import DB, close_database, fetch_all, fetch_value, open_database
from kb.core.ids import new_id
from kb.mail.rules import MAX_MAIL
from kb.notices.tokens import write_reply_token
from server.mail import listening
from server.mail.listening import listen
from tests.support.mail_factories import MAIL_SETTINGS, OFFICE, SUPPORT, raw_mail
from tests.support.mail_server import free_port

SENDER = "ines@home.example"


@pytest.fixture
async def ports(db: str) -> AsyncIterator[tuple[int, int]]:
    smtp, lmtp = free_port(), free_port()
    async with listen(OFFICE, smtp=f"127.0.0.1:{smtp}", lmtp=f"127.0.0.1:{lmtp}"):
        yield smtp, lmtp


async def send(work: Callable[[], object]) -> object:
    return await asyncio.to_thread(work)


async def test_a_yes_means_that_the_mail_is_kept_whole_and_waits_to_be_read(ports: tuple[int, int]) -> None:
    raw = raw_mail(text="A line that is longer than any mail server may send: " + "x" * 5_000)

    def hand_over() -> None:
        with smtplib.SMTP("127.0.0.1", ports[0]) as client:
            assert client.sendmail(SENDER, [SUPPORT, "help+invoices@fernbook.example"], raw) == {}

    await send(hand_over)

    (row,) = await fetch_all("select * from received_mail")
    assert (row["state"], row["came_by"]) == ("waiting", "smtp")
    assert row["recipients"] == ["help+invoices@fernbook.example", SUPPORT]
    assert bytes(row["content"]) == b"Return-Path: <ines@home.example>\r\n" + raw + b"\r\n"
    assert await fetch_value("select count(*) from outbox_message where name = 'MailArrived'") == 1


async def test_only_addresses_of_ours_are_taken(ports: tuple[int, int]) -> None:
    genuine = f"reply+{write_reply_token(OFFICE.site.secret, new_id())}@in.fernbook.example"
    forged = f"reply+{write_reply_token('another secret', new_id())}@in.fernbook.example"
    others = ["mallory@elsewhere.example", "ines@in.fernbook.example", forged, "help@elsewhere.example"]

    def hand_over() -> tuple[int, dict[str, tuple[int, bytes]]]:
        with smtplib.SMTP("127.0.0.1", ports[0]) as client:
            refused = client.sendmail("", [SUPPORT, genuine.upper(), *others], raw_mail())
            client.mail(SENDER)
            return client.rcpt(others[0])[0], refused

    code, refused = await send(hand_over)  # type: ignore[misc]

    assert code == 550
    assert set(refused) == set(others)
    content = await fetch_value("select content from received_mail")
    assert bytes(content).startswith(b"Return-Path: <>\r\n"), "a bounce says that nobody wants an answer"


async def test_lmtp_answers_for_each_recipient(ports: tuple[int, int]) -> None:
    other = "help+billing@fernbook.example"

    def hand_over() -> list[bytes]:
        with socket.create_connection(("127.0.0.1", ports[1]), timeout=10) as connection:
            lines = connection.makefile("rb")
            lines.readline()
            for said in ("LHLO mta", f"MAIL FROM:<{SENDER}>", f"RCPT TO:<{SUPPORT}>", f"RCPT TO:<{other}>", "DATA"):
                connection.sendall(said.encode() + b"\r\n")
                while lines.readline()[3:4] == b"-":
                    pass
            connection.sendall(raw_mail() + b"\r\n.\r\n")
            return [lines.readline(), lines.readline()]

    answers = await send(hand_over)

    assert [answer[:9] for answer in answers] == [b"250 2.0.0"] * 2  # type: ignore[attr-defined]
    assert await fetch_value("select came_by from received_mail") == "lmtp"


async def test_what_cannot_be_kept_stays_with_its_sender(ports: tuple[int, int], db: str) -> None:
    def hand_over() -> tuple[int, bytes]:
        with smtplib.SMTP("127.0.0.1", ports[0]) as client:
            try:
                client.sendmail(SENDER, [SUPPORT], raw_mail())
            except smtplib.SMTPDataError as error:
                return error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        return 250, b""

    await close_database()
    DB.config = {"dsn": "postgresql://nobody@127.0.0.1:1/none"}
    try:
        code, _ = await send(hand_over)  # type: ignore[misc]
    finally:
        await open_database(db, pool_size=6)

    assert code == 451
    assert (await send(hand_over))[0] == 250  # type: ignore[index]
    assert await fetch_value("select count(*) from received_mail") == 1


async def test_more_than_fits_is_refused_before_it_is_sent(ports: tuple[int, int]) -> None:
    def hand_over() -> int:
        with smtplib.SMTP("127.0.0.1", ports[0]) as client:
            client.ehlo()
            return client.mail(SENDER, [f"SIZE={MAX_MAIL + 1}"])[0]

    assert await send(hand_over) == 552
    assert await fetch_value("select count(*) from received_mail") == 0


async def test_a_crowd_is_asked_to_come_again(ports: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MOST_CONNECTIONS", 1)

    def come() -> tuple[bytes, bytes]:
        with socket.create_connection(("127.0.0.1", ports[0]), timeout=10) as first:
            greeted = first.recv(100)
            with socket.create_connection(("127.0.0.1", ports[0]), timeout=10) as second:
                return greeted[:3], second.recv(100)[:3]

    assert await send(come) == (b"220", b"421")


async def test_the_command_takes_mail_in_until_it_is_told_to_stop(db: str, tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, **MAIL_SETTINGS, "DATABASE_URL": db, "REDIS_URL": "redis://127.0.0.1:1"}
    command = [sys.executable, "-m", "server.commands.main", "receive", "--smtp", f"127.0.0.1:{port}"]
    process = await asyncio.create_subprocess_exec(
        *command, env={**environment, "DATA_DIR": str(tmp_path)}, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr
        assert b"Taking in mail" in await asyncio.wait_for(process.stderr.readline(), 90)

        def hand_over() -> None:
            with smtplib.SMTP("127.0.0.1", port) as client:
                client.sendmail(SENDER, [SUPPORT], raw_mail())

        await send(hand_over)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        if process.returncode is None:
            process.kill()
    assert await fetch_value("select count(*) from received_mail") == 1
