"""Going back to an earlier version of a post, and hiding versions that should never have been written."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, NotAllowed, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import access_post
from kb.forum.bodies import render_body
from kb.forum.editing import change_text
from kb.forum.rules import may_hide, may_revert

NO_VERSION = "There is no such version, or it is not yours to read."


@dataclass(frozen=True, slots=True)
class _Kept:
    post_id: UUID
    title: str | None
    body: str
    is_newest: bool


async def revert_post(actor: Actor, revision_id: UUID) -> UUID:
    """Make the post say again what it said then; returns the post. It is an edit like any other, and can be reverted too."""
    actor.require(Permission.POST_WRITE)
    kept = await _access_version(actor, revision_id)
    rendered = await render_body(kept.body)
    async with unit_of_work(actor) as unit:
        post, _ = await access_post(actor, kept.post_id)
        if not may_revert(actor, author_id=post.author_id):
            raise NotAllowed(say("Only its author and staff bring an earlier version back."))
        await change_text(unit, post, rendered, title=kept.title, reason="Back to an earlier version")
    return kept.post_id


async def hide_version(actor: Actor, revision_id: UUID) -> UUID:
    """Take an earlier version from everybody's sight but moderators'; returns the post."""
    actor.require(Permission.TOPIC_HIDE)
    async with unit_of_work(actor) as unit:
        kept = await _access_version(actor, revision_id)
        if kept.is_newest:
            raise Conflict(
                say("This is what the post says now: bring an earlier version back first, or hide the post.")
            )
        await execute(
            "update post_revision set hidden_at = coalesce(hidden_at, $2) where id = $1", revision_id, unit.now
        )
        unit.audit("post.version.hide", "post", kept.post_id, revision_id=revision_id)
    return kept.post_id


async def restore_version(actor: Actor, revision_id: UUID) -> UUID:
    """Show it again; returns the post."""
    actor.require(Permission.TOPIC_HIDE)
    async with unit_of_work(actor) as unit:
        kept = await _access_version(actor, revision_id)
        await execute("update post_revision set hidden_at = null where id = $1", revision_id)
        unit.audit("post.version.restore", "post", kept.post_id, revision_id=revision_id)
    return kept.post_id


async def _access_version(actor: Actor, revision_id: UUID) -> _Kept:
    """The version, if the actor may read it and its post. Inside a unit of work the post is locked first."""
    of = await fetch_value("select post_id from post_revision where id = $1", revision_id)
    if of is None:
        raise NotFound(NO_VERSION)
    await access_post(actor, of)
    row = await fetch_one(
        "select r.post_id, r.title, r.body_source as body,"
        " not exists (select 1 from post_revision n where n.post_id = r.post_id and n.number > r.number) as is_newest"
        " from post_revision r where r.id = $1 and (r.hidden_at is null or $2)",
        revision_id,
        may_hide(actor),
    )
    if row is None:
        raise NotFound(NO_VERSION)
    return _Kept(**row)
