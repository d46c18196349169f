"""A language model behind an OpenAI-compatible server on a real port; it says what a test tells it to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

KEY = "k3y"


@dataclass
class PretendModel:
    """Answers `say(prompt)`. `status` and `raw` answer otherwise; `hangs` never answers at all."""

    url: str = ""
    say: Callable[[str], str] = lambda prompt: "Password reset mail"
    status: int = 200
    raw: bytes | None = None
    hangs: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def prompts(self) -> list[str]:
        """What it was sent, in order."""
        return [str(asked["messages"][0]["content"]) for asked in self.asked]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of one connection, read to its end."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)}
            asked = json.loads(await reader.readexactly(int(headers.get("content-length", 0))))
            self.paths.append(head.split(" ", 2)[1])
            self.asked.append(asked)
            if self.hangs:
                await reader.read()
                return
            status = self.status if headers.get("authorization") == f"Bearer {KEY}" else 401
            writer.write(self._write(status, asked))
            await writer.drain()
        finally:
            writer.close()

    def _write(self, status: int, asked: dict[str, Any]) -> bytes:
        body = self.raw
        if body is None:
            said = self.say(str(asked["messages"][0]["content"]))
            body = json.dumps({"choices": [{"message": {"role": "assistant", "content": said}}]}).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        return f"{head}Location: http://127.0.0.1:1/elsewhere\r\n\r\n".encode() + body


@asynccontextmanager
async def pretend_model() -> AsyncIterator[PretendModel]:
    """Runs until the block ends, on a free port."""
    model = PretendModel()
    server = await asyncio.start_server(model.answer, "127.0.0.1", 0)
    model.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield model
    finally:
        server.close()
