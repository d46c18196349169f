"""Bare links to listed hosts become cards: noted when a post is written, fetched by a job, shown in the post's HTML.

The post's text stays as typed; without its cards it reads the same. A page that does not answer is remembered and asked again later.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, execute_many, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, Unavailable
from kb.core.unit_of_work import unit_of_work
from kb.ports.page_reader import PageReader
from kb.text.link_cards import find_bare_links, put_cards

PAGES_A_RUN = 20
"""Ten seconds each at most, one after the other: a run ends within four minutes even where nobody answers."""

SHOWN_A_RUN = 200
FIRST_WAIT = timedelta(minutes=10)
MAX_ATTEMPTS = 5
"""With six times the wait after each: after 10 minutes, an hour, 6 hours, a day and a half; then the link stays a link."""


async def note_topic_links(topic_id: UUID, hosts: Collection[str]) -> None:
    """Of a topic's first post."""
    post_id = await fetch_value("select id from post where topic_id = $1 and position = 1", topic_id)
    if post_id:
        await note_links(post_id, hosts)


async def note_links(post_id: UUID, hosts: Collection[str]) -> None:
    """What of a post's text now may become cards, in the place of what was noted before; known cards are shown at once."""
    row = await fetch_one("select body_html from post where id = $1", post_id)
    urls = find_bare_links(row["body_html"], hosts) if row else []
    async with unit_of_work(SYSTEM) as unit:
        await execute("delete from link_card_use where post_id = $1", post_id)
        await execute(
            "insert into link_card (url, due_at, created_at) select u, $2, $2 from unnest($1::text[]) u on conflict do nothing",
            urls,
            unit.now,
        )
        await execute_many(
            "insert into link_card_use (post_id, url) select $1, $2 where exists (select 1 from post where id = $1)"
            " on conflict do nothing",
            [(post_id, url) for url in urls],
        )
    if urls:
        await show_cards()


async def fetch_cards(pages: PageReader, most: int = PAGES_A_RUN) -> int:
    """Ask for what is due and show what was found; returns how many pages answered. Two workers never ask for the same page."""
    found = 0
    for _ in range(most):
        url = await _take_due()
        if url is None:
            break
        found += await _fetch(pages, url)
    await show_cards()
    return found


async def _take_due() -> str | None:
    """Its next turn is set before it is asked, so that a worker that dies costs one turn."""
    async with unit_of_work(SYSTEM) as unit:
        row = await fetch_one(
            "select url, attempts from link_card where due_at <= $1 order by due_at limit 1 for update skip locked",
            unit.now,
        )
        if row is None:
            return None
        again = unit.now + FIRST_WAIT * 6 ** row["attempts"] if row["attempts"] + 1 < MAX_ATTEMPTS else None
        await execute("update link_card set attempts = attempts + 1, due_at = $2 where url = $1", row["url"], again)
    return str(row["url"])


async def _fetch(pages: PageReader, url: str) -> int:
    try:
        facts = await pages.read(url)
    except (Invalid, Unavailable) as error:
        await execute("update link_card set error = $2 where url = $1", url, error.message[:200])
        return 0
    return await execute(
        "update link_card set title = $2, description = $3, site = $4, error = '', due_at = null, fetched_at = $5 where url = $1",
        url,
        facts.title,
        facts.description,
        facts.site,
        now(),
    )


async def show_cards(most: int = SHOWN_A_RUN) -> int:
    """Put known cards into posts that lack them, also after a post was rendered again; returns how many posts changed."""
    rows = await fetch_all(
        "select p.id, p.body_html, p.renderer, array_agg(c.url) as urls, array_agg(c.title) as titles,"
        "   array_agg(c.description) as descriptions, array_agg(c.site) as sites"
        " from link_card_use u join link_card c on c.url = u.url and c.title is not null join post p on p.id = u.post_id"
        " where u.shown <> p.renderer group by p.id limit $1",
        most,
    )
    for row in rows:
        facts = zip(row["titles"], row["descriptions"], row["sites"], strict=True)
        html = put_cards(row["body_html"], dict(zip(row["urls"], facts, strict=True)))
        async with unit_of_work(SYSTEM):
            changed = await execute(
                "update post set body_html = $3 where id = $1 and body_html = $2", row["id"], row["body_html"], html
            )
            if changed:
                await execute(
                    "update link_card_use set shown = $2 where post_id = $1 and url = any($3::text[])",
                    row["id"],
                    row["renderer"],
                    row["urls"],
                )
    return len(rows)
