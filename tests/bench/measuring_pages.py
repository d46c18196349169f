"""The forum's pages over a large forum: how many a second one core serves, how slow the slowest are, in how many statements."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

import httpx

from kb.core.cursors import Cursor, write_cursor
from kb.core.database import fetch_all, fetch_one
from kb.people.sessions import open_session
from server.security.identifying import SESSION_COOKIE
from tests.bench.figures import Figure, percentile

READERS = 8
ROUNDS = 6
PER_READER = 40
ANONYMOUS_BUDGET, SIGNED_IN_BUDGET, SLOWEST_BUDGET = 450, 150, 25
"""Requests a second on one core, and milliseconds at p95: DESIGN section 7 and five times NodeBB 4.15."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: the cookie lines of their browsers, one "" of nobody signed in."""

    name: str
    cookies: tuple[str, ...] = ("",)


async def sign_in_people() -> Reader:
    """Sessions of as many planted people as read at once: what one of them was shown must not be all the others are."""
    people = await fetch_all(
        "select id from person where username = any($1::text[])", [f"reader{n}" for n in range(1, READERS + 1)]
    )
    tokens = [await open_session(row["id"], user_agent="bench") for row in people]
    return Reader("signed in", tuple(f"{SESSION_COOKIE}={token}" for token in tokens))


async def pages_of_a_large_forum(base: str, size: str) -> list[Figure]:
    """Each page asked for as often as its core allows, then one after the other."""
    anonymous, signed_in = Reader("anonymous"), await sign_in_people()
    one = await _topic_of_twenty()
    many = await _topics_at_random(400)
    figures = [
        await _rate(base, anonymous, [one], "topic page of 20 posts", ANONYMOUS_BUDGET, f"the same page again, {size}"),
        await _rate(base, anonymous, many, "topic pages all different", None, f"none in the store, {size}"),
        await _rate(base, anonymous, ["/"], "home", None, size),
        await _rate(base, signed_in, [one], "topic page of 20 posts", SIGNED_IN_BUDGET, size),
        await _rate(base, signed_in, ["/"], "home", None, size),
    ]
    for name, paths in (await _kinds_of_page(one, many)).items():
        for reader in (anonymous, signed_in):
            figures.append(await slowest(base, reader, name, paths, size))
    return figures


async def _topic_of_twenty() -> str:
    row = await fetch_one(
        "select number, slug from topic where source = 'bench' and post_count >= 20 order by number limit 1"
    )
    if row is None:
        raise RuntimeError("no planted topic has twenty posts")
    return f"/t/{row['number']}/{row['slug']}"


async def _topics_at_random(count: int) -> list[str]:
    rows = await fetch_all(
        "select number, slug from topic where source = 'bench' and post_count > 1 order by md5(number::text) limit $1",
        count,
    )
    return [f"/t/{row['number']}/{row['slug']}" for row in rows]


async def _kinds_of_page(one: str, many: Sequence[str]) -> dict[str, list[str]]:
    """Addresses that differ where a page of the store would else answer."""
    words = (
        "invoice",
        "password reset",
        "bank import",
        "csv columns",
        "vat report",
        "cancel plan",
        "declined",
        "export",
    )
    return {
        "topic": list(many[:100]),
        "later page of a topic": [f"{one}?after={after}" for after in range(2, 12)],
        "home": [f"/?only={only}" for only in ("", "solved", "unsolved")],
        "deep in the list": await _deep_pages(),
        "space": [f"/s/bench-{number}" for number in range(40)],
        "space, unsolved": [f"/s/bench-{number}?only=unsolved" for number in range(40)],
        "tag": [f"/tags/bench-tag-{number}" for number in range(60)],
        "search": [f"/search?q={word.replace(' ', '+')}+{number}" for number in range(8) for word in words],
    }


async def _deep_pages() -> list[str]:
    rows = await fetch_all(
        "select id, last_posted_at from topic where source = 'bench' order by md5(number::text) limit 40"
    )
    return [f"/?cursor={write_cursor(Cursor(row['last_posted_at'], row['id']))}" for row in rows]


async def _rate(base: str, reader: Reader, paths: Sequence[str], name: str, budget: float | None, note: str) -> Figure:
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await asyncio.gather(*(_ask_in_turn(base, reader, paths, start) for start in range(READERS)))
        rates.append(READERS * PER_READER / (time.perf_counter() - began))
    told = f"{note}; median of {ROUNDS - 1} rounds; the client runs beside it"
    return Figure(f"{name}, {reader.name}", median(rates[1:]), "requests/s", budget, at_most=False, note=told)


async def _ask_in_turn(base: str, reader: Reader, paths: Sequence[str], start: int) -> None:
    async with _asking(base, reader.cookies[start % len(reader.cookies)]) as ask:
        for number in range(PER_READER):
            await ask(paths[(start * PER_READER + number) % len(paths)])


async def slowest(
    base: str, reader: Reader, name: str, paths: Sequence[str], size: str, budget: float = SLOWEST_BUDGET
) -> Figure:
    """Milliseconds at p95 of a hundred and more pages, one after the other, the first few not counted."""
    seconds = []
    async with _asking(base, reader.cookies[0]) as ask:
        for path in paths[:5]:
            await ask(path)
        for number in range(max(100, len(paths))):
            began = time.perf_counter()
            await ask(f"{paths[number % len(paths)]}")
            seconds.append(time.perf_counter() - began)
    note = f"p50 {percentile(seconds, 0.5) * 1000:.1f} ms, {size}"
    return Figure(f"{name}, {reader.name}, p95", percentile(seconds, 0.95) * 1000, "ms", budget, note=note)


@asynccontextmanager
async def _asking(base: str, cookies: str) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """A function that asks for a path on one connection kept open. Plain sockets: a client library takes more than the page."""
    address = httpx.URL(base)
    incoming, outgoing = await asyncio.open_connection(address.host, address.port, limit=2**20)
    cookie = f"Cookie: {cookies}\r\n" if cookies else ""

    async def ask(path: str) -> None:
        outgoing.write(f"GET {path} HTTP/1.1\r\nHost: {address.host}\r\nAccept: text/html\r\n{cookie}\r\n".encode())
        head = (await incoming.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200 "):
            raise RuntimeError(f"{path} answered {head[:30]!r}")
        length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length: "))
        await incoming.readexactly(int(length.split(b" ")[1]))

    try:
        yield ask
    finally:
        outgoing.close()
