"""Mail over SMTP and LMTP: a yes means that the mail is kept. Only addresses of ours are taken, so nobody can relay through us."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from kb.core.actor import SYSTEM
from kb.core.errors import Invalid, TooLarge
from kb.core.saying import say
from kb.mail.office import Office
from kb.mail.rules import MAX_MAIL, CameBy
from kb.mail.taking_in import take_in
from kb.mail.threading import takes_mail

log = structlog.get_logger()

PATIENCE = 60
"""Seconds a connection may be silent."""

MOST_RECIPIENTS = 100
"""Of one mail. RFC 5321 asks for 100 at least."""

MOST_CONNECTIONS = 30
"""Each may bring 35 MB; a mail server that finds us busy comes again."""

LONGEST_LINE = 1024 * 1024
"""Bytes. RFC 5321 allows 1,000, and real programs send HTML in one line: better kept than sent back."""

COMMANDS = 1_000
"""Of one kind in one connection."""

LATER = "451 4.3.0 It could not be kept; send it again later"


class Door:
    """What aiosmtpd asks when something comes; its names are aiosmtpd's."""

    def __init__(self, office: Office, came_by: CameBy) -> None:
        self._office = office
        self._came_by = came_by
        self.open = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take ours and no other."""
        if not takes_mail(address.lower(), self._office):
            return "550 5.1.1 There is no such address here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Goes on"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep it, then say so. LMTP wants an answer for each recipient (RFC 2033, 4.2)."""
        answer = await self._keep(envelope)
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if self._came_by == "lmtp" else answer

    async def handle_exception(self, error: Exception) -> str:
        """Whatever breaks, the mail is still the sender's."""
        log.warning("mail.listener_failed", exc_info=error)
        return LATER

    async def _keep(self, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        try:
            taken = await take_in(
                SYSTEM, _with_return_path(content, envelope.mail_from), self._came_by, recipients=envelope.rcpt_tos
            )
        except TooLarge as error:
            return f"552 5.3.4 {error.message}"
        except Invalid as error:
            return f"554 5.6.0 {error.message}"
        except Exception as error:  # the database is away, say: whoever sends it has it still
            log.warning("mail.not_kept", exc_info=error)
            return LATER
        return f"250 2.0.0 Kept as {taken.id}"


def _with_return_path(content: bytes, sender: str | None) -> bytes:
    """The last server writes down whom failures go to (RFC 5321, 4.4): of a bounce that is nobody."""
    path = (sender or "").strip("<>")
    plain = path.encode("ascii", "ignore").replace(b"\r", b"").replace(b"\n", b"")
    return b"Return-Path: <" + plain + b">\r\n" + content


def _listener(kind: type[SMTP], door: Door) -> SMTP:
    """One connection's protocol."""

    class Listener(kind):  # type: ignore[misc, valid-type]
        line_length_limit = LONGEST_LINE

        def connection_made(self, transport: Any) -> None:
            door.open += 1
            super().connection_made(transport)
            if door.open > MOST_CONNECTIONS:
                transport.write(b"421 4.3.2 Too many connections; come again later\r\n")
                transport.close()

        def connection_lost(self, error: Exception | None) -> None:
            door.open -= 1
            super().connection_lost(error)

    made: SMTP = Listener(
        door,
        data_size_limit=MAX_MAIL,
        enable_SMTPUTF8=True,
        ident="Answerloop",
        timeout=PATIENCE,
        command_call_limit=COMMANDS,
        loop=asyncio.get_running_loop(),
    )
    return made


@asynccontextmanager
async def listen(office: Office, *, smtp: str = "", lmtp: str = "") -> AsyncIterator[list[asyncio.Server]]:
    """Take in mail at these HOST:PORT until the block ends; "" is nowhere. Raises `Invalid` where one cannot be listened on."""
    wanted = ((smtp, SMTP, Door(office, "smtp")), (lmtp, LMTP, Door(office, "lmtp")))
    servers = [await _listen_at(address, kind, door) for address, kind, door in wanted if address]
    try:
        yield servers
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()


async def _listen_at(address: str, kind: type[SMTP], door: Door) -> asyncio.Server:
    host, _, port = address.rpartition(":")
    try:
        return await asyncio.get_running_loop().create_server(
            lambda: _listener(kind, door), host.strip("[]") or None, int(port)
        )
    except (OSError, ValueError, OverflowError) as error:
        raise Invalid(
            say("Mail cannot be taken in at {address}: {error}", address=address, error=str(error)),
            {"address": say("choose another")},
        ) from error
