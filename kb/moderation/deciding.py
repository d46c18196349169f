"""Deciding what becomes of a post that waits for review, and taking a decision back."""

from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, NotFound, NotSignedIn
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import PostFacts, TopicFacts, access_post
from kb.forum.hiding import bring_into_sight, take_out_of_sight
from kb.forum.rules import clean_body
from kb.moderation.canned import read_canned
from kb.moderation.messages import ReviewDecided, ReviewUndone
from kb.moderation.rules import HIDE, OUTCOMES, check_decision, fill_in
from kb.people.sanctioning import NewSanction, sanction_in, undo_sanction_in
from kb.people.sanctions import SanctionKind
from kb.screening.holding import hold_again

NO_ITEM = say("There is nothing of this kind to review, or it is not yours to read.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator says: the decision, and what the author of a hidden post is told: these words, else a canned reason's, else the
    fact alone. `warns`: hidden, and a warning with the same words, to be acknowledged before its author writes again."""

    decision: str
    told: str = ""
    canned_id: UUID | None = None
    warns: bool = False


async def decide(actor: Actor, item_id: UUID, verdict: Verdict) -> UUID:
    """Decide; returns the decision, which can be undone. An item somebody else has decided meanwhile is a `Conflict`."""
    actor.require(Permission.REVIEW_DECIDE)
    told = clean_body(verdict.told) or await read_canned(verdict.canned_id)
    check_decision(verdict.decision, told, warns=verdict.warns)
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to decide."))
    async with unit_of_work(actor) as unit:
        post, topic = await _access_item(actor, item_id)
        if not await execute(
            "update review_item set decided_at = $2 where id = $1 and decided_at is null", item_id, unit.now
        ):
            raise Conflict(say("Somebody has decided this already."))
        decision_id = await _write_down(unit, item_id, post, replace(verdict, told=told))
        if verdict.decision == HIDE:
            await take_out_of_sight(unit, post, topic)
        else:
            await bring_into_sight(unit, post, topic)
        await execute(
            "update flag set outcome = $2 where item_id = $1 and outcome is null", item_id, OUTCOMES[verdict.decision]
        )
        unit.audit("review.decide", "review_decision", decision_id, decision=verdict.decision, post_id=post.id)
        unit.emit(ReviewDecided(decision_id))
    return decision_id


async def undo_decision(actor: Actor, decision_id: UUID) -> None:
    """Everything as before: in or out of sight as it was, its flags open, its warning taken back, the item waiting again.

    Raises `Conflict` where it was undone already, or the post was reviewed again since.
    """
    actor.require(Permission.REVIEW_DECIDE)
    async with unit_of_work(actor) as unit:
        found = await fetch_one("select item_id from review_decision where id = $1", decision_id)
        if found is None:
            raise NotFound(say(NO_ITEM))
        post, topic = await _access_item(actor, found["item_id"])
        decision = await _take(unit, decision_id, post.id)
        await execute("update review_item set decided_at = null where id = $1", decision["item_id"])
        await execute("update flag set outcome = null where item_id = $1", decision["item_id"])
        if decision["warns"]:
            await undo_sanction_in(unit, decision["sanction_id"])
        await hold_again(post.id, decision["decided_at"])
        if decision["was_hidden"]:
            await take_out_of_sight(unit, post, topic, waits=decision["was_waiting"])
        else:
            await bring_into_sight(unit, post, topic)
        unit.audit("review.undo", "review_decision", decision_id, post_id=post.id)
        unit.emit(ReviewUndone(decision_id))


async def _access_item(actor: Actor, item_id: UUID) -> tuple[PostFacts, TopicFacts]:
    """The item's post and topic, locked in the forum's order; `NotFound` where the moderator may not read them."""
    post_id = await fetch_value("select post_id from review_item where id = $1", item_id)
    if post_id is None:
        raise NotFound(say(NO_ITEM))
    try:
        return await access_post(actor, post_id)
    except NotFound as unreadable:
        raise NotFound(say(NO_ITEM)) from unreadable


async def _write_down(unit: UnitOfWork, item_id: UUID, post: PostFacts, verdict: Verdict) -> UUID:
    """The decision with the state it found, for undoing it."""
    decision_id = new_id()
    author = await fetch_value("select name from person where id = $1", post.author_id)
    told = fill_in(verdict.told, name=author or "")
    warning = NewSanction(SanctionKind.WARNING, told)
    sanction_id = await sanction_in(unit, post.author_id, warning) if verdict.warns else None
    await execute(
        "insert into review_decision (id, item_id, post_id, decision, told, was_hidden, was_waiting, decided_by, decided_at, sanction_id)"
        " select $1, $2, p.id, $4, $5, case when p.position = 1 then t.hidden_at else p.hidden_at end is not null,"
        "   case when p.position = 1 then t.awaits_review_at else p.awaits_review_at end is not null, $6, $7, $8"
        " from post p join topic t on t.id = p.topic_id where p.id = $3",
        decision_id,
        item_id,
        post.id,
        verdict.decision,
        told,
        unit.actor.person_id,
        unit.now,
        sanction_id,
    )
    return decision_id


async def _take(unit: UnitOfWork, decision_id: UUID, post_id: UUID) -> asyncpg.Record:
    """The decision, marked undone; only the newest about its post can be, and none while it waits again for another reason."""
    row = await fetch_one(
        "update review_decision d set undone_by = $2, undone_at = $3 where d.id = $1 and d.undone_at is null"
        " and not exists (select from review_decision n where n.post_id = $4 and n.id > d.id and n.undone_at is null)"
        " and not exists (select from review_item i where i.post_id = $4 and i.decided_at is null)"
        " returning d.item_id, d.was_hidden, d.was_waiting, d.decided_at, d.sanction_id,"
        " (select s.undone_at is null from sanction s where s.id = d.sanction_id) as warns",
        decision_id,
        unit.actor.person_id,
        unit.now,
        post_id,
    )
    if row is None:
        raise Conflict(say("This was undone already, or the post has been looked at again since."))
    return row
