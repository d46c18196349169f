"""One function a figure, each through the doors that people and programs use."""

import asyncio
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import numpy as np

from kb.adapters.arq_queue import ArqQueue, redis_from
from kb.adapters.embedded_services import start_redis
from kb.clusters.embedding import ensure_model, ensure_vectors, vector_text
from kb.core import outbox
from kb.core.actor import ANONYMOUS
from kb.core.database import execute, execute_many, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.demo.loading import load_demo
from kb.demo.telling_people import DEMO_WRITE_KEY
from kb.forum.asking import NewTopic, ask_topic
from kb.ports.embedder import Embedder
from kb.search.suggesting import suggest
from server.templating import FRONTEND
from tests.bench.figures import Figure, percentile
from tests.support.factories import make_person
from tests.support.mail_server import free_port
from tests.support.services import models_folder

TYPED = (
    "send invoice does nothing", "password reset mail", "bank transactions twice", "import csv columns", "vat report",
    "cannot log in on safari", "recurring invoice wrong month", "cancel my plan", "payment declined", "export a year",
)  # fmt: skip


class NoMeaning:
    """A model that is not there: suggestions by words alone."""

    fingerprint = "none"
    dimensions = 384

    async def embed(self, texts: object) -> object:
        raise OSError("no model")


def front_end_weight() -> Figure:
    manifest = json.loads((FRONTEND / "dist" / "manifest.json").read_text())
    packed = (
        len(gzip.compress((FRONTEND / "dist" / manifest[n]).read_bytes(), 6)) for n in ("app.css", "app.js", "theme.js")
    )
    return Figure("first page, style and script", sum(packed) / 1000, "kB", 60, note="the page's HTML comes to it")


def widget_weight() -> Figure:
    return Figure("help widget", len(gzip.compress((FRONTEND / "dist" / "widget.js").read_bytes(), 6)) / 1000, "kB", 20)


async def embedding(embedder: Embedder) -> Figure:
    texts = [f"{text}, case {number}" for number in range(40) for text in TYPED]
    await embedder.embed(texts[:8])
    began = time.perf_counter()
    await embedder.embed(texts)
    return Figure("embedding", len(texts) / (time.perf_counter() - began), "texts/s", note=f"{len(texts)} short texts")


async def plant(embedder: Embedder, wanted: int) -> None:
    """The demo's questions with their vectors, and around each as many like it as are wanted in all."""
    await load_demo()
    outbox.set_publisher(None)
    from jobs.handlers.clusters import extract_from_topics  # noqa: PLC0415 - the same function the worker calls

    topics = [row["id"] for row in await fetch_all("select id from topic")]
    known = await extract_from_topics(topics)
    await ensure_vectors(known, embedder)
    model = await ensure_model(embedder)
    rows = await fetch_all(
        "select q.title, q.text, t.space_id, t.author_id, v.vector::text as vector from question q join topic t on t.id = q.parent_id"
        " join question_vector v on v.question_id = q.id where q.visibility = 'public'"
    )
    random = np.random.default_rng(7)
    new_topics, questions, vectors = [], [], []
    for number in range(max(0, wanted - len(known))):
        row = rows[number % len(rows)]
        topic, question, title = new_id(), new_id(), f"{row['title'][:110]}, case {number}"
        near = np.array(json.loads(row["vector"]), dtype=np.float32) + 0.02 * random.normal(size=embedder.dimensions)
        new_topics.append((topic, row["space_id"], row["author_id"], title))
        questions.append((question, topic, row["author_id"], title, row["text"][:2000], f"b{number}".encode()))
        unit = (near / np.linalg.norm(near)).astype(np.float32)
        vectors.append((question, model, f"b{number}".encode(), embedder.dimensions, vector_text(unit)))
    await execute_many(
        "insert into topic (id, space_id, author_id, title, slug, excerpt, last_posted_at, last_poster_id, created_at)"
        " values ($1, $2, $3, $4, 'case', '', now(), $3, now())",
        new_topics,
    )
    await execute_many(
        "insert into question (id, source_kind, source_id, parent_id, person_id, title, text, text_hash, visibility, asked_at,"
        " considered_at, created_at) values ($1, 'topic', $2, $2, $3, $4, $5, $6, 'public', now(), now(), now())",
        questions,
    )
    await execute_many(
        "insert into question_vector (question_id, model_id, text_hash, dimensions, vector) values ($1, $2, $3, $4, $5::text::vector)",
        vectors,
    )
    await execute("analyze")


async def suggestions(embedder: Embedder, questions: int) -> list[Figure]:
    figures = []
    for name, model, budget in (("with meaning", embedder, 100), ("words alone", NoMeaning(), 30)):
        seconds = []
        for number in range(120):
            text = f"{TYPED[number % len(TYPED)]} {number}"
            began = time.perf_counter()
            await suggest(ANONYMOUS, text, embedder=model)  # type: ignore[arg-type]
            seconds.append(time.perf_counter() - began)
        note = f"{questions:,} questions; the budget is for 100,000"
        half, most = percentile(seconds[20:], 0.5) * 1000, percentile(seconds[20:], 0.95) * 1000
        figures.append(Figure(f"suggestions {name}, p50", half, "ms", note=note))
        figures.append(Figure(f"suggestions {name}, p95", most, "ms", budget, note=note))
    return figures


