"""Mail over SMTP. A server that accepts it twice sees the same Message-ID."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from kb.adapters.mail_writing import write_mail
from kb.core.errors import Invalid, KbError, Unavailable
from kb.ports.channel import OutgoingMessage

TIMEOUT = 30
"""Seconds for each step with the server; a greylisting one answers at once, a dead one never."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to hand mail over."""

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool


def read_smtp_url(url: str) -> Server:
    """smtp://user:password@host:port, or smtps:// for TLS from the first byte. Raises `Invalid` naming SMTP_URL."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or port == -1:
        raise Invalid("SMTP_URL cannot be used.", {"SMTP_URL": "write smtp://user:password@host:port or smtps://…"})
    usual = 465 if parts.scheme == "smtps" else 587 if parts.username else 25
    username, password = (unquote(value) if value else None for value in (parts.username, parts.password))
    return Server(parts.hostname, port or usual, username, password, parts.scheme == "smtps")


class SmtpChannel:
    """The `Channel` port on a mail server. STARTTLS is used wherever the server offers it."""

    def __init__(self, url: str, *, sender: str) -> None:
        self._server = read_smtp_url(url)
        self._sender = sender

    async def deliver(self, message: OutgoingMessage) -> None:
        mail = write_mail(message, sender=self._sender)
        try:
            async with self._client() as client:
                await _send(client, mail)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _as_refusal(error, message.address) from error

    async def ping(self) -> str:
        async with self._client() as client:
            await client.noop()
        return f"SMTP at {self._server.host}:{self._server.port}"

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.username,
            password=self._server.password,
            use_tls=self._server.use_tls,
            timeout=TIMEOUT,
        )


async def _send(client: aiosmtplib.SMTP, mail: EmailMessage) -> None:
    """The mail as it was written: aiosmtplib's own way to send one folds long headers until they cannot be read."""
    sender = parseaddr(str(mail["From"]))[1]
    recipients = [str(one.addr_spec) for name in ("To", "Cc") if mail[name] for one in mail[name].addresses]
    if all(one.isascii() for one in (sender, *recipients)):
        await client.sendmail(sender, recipients, mail.as_bytes())
    else:
        await client.send_message(mail)


def _as_refusal(error: Exception, address: str) -> KbError:
    """A permanent no about this mail is `Invalid`; everything else, our own wrong password included, may pass."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _judge(error.recipients, address)
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        return _judge([error], address)
    if isinstance(error, aiosmtplib.SMTPDataError) and error.code >= 500:
        return Invalid(f"The mail server refused the mail: {error.code} {error.message}")
    if isinstance(error, aiosmtplib.SMTPNotSupported) and not address.isascii():
        return Invalid(f"The mail server cannot send to “{address}”: {error}", {"address": "not supported"})
    return Unavailable(f"The mail server cannot be used: {error or type(error).__name__}")


def _judge(refused: Iterable[aiosmtplib.SMTPRecipientRefused], address: str) -> KbError:
    answers = list(refused)
    said = "; ".join(f"{answer.code} {answer.message}" for answer in answers)
    if all(answer.code >= 500 for answer in answers):
        return Invalid(f"The mail server refused “{address}”: {said}", {"address": "refused"})
    return Unavailable(f"The mail server asks to try “{address}” later: {said}")
