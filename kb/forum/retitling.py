"""Putting a question's title right: search finds what it says, and askers in trouble seldom say it well."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import Conflict, NotAllowed, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import NO_TOPIC, access_post
from kb.forum.bodies import render_body
from kb.forum.editing import change_text
from kb.forum.rules import check_reason, check_topic, clean_title, may_retitle
from kb.screening.rules import Writing
from kb.screening.screening import screen_change


async def retitle_topic(actor: Actor, topic_id: UUID, title: str, *, reason: str = "") -> None:
    """Another title; the text stays, and the title before stands in the history of the first post, from where it can be
    brought back. The same title again changes nothing. `Invalid` for a word that may not be written."""
    actor.require(Permission.POST_WRITE)
    row = await fetch_one("select id, body_source from post where topic_id = $1 and position = 1", topic_id)
    if row is None:
        raise NotFound(NO_TOPIC)
    check_topic(clean_title(title), row["body_source"])
    check_reason(clean_title(reason))
    await screen_change(actor, Writing(clean_title(title), ""))
    body = await render_body(row["body_source"])
    async with unit_of_work(actor) as unit:
        post, topic = await access_post(actor, row["id"])
        if not may_retitle(actor, asker_id=topic.asker_id):
            raise NotAllowed(say("Its asker, trusted members and moderators put a title right."))
        now_there = await fetch_one("select body_source from post where id = $1", post.id)
        if now_there is None or now_there["body_source"] != row["body_source"]:
            raise Conflict(say("The question was edited this very moment. Try again."))
        await change_text(unit, post, body, title=title, reason=clean_title(reason))
