"""Replying to a topic."""

from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.drafts.keeping import DraftText, forget_draft
from kb.drafts.places import reply_place
from kb.files.using import note_files
from kb.forum.access import TopicFacts, access_topic
from kb.forum.being_screened import screen_post
from kb.forum.bodies import Body, render_body
from kb.forum.following import follow_topic
from kb.forum.messages import PostWritten
from kb.forum.newcomers import check_newcomer_pace, check_newcomer_text
from kb.forum.pacing import check_replying_pace, take_turn
from kb.forum.polling import insert_poll
from kb.forum.rules import SAME_AGAIN, check_reply, clean_body, closed_to_replies, may_hide
from kb.forum.space_rights import refusal_of
from kb.forum.voice import require_voice
from kb.screening.holding import note_ruling
from kb.screening.rules import OPEN, Screen


async def reply_to_topic(
    actor: Actor,
    topic_id: UUID,
    body: str,
    *,
    reply_to: UUID | None = None,
    drafted: bool = False,
    screen: Screen = OPEN,
) -> UUID:
    """Reply; returns the post's id. A form sent twice leads to the post of the first time. A kept draft goes with it.
    What `screen` holds waits for a moderator, and nobody but its writer sees a trace of it.

    `reply_to` is the post it answers; one that is not, or no longer, to be read in this topic is forgotten: the reply still stands.
    """
    if actor.held_back_by:
        place = reply_place((await access_topic(actor, topic_id)).number)
        await require_voice(actor, Permission.POST_WRITE, place, DraftText(body=body))
    actor.require(Permission.POST_WRITE)
    check_reply(clean_body(body))
    rendered = await render_body(body)
    check_newcomer_text(actor, rendered)
    ruling = await screen_post(actor, "", rendered, screen)
    async with unit_of_work(actor) as unit:
        person_id = await take_turn(actor)
        topic = await access_topic(actor, topic_id)
        _require_right(actor, topic)
        if drafted:
            await forget_draft(person_id, reply_place(topic.number))
        if same := await _find_same(topic_id, person_id, rendered.source, since=unit.now - SAME_AGAIN):
            return same
        await check_replying_pace(actor, at=unit.now)
        await check_newcomer_pace(actor, person_id, asks=False, at=unit.now)
        post_id = await insert_post(topic_id, person_id, rendered, at=unit.now, waits=ruling.is_held)
        if reply_to is not None:
            await _answer_post(actor, post_id, reply_to)
        await note_ruling(unit, post_id, ruling)
        unit.audit("post.write", "post", post_id, topic_id=topic_id)
        if not ruling.is_held:
            await _count_reply(topic_id, person_id, at=unit.now)
            unit.emit(PostWritten(post_id, topic_id))
    return post_id


def _require_right(actor: Actor, topic: TopicFacts) -> None:
    """A refusal is the text's, so that nothing typed is lost."""
    if topic.closed_as:
        raise Invalid(say("Nothing is added here any more."), {"body": closed_to_replies(topic.closed_as)})
    if topic.in_archived_space or topic.who_answers not in actor.visibilities:
        reason = refusal_of(topic.who_answers, topic.in_archived_space, "answer")
        raise Invalid(say("You may not answer here."), {"body": reason})


async def insert_post(topic_id: UUID, person_id: UUID, body: Body, *, at: datetime, waits: bool = False) -> UUID:
    """Add the post after the last one; its author follows the topic. The topic's row must be locked, or new.
    A reply that `waits` is out of sight until a moderator has looked; a question waits with its topic."""
    post_id = new_id()
    await execute(
        "insert into post (id, topic_id, author_id, position, body_source, body_html, renderer, created_at, hidden_at,"
        "   awaits_review_at, language)"
        " values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from post where topic_id = $2), $4, $5, $6, $7, $8, $8, $9)",
        post_id,
        topic_id,
        person_id,
        body.source,
        body.html,
        body.renderer,
        at,
        at if waits else None,
        body.language,
    )
    if body.poll:
        await insert_poll(post_id, body.poll, at=at)
    await note_files("post", post_id, body.source, by=person_id)
    await follow_topic(topic_id, person_id, at=at)
    return post_id


async def _find_same(topic_id: UUID, person_id: UUID, source: str, *, since: datetime) -> UUID | None:
    post_id: UUID | None = await fetch_value(
        "select id from post where topic_id = $1 and author_id = $2 and created_at > $3 and body_source = $4"
        " and position > 1 and (hidden_at is null or awaits_review_at is not null)",
        topic_id,
        person_id,
        since,
        source,
    )
    return post_id


async def _answer_post(actor: Actor, post_id: UUID, answered_id: UUID) -> None:
    await execute(
        "update post p set reply_to_id = a.id from post a"
        " where p.id = $1 and a.id = $2 and a.topic_id = p.topic_id and (a.hidden_at is null or $3)",
        post_id,
        answered_id,
        may_hide(actor),
    )


async def _count_reply(topic_id: UUID, person_id: UUID, *, at: datetime) -> None:
    await execute(
        "update topic set post_count = post_count + 1, last_posted_at = $2, last_poster_id = $3 where id = $1",
        topic_id,
        at,
        person_id,
    )
