"""The help widget in a real browser: a problem it knows the answer to, and customers' sites to stand in."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Litestar, MediaType, Request, Response, get, post

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.answers.collecting import collect_answer_of_post
from kb.clusters.joining import join_questions
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.ids import new_id
from kb.demo.telling_people import DEMO_WRITE_KEY
from kb.people.products import find_app_by_write_key
from tests.support.answers_factories import make_cluster, make_solved_topic
from tests.support.served import serve_app

ANSWER = "Discounted invoices are not sent"


async def make_known_trouble(write_key: str = DEMO_WRITE_KEY, route: str = "/invoices/new") -> UUID:
    """A place where people got stuck, its cluster, and the public answer that got them out; returns the answer."""
    product = await find_app_by_write_key(write_key)
    assert product is not None
    cluster_id = await make_cluster("send invoice does nothing with a discount")
    _, post_id = await make_solved_topic(
        title=ANSWER, answer="Press **Save as draft**, then send it from the list.", cluster_id=cluster_id
    )
    await execute("update post set accepted_at = now() where id = $1", post_id)
    await collect_answer_of_post(post_id)
    place = new_id()
    await execute(
        "insert into friction_point (id, app_id, kind, route, element, label, first_at, last_at)"
        " values ($1, $2, 'rage_click', $3, 'button#send-invoice', 'Rage clicks on “Send invoice”', $4, $4)",
        place,
        product.id,
        route,
        now(),
    )
    await execute(
        "insert into friction_cluster (friction_point_id, cluster_id, weight, reason, created_at) values ($1, $2, 0.8, 'tests', $3)",
        place,
        cluster_id,
        now(),
    )
    answer_id: UUID = await fetch_value("select id from answer where source_id = $1", post_id)
    return answer_id


async def say_in_words(text: str) -> None:
    """The one question says this, and stands where extraction and clustering leave it."""
    question_id = await fetch_value("update question set title = $1, text = $1 returning id", text)
    await join_questions([question_id], HashingEmbedder())


async def stored(table: str, count: int, *, where: str = "true") -> None:
    """Wait until the table holds so many rows; says how many it held when it never came to that."""
    held = -1
    for _ in range(150):
        held = await fetch_value(f'select count(*) from "{table}" where {where}')
        if held == count:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{table} where {where}: {held}, not {count}")


@dataclass(slots=True)
class Site:
    """A customer's site. `reports` are the breaches of its rules that browsers told it of."""

    address: str = ""
    reports: list[Any] = field(default_factory=list)


@contextlib.asynccontextmanager
async def strict_site(
    base: str, *, body: str = "<main><h1>Hello</h1></main>", attributes: str = "", html: str = "lang=en"
) -> AsyncIterator[Site]:
    """A site of another origin that allows as little as it can: no style but its own sheet's, no HTML from strings, only our script
    and our address, and it hears of every breach."""
    site = Site()
    rules = (
        f"default-src 'none'; script-src {base}; connect-src {base}; style-src 'self'; form-action 'none'; base-uri 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'; report-uri /breach"
    )
    script = f'<script src="{base}/widget.js" data-key="wk_test" {attributes} defer></script>'

    @get("/{path:path}", media_type=MediaType.HTML)
    async def page(path: str) -> Response[str]:
        head = (
            "<title>Shop</title><meta name=viewport content='width=device-width'><link rel=stylesheet href=/site.css>"
        )
        whole = f"<!doctype html><html {html}>{head}{body}{script}"
        return Response(whole, headers={"Content-Security-Policy": rules})

    @get("/site.css", media_type="text/css")
    async def sheet() -> str:
        return ":root { --answerloop-accent: rgb(120, 20, 90); --answerloop-radius: 4px; --answerloop-side: 40px; --answerloop-z: 7; }"

    @post("/breach", status_code=204)
    async def breach(request: Request[Any, Any, Any]) -> None:
        site.reports.append(await request.body())

    async with serve_app(Litestar([page, sheet, breach], openapi_config=None)) as site.address:
        yield site
