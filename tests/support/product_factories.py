"""Clusters that hurt, and a GitHub that answers as GitHub's REST API does."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.signals.episodes import Sufferer, touch_episode
from tests.support.factories import name_cluster


async def make_cluster(label: str = "Send button stuck", *, title: str = "The Send button does nothing") -> UUID:
    """A cluster with one public question that nobody known asked."""
    cluster_id, question_id = new_id(), new_id()
    await execute(
        "insert into cluster (id, label, question_count, created_at) values ($1, $2, 1, $3)", cluster_id, label, now()
    )
    await name_cluster(cluster_id, label)
    await execute(
        "insert into question (id, source_kind, source_id, parent_id, title, text, text_hash, visibility, asked_at, cluster_id, created_at)"
        " values ($1, 'search', $1, $1, $2, $3, '\\x00', 'public', $4, $5, $4)",
        question_id,
        title,
        f"{title}. Write to ada@example.com or call +44 20 7946 0958.",
        now(),
        cluster_id,
    )
    await execute("update cluster set representative_id = $2 where id = $1", cluster_id, question_id)
    return cluster_id


async def hurt(cluster_id: UUID, actor: Actor, *, days_ago: float = 1, reported: bool = False) -> UUID:
    """An episode of this person with this problem."""
    moment: datetime = now() - timedelta(days=days_ago)
    async with unit_of_work(SYSTEM):
        return await touch_episode(Sufferer(actor.person_id), cluster_id=cluster_id, moment=moment, reported=reported)


def signed(payload: dict[str, Any], secret: str) -> tuple[bytes, str]:
    """A webhook body and its X-Hub-Signature-256."""
    body = json.dumps(payload).encode()
    return body, "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def closed_payload(external_id: str, reason: str = "completed", *, action: str = "closed") -> dict[str, Any]:
    """What GitHub sends when an issue is closed."""
    repository, number = external_id.split("#")
    return {
        "action": action,
        "issue": {"number": int(number), "state": "closed", "state_reason": reason, "title": "…"},
        "repository": {"full_name": repository},
    }


@dataclass
class PretendGitHub:
    """Issues of one repository, over real HTTP. `failing` answers that status to everything."""

    url: str = ""
    token: str = "t0ken"
    failing: int = 0
    issues: list[dict[str, Any]] = field(default_factory=list)
    drop_next_answer: bool = False
    after_creating: Callable[[], None] | None = None

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of one connection, read to its end."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        method, path, _ = head.split(" ", 2)
        status, document = self._respond(method, path, headers, body)
        if self.drop_next_answer:
            self.drop_next_answer = False
            writer.close()
            return
        text = json.dumps(document).encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode()
        )
        writer.write(text)
        await writer.drain()
        writer.close()

    def _respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if self.failing:
            return self.failing, {"message": "failing"}
        if headers.get("authorization") != f"Bearer {self.token}":
            return 401, {"message": "Bad credentials"}
        if not path.startswith("/repos/fernbook/app/issues"):
            return 404, {"message": "Not Found"}
        if method == "GET":
            return 200, self.issues
        asked = json.loads(body)
        number = len(self.issues) + 1
        issue = {**asked, "number": number, "state": "open", "html_url": f"{self.url}/fernbook/app/issues/{number}"}
        self.issues.append(issue)
        if self.after_creating:
            self.after_creating()
        return 201, issue


@asynccontextmanager
async def pretend_github() -> AsyncIterator[PretendGitHub]:
    """Runs until the block ends, on a free port."""
    github = PretendGitHub()
    server = await asyncio.start_server(github.answer, "127.0.0.1", 0)
    github.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield github
