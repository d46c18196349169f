"""From what happened in the forum to the people who are told. Each may run any number of times."""

import asyncio
from uuid import UUID

import asyncpg

from kb.core.database import fetch_one, fetch_value
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.notices.giving import Hearer, Thing, give_notices
from kb.notices.listeners import Listener, keep_readers, list_listeners
from kb.notices.mentions import find_mentions
from kb.notices.rules import ACCEPTED, MENTION, MUTED, REPLY, TOPIC, WATCHING, choose_kind

_POST = (
    "select p.id, p.topic_id, p.position, p.author_id, p.body_source, p.created_at, p.accepted_at, t.author_id as asker_id,"
    " t.accepted_post_id = p.id as is_chief from post p"
    " join topic t on t.id = p.topic_id where p.source is null and p.hidden_at is null and t.hidden_at is null"
)
"""What came with an import is no news, and what is hidden is told to nobody, moderators included."""


async def tell_of_post(post_id: UUID) -> int:
    """Tell whoever is called by name, and those who watch: of a reply, or with a topic's first post of the topic.

    Returns how many were told. Raises `NotFound` for a post that is gone, hidden or imported.
    """
    post = await fetch_one(f"{_POST} and p.id = $1", post_id)
    if post is None:
        raise NotFound(say("There is no such post to tell of."))
    listeners, called = await _listeners_of(post)
    happened = TOPIC if post["position"] == 1 else REPLY
    hearers = [
        Hearer(one.person_id, kind, one.level)
        for one in listeners
        if (kind := choose_kind(happened, one.level, is_mentioned=one.actor.username.lower() in called))
    ]
    return await give_notices(_thing(post), hearers)


async def tell_of_topic(topic_id: UUID) -> int:
    """The same for a topic's first post."""
    return await tell_of_post(await _first_post(topic_id))


async def tell_of_new_mentions(post_id: UUID) -> int:
    """After an edit: whoever is called now. Those who heard of the post before do not hear again."""
    post = await fetch_one(f"{_POST} and p.id = $1", post_id)
    if post is None:
        raise NotFound(say("There is no such post to tell of."))
    listeners, called = await _listeners_of(post)
    hearers = [
        Hearer(one.person_id, MENTION, one.level)
        for one in listeners
        if one.actor.username.lower() in called and choose_kind(MENTION, one.level, is_mentioned=True)
    ]
    return await give_notices(_thing(post), hearers)


async def tell_of_acceptance(post_id: UUID) -> int:
    """Tell the answer's writer and those who watch that the topic is solved, once a topic. Of a further answer only its writer hears.

    Raises `NotFound` for a post that is not accepted any more.
    """
    post = await fetch_one(f"{_POST} and p.id = $1 and p.accepted_at is not null", post_id)
    if post is None:
        raise NotFound(say("It is not the accepted answer any more."))
    topic_id = post["topic_id"]
    accepted_by = await fetch_one(
        "select actor_id from audit_line where action = 'post.accept' and subject_id = $1 order by id desc limit 1",
        post_id,
    )
    listeners = await list_listeners(topic_id, since=post["accepted_at"])
    if not post["is_chief"]:
        listeners = [one for one in listeners if one.person_id == post["author_id"] and not await _knows(one, post)]
    readers = await keep_readers(listeners, topic_id, post_id)
    hearers = [
        Hearer(one.person_id, ACCEPTED, level)
        for one in readers
        if choose_kind(ACCEPTED, level := _level_of_acceptance(one, post["author_id"]))
    ]
    by = accepted_by["actor_id"] if accepted_by else post["asker_id"]
    key = f"accepted:{topic_id}" if post["is_chief"] else f"accepted:{topic_id}:{post_id}"
    return await give_notices(Thing(key, topic_id, post_id, actor_id=by), hearers)


async def _knows(listener: Listener, post: asyncpg.Record) -> bool:
    """Whether they were told of this very answer, when it was the chief one."""
    return bool(
        await fetch_value(
            "select 1 from notice where person_id = $1 and thing = 'accepted:' || $2::uuid and post_id = $3",
            listener.person_id,
            post["topic_id"],
            post["id"],
        )
    )


def _level_of_acceptance(listener: Listener, writer_id: UUID) -> str:
    """Whose answer it is hears of it unless they muted the topic."""
    return WATCHING if listener.person_id == writer_id and listener.level != MUTED else listener.level


async def _first_post(topic_id: UUID) -> UUID:
    row = await fetch_one("select id from post where topic_id = $1 and position = 1", topic_id)
    if row is None:
        raise NotFound(say("There is no such topic to tell of."))
    first: UUID = row["id"]
    return first


async def _listeners_of(post: asyncpg.Record) -> tuple[list[Listener], set[str]]:
    """Who may read it and listens or is called, and the names called."""
    called = await asyncio.to_thread(find_mentions, post["body_source"])
    listeners = await list_listeners(post["topic_id"], since=post["created_at"], called=called)
    return await keep_readers(listeners, post["topic_id"], post["id"]), set(called)


def _thing(post: asyncpg.Record) -> Thing:
    return Thing(f"post:{post['id']}", post["topic_id"], post["id"], actor_id=post["author_id"])
