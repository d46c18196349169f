"""Mail as files, where no mail server is set: nothing leaves the machine and everything can be looked at."""

import asyncio
import os
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

from kb.adapters.mail_writing import write_mail
from kb.core.errors import NotFound, Unavailable
from kb.ports.channel import OutgoingMessage, WrittenMail


class MailFolder:
    """The `Channel` port on a folder. A mail written twice is one file: its name is the message's id."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def deliver(self, message: OutgoingMessage) -> None:
        content = write_mail(message, sender=self._sender).as_bytes()
        try:
            await asyncio.to_thread(_write, self._folder / f"{message.id}.eml", content)
        except OSError as error:
            raise Unavailable(f"The mail cannot be written: {error.strerror}") from error

    async def ping(self) -> str:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        return f"files in {self._folder}"

    def list_mail(self, *, limit: int = 100) -> list[WrittenMail]:
        """The newest first. Ids grow with time, so names are in order. A file that is no mail of ours is passed over."""
        names = sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)
        return [mail for name in names[:limit] if (mail := self._read(name)) is not None]

    def get_mail(self, mail_id: UUID) -> WrittenMail:
        """One mail. Raises `NotFound`."""
        mail = self._read(str(mail_id))
        if mail is None:
            raise NotFound("There is no such mail.")
        return mail

    def _read(self, name: str) -> WrittenMail | None:
        try:
            content = (self._folder / f"{name}.eml").read_bytes()
            mail = message_from_bytes(content, _class=EmailMessage, policy=SMTP)
            return _mail(UUID(name), mail)
        except (OSError, ValueError):
            return None


def _mail(mail_id: UUID, mail: EmailMessage) -> WrittenMail:
    body = mail.get_body(("plain",))
    return WrittenMail(
        id=mail_id,
        address=str(mail["To"]),
        sender=str(mail["From"]),
        subject=str(mail["Subject"]),
        at=parsedate_to_datetime(str(mail["Date"])),
        text=str(body.get_content()).replace("\r\n", "\n").strip() if body else "",
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a reader never sees half a mail, and a crash leaves only a draft beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
