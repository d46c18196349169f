"""Posts whose HTML an older renderer made are rendered again, a few at a time, and their language told."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid
from kb.core.unit_of_work import unit_of_work
from kb.forum.bodies import render_body
from kb.text.markdown import RENDERER_VERSION

BATCH = 100
"""Posts read at once, about a second of rendering."""

MAX_A_RUN = 2_000
"""Posts of one run, some twenty seconds; a million posts take two days and disturb nobody."""

_OUTDATED = (
    "(select id, body_source from post where renderer < $1 order by renderer limit $2)"
    " union all (select id, body_source from post where renderer > $1 order by renderer limit $2) limit $2"
)
"""Two ranges of the index on `renderer`, so that a sweep that finds nothing costs nothing."""


async def rerender_posts(most: int = MAX_A_RUN) -> int:
    """Returns how many posts were brought up to date. A post edited meanwhile keeps the newer text."""
    done = 0
    while done < most:
        rows = await fetch_all(_OUTDATED, RENDERER_VERSION, min(BATCH, most - done))
        if not rows:
            break
        for row in rows:
            await rerender_post(row["id"], row["body_source"])
        done += len(rows)
    return done


async def rerender_post(post_id: UUID, source: str) -> None:
    """One post, as long as its text is still this one."""
    has_poll = await fetch_value("select exists (select 1 from poll where post_id = $1)", post_id)
    try:
        # An imported text that looks like a poll has none to show in its place, so it stays as typed.
        body = await render_body(source, polls=has_poll)
        html, language = body.html, body.language
    except Invalid:  # longer than is possible today: it stays as it was made, and is not tried for ever
        html, language = None, ""
    async with unit_of_work(SYSTEM):
        await execute(
            "update post set body_html = coalesce($3, body_html), renderer = $4, language = $5 where id = $1 and body_source = $2",
            post_id,
            source,
            html,
            RENDERER_VERSION,
            language,
        )
