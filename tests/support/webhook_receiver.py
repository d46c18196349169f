"""A program that is told by webhooks: real HTTP on a free port; signatures are checked by the specification's formula, not by our code."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from kb.ports.postman import Receipt


@dataclass(frozen=True)
class Told:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The webhook-id."""
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        """Which kind of event."""
        kind: str = json.loads(self.body)["type"]
        return kind

    @property
    def data(self) -> dict[str, Any]:
        """What is said."""
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data

    def is_signed_with(self, secret: str) -> bool:
        """HMAC-SHA256 of `id.timestamp.body` under the decoded secret, base64, among the signatures given."""
        signed = b".".join([self.id.encode(), self.headers["webhook-timestamp"].encode(), self.body])
        key = base64.b64decode(secret.split("_", 1)[1])
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return wanted in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """Answers `statuses` one after the other, the last one for ever. `before_answering` runs with each request."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    answer_headers: str = ""
    answer_body: str = ""
    told: list[Told] = field(default_factory=list)
    before_answering: Callable[[], None] | None = None

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.told.append(Told(head.split(" ")[1], headers, body))
        if self.before_answering:
            self.before_answering()
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        text = self.answer_body.encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\nConnection: close\r\n{self.answer_headers}\r\n".encode()
        )
        writer.write(text)
        await writer.drain()
        writer.close()

    @property
    def types(self) -> list[str]:
        """The kinds of what it was told, in order."""
        return [told.type for told in self.told]


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """Runs until the block ends."""
    running = Receiver()
    server = await asyncio.start_server(running.take, "127.0.0.1", 0)
    running.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    async with server:
        yield running


class CollectingPostman:
    """A `Postman` that takes everything and keeps what each address was told, for worlds made at random."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = {}

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Keep it."""
        self.told.setdefault(url, []).append(body.decode().lower())
        return Receipt(204, "")