@asynccontextmanager
async def running_service(url: str, *, worker: bool = True, until_quiet: bool = True) -> AsyncIterator[str]:
    """A web process, a worker process and a Redis, as `answerloop up` starts them; without `worker` nothing else takes a core.

    With `until_quiet` what waits is worked off first.
    """
    with TemporaryDirectory() as folder:
        redis, port = start_redis(Path(folder) / "redis"), free_port()
        models_folder().mkdir(parents=True, exist_ok=True)
        (Path(folder) / "models").symlink_to(models_folder())
        environment = {
            **os.environ, "DATABASE_URL": url, "REDIS_URL": redis.url, "DATA_DIR": folder, "PORT": str(port),
            "LOG_LEVEL": "error", "SECRET_KEY": "only-for-the-bench", "EMBED_RUNTIME": "onnx",
        }  # fmt: skip
        commands = [["-m", "server.commands.main", "serve"], *([["-m", "jobs"]] if worker else [])]
        children = [subprocess.Popen([sys.executable, *command], env=environment) for command in commands]
        outbox.set_publisher(ArqQueue(redis_from(redis.url)).offer)
        base = f"http://127.0.0.1:{port}"
        try:
            await _until_ready(base)
            if until_quiet:
                await _until_quiet()
            yield base
        finally:
            outbox.set_publisher(None)
            for child in children:
                child.terminate()
            for child in children:
                _wait_for_end(child)
            redis.process.terminate()
            redis.process.wait(10)


def _wait_for_end(child: "subprocess.Popen[bytes]") -> None:
    """A worker in the middle of a refresh ends when that is done: too late for a figure that has been taken."""
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(10)


async def _until_ready(base: str) -> None:
    async with httpx.AsyncClient(base_url=base) as client, asyncio.timeout(60):
        while True:
            try:
                await client.get("/healthz")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.2)


async def _until_quiet() -> None:
    """The demo's own messages are work of its first minute, not of what is measured."""
    async with asyncio.timeout(300):
        while await outbox.count_waiting():
            await asyncio.sleep(0.5)


async def topic_page(base: str) -> Figure:
    """Eight readers at once, each on a connection kept open, as a proxy would hold them."""
    number, slug = (await fetch_all("select number, slug from topic where source = 'demo' order by number limit 1"))[0]
    rates = []
    for _ in range(6):
        began = time.perf_counter()
        await asyncio.gather(*(_read_page(base, f"/t/{number}/{slug}", times=50) for _ in range(8)))
        rates.append(8 * 50 / (time.perf_counter() - began))
    note = "median of 5 rounds after one to warm up; the client shares the two cores"
    return Figure("topic page, nobody signed in", median(rates[1:]), "requests/s", 450, at_most=False, note=note)


async def _read_page(base: str, path: str, *, times: int) -> None:
    """Ask for the page again and again. Plain sockets: a client library takes more of the machine than the page does."""
    address = httpx.URL(base)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    asking = f"GET {path} HTTP/1.1\r\nHost: {address.host}\r\nAccept: text/html\r\n\r\n".encode()
    for _ in range(times):
        writer.write(asking)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200 "):
            raise RuntimeError("the topic page did not answer 200")
        length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length: "))
        await reader.readexactly(int(length.split(b" ")[1]))
    writer.close()


async def ingest(base: str) -> Figure:
    def batch(number: int) -> bytes:
        events = [
            {"event": "$pageview", "uuid": str(new_id()), "properties": {"distinct_id": f"d{n % 50}", "$current_url": "http://x.test/a"}}
            for n in range(500)
        ]  # fmt: skip
        return json.dumps({"api_key": DEMO_WRITE_KEY, "batch": events}).encode()

    batches = [batch(number) for number in range(20)]
    before = await fetch_value("select count(*) from event")
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        began = time.perf_counter()
        for start in range(0, len(batches), 4):
            await asyncio.gather(*(client.post("/batch/", content=body) for body in batches[start : start + 4]))
        seconds = time.perf_counter() - began
    stored = await fetch_value("select count(*) from event") - before
    return Figure(
        "ingest, stored and acknowledged", stored / seconds, "events/s", 5000, at_most=False, note=f"{stored:,} events"
    )


async def asked_to_clustered() -> Figure:
    """From the write to the decision where the question belongs, through Redis and a worker with the real model."""
    seconds = []
    for number in range(21):
        asker = await make_person(Role.AGENT)
        began = time.perf_counter()
        asked = await ask_topic(
            asker, NewTopic("invoices", f"{TYPED[number % len(TYPED)]}, asked anew {number}", "It stops.")
        )
        async with asyncio.timeout(30):
            while not await fetch_value(
                "select considered_at is not null from question where parent_id = $1", asked.id
            ):
                await asyncio.sleep(0.01)
        seconds.append(time.perf_counter() - began)
    return Figure(
        "asked to clustered, p95", percentile(seconds[1:], 0.95), "s", 2, note=f"p50 {median(seconds[1:]):.2f} s"
    )
