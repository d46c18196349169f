"""Posts that were found worth a look: noted with the post, in moderators' hands, released once."""

import json
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.unit_of_work import UnitOfWork
from kb.screening.messages import PostScreened
from kb.screening.rules import Finding, Ruling

HELD_BACK_YET = (
    "exists (select from screened_post sp where sp.post_id = {post} and sp.is_held and sp.released_at is null)"
)
"""Whether the post has never been in anybody's sight but its writer's and moderators'."""

WAS_HELD = (
    "exists (select from screened_post sp where sp.post_id = {post} and sp.is_held"
    " and (sp.released_at is null or sp.released_at >= {at}))"
)
"""Whether that was so until the moment `at`."""


async def note_ruling(unit: UnitOfWork, post_id: UUID, ruling: Ruling, *, is_new: bool = True) -> None:
    """Part of the write that makes the post, or changes it. One held from the beginning is inserted out of sight by the caller, who
    announces nothing; what is found after an edit is looked at again, and was seen before."""
    if not ruling.findings:
        return
    await execute(
        "insert into screened_post as sp (post_id, findings, is_held, screened_at) values ($1, $2::jsonb, $3, $4)"
        " on conflict (post_id) do update set findings = excluded.findings, screened_at = excluded.screened_at, queued_at = null",
        post_id,
        json.dumps([asdict(one) for one in ruling.findings]),
        ruling.is_held and is_new,
        unit.now,
    )
    unit.audit("post.hold" if ruling.is_held else "post.screen", "post", post_id)
    unit.emit(PostScreened(post_id))


async def release_held(unit: UnitOfWork, post_id: UUID) -> bool:
    """Part of the write that brings a post into sight: whether it is the first time, so that all happens as if just posted."""
    return bool(
        await execute(
            "update screened_post set released_at = $2 where post_id = $1 and is_held and released_at is null",
            post_id,
            unit.now,
        )
    )


async def hold_again(post_id: UUID, released_at: datetime) -> None:
    """Part of the write that takes its release back: it was in nobody's sight, and will be released as if for the first time."""
    await execute(
        "update screened_post set released_at = null where post_id = $1 and released_at = $2", post_id, released_at
    )


async def take_findings(unit: UnitOfWork, post_id: UUID) -> list[Finding]:
    """What was found, for the queue; [] where it is there already. Part of the write that puts it there."""
    row = await fetch_one(
        "update screened_post set queued_at = $2 where post_id = $1 and queued_at is null returning findings",
        post_id,
        unit.now,
    )
    return [Finding(**one) for one in json.loads(row["findings"])] if row else []


async def list_unqueued(*, limit: int = 200) -> list[UUID]:
    """Posts whose message was lost before moderators saw them."""
    rows = await fetch_all("select post_id from screened_post where queued_at is null order by post_id limit $1", limit)
    return [row["post_id"] for row in rows]


async def is_held(post_id: UUID) -> bool:
    """Whether a moderator has to look before anybody else sees it."""
    return bool(await fetch_value(f"select {HELD_BACK_YET.format(post='$1')}", post_id))
