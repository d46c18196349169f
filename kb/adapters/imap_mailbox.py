"""A mailbox over IMAP (RFC 3501), by the standard library's client in threads: one command at a time, each with its time limit."""

import asyncio
import imaplib
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from kb.core.errors import Invalid, Unavailable
from kb.ports.mailbox import LyingMail, OpenMailbox

TIMEOUT = 30
"""Seconds for each answer of the server."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where the mailbox is and how to get in."""

    host: str
    port: int
    username: str
    password: str
    folder: str
    use_tls: bool


def read_imap_url(url: str) -> ImapServer:
    """imaps://user:password@host:port/folder, or imap:// with STARTTLS where the server offers it. Raises `Invalid` naming IMAP_URL."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username or port == -1:
        raise Invalid("IMAP_URL cannot be used.", {"IMAP_URL": "write imaps://user:password@host/folder"})
    usual = 993 if parts.scheme == "imaps" else 143
    return ImapServer(
        parts.hostname,
        port or usual,
        unquote(parts.username),
        unquote(parts.password or ""),
        unquote(parts.path.lstrip("/")) or "INBOX",
        parts.scheme == "imaps",
    )


class ImapMailbox:
    """The `Mailbox` port. Seen is what we have taken: mail that somebody read there before us is left alone."""

    def __init__(self, url: str) -> None:
        self._server = read_imap_url(url)

    def open(self) -> AbstractAsyncContextManager[OpenMailbox]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[OpenMailbox]:
        client = await _run(lambda: _connect(self._server))
        try:
            yield _Opened(client)
        finally:
            await asyncio.to_thread(_leave, client)


class _Opened:
    def __init__(self, client: imaplib.IMAP4) -> None:
        self._client = client

    async def list_unseen(self) -> list[int]:
        found = await _run(lambda: self._uid("SEARCH", "UNSEEN"))
        words = b" ".join(one for one in found if isinstance(one, bytes)).split()
        return sorted(int(word) for word in words if word.isdigit())

    async def fetch(self, uid: int, *, most_bytes: int) -> LyingMail | None:
        wanted = f"(RFC822.SIZE BODY.PEEK[]<0.{most_bytes}>)"
        return _lying(uid, await _run(lambda: self._uid("FETCH", str(uid), wanted)))

    async def mark_seen(self, uid: int) -> None:
        await _run(lambda: self._uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))

    def _uid(self, command: str, *args: str) -> list[Any]:
        return _checked(self._client.uid(command, *args))


def _connect(server: ImapServer) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if server.use_tls:
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=TIMEOUT)
    else:
        client = imaplib.IMAP4(server.host, server.port, timeout=TIMEOUT)
        if "STARTTLS" in client.capabilities:
            client.starttls(context)
    try:
        client.login(server.username, server.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as refused:
        _leave(client)
        raise Unavailable("The mailbox's server refuses our name or password.") from refused
    _checked(client.select(_quoted(server.folder)))
    return client


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    state, data = answer
    if state != "OK":
        raise Unavailable(f"The mailbox's server says {state}: {data!r:.200}")
    return data


def _lying(uid: int, data: list[Any]) -> LyingMail | None:
    """The server answers with pairs of (what this is, the bytes), and what it has to say besides."""
    pairs = [one for one in data if isinstance(one, tuple) and len(one) == 2]
    if not pairs:
        return None
    content = bytes(pairs[0][1])
    said = b" ".join(one[0] if isinstance(one, tuple) else one for one in data if one)
    size = _SIZE.search(said)
    return LyingMail(uid, max(int(size[1]) if size else 0, len(content)), content)


def _leave(client: imaplib.IMAP4) -> None:
    """A connection that is broken already needs no good-bye."""
    try:
        client.logout()
    except (imaplib.IMAP4.error, OSError):
        client.shutdown()


async def _run(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        raise Unavailable(f"The mailbox cannot be reached: {error or type(error).__name__}") from error
