"""Polls: asked within a post, one vote a person, changed or taken back until it closes. Nobody is told who chose what."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, execute_many, fetch_all, fetch_one
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import access_post
from kb.text.polls import PollText

NO_POLL = say("There is no such poll, or it is not yours to read.")


async def insert_poll(post_id: UUID, poll: PollText, *, at: datetime) -> None:
    """Part of the unit that writes the post. `Invalid` for what is no poll, with the reason on the field `body`."""
    problem = poll.problem or (
        say("The poll closes before it begins.") if poll.closes_at and poll.closes_at <= at else ""
    )
    if problem:
        raise Invalid(say("The poll needs another look."), {"body": problem})
    poll_id = new_id()
    await execute(
        "insert into poll (id, post_id, question, is_multiple, hides_results, closes_at, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        poll_id,
        post_id,
        poll.question,
        poll.is_multiple,
        poll.hides_results,
        poll.closes_at,
        at,
    )
    rows = [(new_id(), poll_id, position, text) for position, text in enumerate(poll.options, start=1)]
    await execute_many("insert into poll_option (id, poll_id, position, text) values ($1, $2, $3, $4)", rows)


async def change_poll(post_id: UUID, poll: PollText | None, *, at: datetime) -> None:
    """Part of the unit that edits the post, whose row is locked: once somebody voted, only the closing may change."""
    row = await fetch_one(
        "select p.id, p.question, p.is_multiple, p.hides_results, p.closes_at, p.voter_count,"
        " array(select text from poll_option o where o.poll_id = p.id order by o.position) as options"
        " from poll p where p.post_id = $1 for update",
        post_id,
    )
    if row is None:
        if poll:
            await insert_poll(post_id, poll, at=at)
        return
    before = (row["question"], tuple(row["options"]), row["is_multiple"], row["hides_results"])
    if poll and not poll.problem and before == (poll.question, poll.options, poll.is_multiple, poll.hides_results):
        await execute("update poll set closes_at = $2 where id = $1", row["id"], poll.closes_at)
        return
    if row["voter_count"]:
        raise Invalid(
            say("People have voted already."),
            {"body": say("People have voted, so the poll stays as it is. Only when it closes may change.")},
        )
    await execute("delete from poll where id = $1", row["id"])
    if poll:
        await insert_poll(post_id, poll, at=at)


async def vote_in_poll(actor: Actor, poll_id: UUID, option_ids: Sequence[UUID]) -> UUID:
    """Choose these options and no others; none takes the vote back. Returns the post's id.

    `Conflict` once it is closed; `Invalid` for an option of another poll, or several where one may be chosen.
    """
    actor.require(Permission.POST_VOTE)
    chosen = set(option_ids)
    async with unit_of_work(actor) as unit:
        post_id, is_multiple = await _lock(actor, poll_id, at=unit.now)
        known = {row["id"] for row in await fetch_all("select id from poll_option where poll_id = $1", poll_id)}
        if not chosen <= known:
            raise Invalid(say("Choose one of the options."), {"option": say("This option is not part of the poll.")})
        if len(chosen) > 1 and not is_multiple:
            raise Invalid(say("Choose one option."), {"option": say("Only one can be chosen.")})
        await _record(unit, poll_id, chosen)
        unit.audit("poll.vote", "poll", poll_id, post_id=post_id)
    return post_id


async def _lock(actor: Actor, poll_id: UUID, *, at: datetime) -> tuple[UUID, bool]:
    """Post before poll, as everywhere; whoever may not read the post finds no poll."""
    found = await fetch_one("select post_id from poll where id = $1", poll_id)
    if found is None:
        raise NotFound(NO_POLL)
    await access_post(actor, found["post_id"])
    row = await fetch_one("select is_multiple, closes_at from poll where id = $1 for update", poll_id)
    if row is None:
        raise NotFound(NO_POLL)
    if row["closes_at"] and row["closes_at"] <= at:
        raise Conflict(say("This poll is closed."))
    return found["post_id"], row["is_multiple"]


async def _record(unit: UnitOfWork, poll_id: UUID, chosen: set[UUID]) -> None:
    """The poll's row is locked, so that the counts are exact."""
    person_id = unit.actor.person_id
    rows = await fetch_all("select option_id from poll_vote where poll_id = $1 and person_id = $2", poll_id, person_id)
    before = {row["option_id"] for row in rows}
    gone, new = list(before - chosen), list(chosen - before)
    await execute("delete from poll_vote where person_id = $1 and option_id = any($2::uuid[])", person_id, gone)
    await execute_many(
        "insert into poll_vote (option_id, person_id, poll_id, created_at) values ($1, $2, $3, $4)",
        [(option_id, person_id, poll_id, unit.now) for option_id in new],
    )
    await execute("update poll_option set vote_count = vote_count - 1 where id = any($1::uuid[])", gone)
    await execute("update poll_option set vote_count = vote_count + 1 where id = any($1::uuid[])", new)
    change = bool(chosen) - bool(before)
    await execute("update poll set voter_count = voter_count + $2 where id = $1", poll_id, change)


async def find_poll_post(actor: Actor, poll_id: UUID) -> UUID:
    """The post that asks. `NotFound` where the actor may not read it."""
    found = await fetch_one("select post_id from poll where id = $1", poll_id)
    if found is None:
        raise NotFound(NO_POLL)
    post, _ = await access_post(actor, found["post_id"])
    return post.id
