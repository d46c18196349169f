"""Mail over a real SMTP server."""

from collections.abc import Iterator

import pytest

from kb.adapters.smtp_channel import SmtpChannel, read_smtp_url
from kb.core.errors import Invalid, Unavailable
from kb.core.ids import new_id
from kb.ports.channel import OutgoingMessage
from tests.support.mail_server import MailServer, free_port, mail_server

SENDER = "Fernbook help <help@fernbook.example>"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def outgoing(
    address: str = "ines@example.com", subject: str = "Grüße ✓", **more: tuple[tuple[str, str], ...]
) -> OutgoingMessage:
    return OutgoingMessage(new_id(), address, subject, "Plain words: äöü", "<p>Rich words: äöü</p>", **more)


async def test_a_mail_arrives_with_both_parts_and_an_id_of_its_message(server: MailServer) -> None:
    message = outgoing(headers=(("List-Id", "fixes.fernbook.example"),))

    await SmtpChannel(server.url, sender=SENDER).deliver(message)

    [mail] = server.mails
    assert mail["To"] == "ines@example.com"
    assert mail["From"] == SENDER
    assert mail["Subject"] == "Grüße ✓"
    assert mail["Message-ID"] == f"<{message.id}@fernbook.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "fixes.fernbook.example"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Plain words: äöü" in mail.get_body(("plain",)).get_content()
    assert "Rich words: äöü" in mail.get_body(("html",)).get_content()


async def test_a_recipient_the_server_will_never_take_is_invalid_and_one_for_later_is_not(server: MailServer) -> None:
    server.refusals = {"gone@example.com": "550 no such user", "full@example.com": "452 mailbox full"}
    channel = SmtpChannel(server.url, sender=SENDER)

    with pytest.raises(Invalid, match="550 no such user"):
        await channel.deliver(outgoing("gone@example.com"))
    with pytest.raises(Unavailable, match="452 mailbox full"):
        await channel.deliver(outgoing("full@example.com"))

    assert server.mails == []


@pytest.mark.parametrize("address", ["", "not an address", "a@b.c\r\nBcc: everyone@example.com", "two@a.b, three@a.b"])
async def test_what_is_no_address_never_reaches_the_server(server: MailServer, address: str) -> None:
    with pytest.raises(Invalid):
        await SmtpChannel(server.url, sender=SENDER).deliver(outgoing(address))

    assert server.mails == []


async def test_a_subject_cannot_smuggle_in_a_header(server: MailServer) -> None:
    with pytest.raises(Invalid):
        await SmtpChannel(server.url, sender=SENDER).deliver(outgoing(subject="Hello\r\nBcc: everyone@example.com"))

    assert server.mails == []


async def test_a_server_that_is_down_is_unavailable() -> None:
    channel = SmtpChannel(f"smtp://127.0.0.1:{free_port()}", sender=SENDER)

    with pytest.raises(Unavailable):
        await channel.deliver(outgoing())


async def test_pinging_says_where_mail_goes(server: MailServer) -> None:
    assert await SmtpChannel(server.url, sender=SENDER).ping() == f"SMTP at 127.0.0.1:{server.port}"


def test_the_url_names_port_tls_and_credentials() -> None:
    secure = read_smtp_url("smtps://me%40x.org:p%3Aw@mail.example")

    assert (secure.host, secure.port, secure.use_tls) == ("mail.example", 465, True)
    assert (secure.username, secure.password) == ("me@x.org", "p:w")
    assert read_smtp_url("smtp://mail.example").port == 25
    assert read_smtp_url("smtp://me:pw@mail.example").port == 587


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:many"])
def test_a_url_that_cannot_be_used_is_refused_by_name(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_smtp_url(url)

    assert "SMTP_URL" in refused.value.fields
