"""Splitting: replies that ask something else become a topic of their own, and come back exactly."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.accepting import choose_chief
from kb.forum.access import NO_TOPIC, TopicFacts, access_topic
from kb.forum.asking import AskedTopic
from kb.forum.events import note_topic_event
from kb.forum.hiding import count_posts_again
from kb.forum.messages import PostAccepted, PostUnaccepted, TopicHidden, TopicListed
from kb.forum.placing import TopicChange, find_places, forget_change, list_posts_to_place, note_change, place_posts
from kb.forum.reading_along import read_along_split
from kb.forum.rules import EXCERPT_LENGTH, TITLE_MAX, TITLE_MIN, choose_slug, clean_title
from kb.forum.spaces import add_to_counts
from kb.text.excerpts import excerpt


async def split_topic(actor: Actor, topic_id: UUID, post_ids: Sequence[UUID], *, title: str) -> AskedTopic:
    """Make a topic of these replies, in the same space; the first of them is its question. Nobody is told again of a post.

    Raises `Invalid` naming `title` or `posts`. Their authors follow the new topic. Accepted answers stay
    accepted there, but for the first: a question is no answer to itself.
    """
    actor.require(Permission.TOPIC_ARRANGE)
    name = _check_title(title)
    async with unit_of_work(actor) as unit:
        topic = await access_topic(actor, topic_id)
        posts = await list_posts_to_place([topic_id])
        moving = _choose(posts, set(post_ids))
        before = _remember(topic, moving)
        made = await _insert_topic(topic, moving, name)
        await place_posts(made.id, {post["id"]: n for n, post in enumerate(moving, 1)})
        await read_along_split(topic_id, made.id, {post["id"]: post["position"] for post in moving})
        await choose_chief(topic)
        await _lift_from_question(unit, topic, moving[0])
        await _let_authors_follow(unit, made.id)
        await count_posts_again(topic_id)
        await count_posts_again(made.id)
        if topic.is_counted:
            await add_to_counts(topic.space_id, topics=1)
        await choose_chief(await access_topic(actor, made.id))
        await _note(unit, topic_id, made, len(moving), before)
    return made


async def unsplit_topic(unit: UnitOfWork, change: TopicChange) -> UUID:
    """Part of a write: the replies stand where they stood, and the topic made of them is gone. Returns the old topic's id.

    Raises `Conflict` where somebody wrote in the new topic since: then it can only be merged back.
    """
    topic = await access_topic(unit.actor, change.topic_id)
    made = await access_topic(unit.actor, change.other_id)
    before = change.before
    held = await list_posts_to_place([made.id])
    if {str(post["id"]) for post in held} != {post[0] for post in before["posts"]}:
        raise Conflict(say("Something was written or moved there since. Merge the topic back instead."))
    taken = [post["position"] for post in await list_posts_to_place([topic.id])]
    await place_posts(topic.id, find_places([(UUID(id_), position) for id_, position, _ in before["posts"]], taken))
    await _accept_again(unit, topic, before, held)
    await count_posts_again(topic.id)
    if made.is_counted:
        await add_to_counts(made.space_id, topics=-1, solved=-1 if made.accepted_post_id else 0)
    await forget_change(change.id)
    await execute("update topic set accepted_post_id = null where id = $1", made.id)
    await execute("delete from topic where id = $1", made.id)
    unit.emit(TopicHidden(made.id))
    unit.audit("topic.unsplit", "topic", topic.id, gone=made.number, posts=len(held))
    return topic.id


async def _lift_from_question(unit: UnitOfWork, topic: TopicFacts, question: asyncpg.Record) -> None:
    if question["accepted_at"]:
        await execute("update post set accepted_at = null where id = $1", question["id"])
        unit.emit(PostUnaccepted(question["id"], topic.id))


def _check_title(title: str) -> str:
    name = clean_title(title)
    if not TITLE_MIN <= len(name) <= TITLE_MAX:
        reason = say("Say it in one sentence of {least} to {most} characters.", least=TITLE_MIN, most=TITLE_MAX)
        raise Invalid(say("The new topic needs a title."), {"title": reason})
    return name


def _choose(posts: Sequence[asyncpg.Record], wanted: set[UUID]) -> list[asyncpg.Record]:
    chosen = [post for post in posts if post["id"] in wanted and post["position"] > 1]
    if not chosen or len(chosen) != len(wanted):
        raise Invalid(
            say("Nothing to split."), {"posts": say("Choose replies of this topic; the question itself stays.")}
        )
    if chosen[0]["hidden_at"]:
        raise Invalid(say("Nothing to split."), {"posts": say("A hidden reply cannot begin a topic.")})
    return chosen


def _remember(topic: TopicFacts, moving: Sequence[asyncpg.Record]) -> dict[str, Any]:
    return {
        "posts": [[post["id"], post["position"], post["accepted_at"]] for post in moving],
        "accepted": topic.accepted_post_id,
    }


async def _insert_topic(topic: TopicFacts, moving: Sequence[asyncpg.Record], title: str) -> AskedTopic:
    first, last = moving[0], moving[-1]
    row = await fetch_one(
        "insert into topic (id, space_id, author_id, title, slug, excerpt, vote_count, last_posted_at, last_poster_id, hidden_at,"
        "   unlisted_at, created_at)"
        " select $1, space_id, $2, $3, $4, $5, $6, $7, $8, hidden_at, unlisted_at, $9 from topic where id = $10"
        " returning id, number, slug",
        new_id(),
        first["author_id"],
        title,
        choose_slug(title),
        excerpt(first["body_html"], EXCERPT_LENGTH),
        first["vote_count"],
        last["created_at"],
        last["author_id"],
        first["created_at"],
        topic.id,
    )
    if row is None:
        raise NotFound(NO_TOPIC)
    return AskedTopic(**row)


async def _let_authors_follow(unit: UnitOfWork, topic_id: UUID) -> None:
    await execute(
        "insert into topic_follower (topic_id, person_id, created_at) select distinct $1::uuid, author_id, $2::timestamptz"
        " from post where topic_id = $1 on conflict do nothing",
        topic_id,
        unit.now,
    )


async def _note(unit: UnitOfWork, topic_id: UUID, made: AskedTopic, count: int, before: dict[str, Any]) -> None:
    change_id = await note_change(unit, "split", topic_id, made.id, before)
    await note_topic_event(unit, topic_id, "split", other_topic_id=made.id, posts=count, change_id=change_id)
    await note_topic_event(unit, made.id, "split_from", other_topic_id=topic_id, posts=count, change_id=change_id)
    unit.audit("topic.split", "topic", topic_id, made=made.number, posts=count, change=change_id)
    unit.emit(TopicListed(made.id))


async def _accept_again(unit: UnitOfWork, topic: TopicFacts, before: Any, held: Sequence[asyncpg.Record]) -> None:
    """As accepted as they were, and what was accepted since as well; the chief among them is the chief again."""
    standing = {str(post["id"]) for post in held if post["accepted_at"]}
    for id_, _, at in before["posts"]:
        if at:
            await execute("update post set accepted_at = $2::text::timestamptz where id = $1", UUID(id_), at)
            if id_ not in standing:
                unit.emit(PostAccepted(UUID(id_), topic.id))
    if before["accepted"] in {id_ for id_, _, at in before["posts"] if at}:
        await execute("update topic set accepted_post_id = $2 where id = $1", topic.id, UUID(before["accepted"]))
        if topic.accepted_post_id is None:
            await add_to_counts(topic.space_id, solved=1 if topic.is_counted else 0)
    else:
        await choose_chief(topic)
