"""A real mail server on a free port of this machine, which can be stopped, started again, and told to refuse."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer:
    """What it accepted is in `mails`; `refusals` maps a recipient to the answer it gets instead; `after_keeping` runs before the yes."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.after_keeping: Callable[[], None] | None = None
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """For SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, on the same port as before."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening; stopping twice is fine."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Accept the recipient unless told otherwise."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail."""
        self.mails.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=SMTP))
        if self.after_keeping:
            self.after_keeping()
        return "250 kept"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running one."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
