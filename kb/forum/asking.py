"""Asking: a new topic with its first post."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import Conflict, Invalid
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.drafts.keeping import DraftText, forget_draft
from kb.drafts.places import ASK
from kb.forum.addresses import topic_path
from kb.forum.being_screened import screen_post
from kb.forum.bodies import Body, render_body
from kb.forum.messages import TopicAsked
from kb.forum.newcomers import check_newcomer_pace, check_newcomer_text
from kb.forum.pacing import check_asking_pace, take_turn
from kb.forum.replying import insert_post
from kb.forum.rules import SAME_AGAIN, check_topic, choose_slug, clean_body, clean_page_url, clean_title
from kb.forum.space_rights import refusal_of
from kb.forum.spaces import add_to_counts, find_space
from kb.forum.tagging import clean_tags, set_tags
from kb.forum.voice import require_voice
from kb.screening.holding import note_ruling
from kb.screening.rules import OPEN, Screen


@dataclass(frozen=True, slots=True)
class NewTopic:
    """What somebody typed. `page_url` is the product page they came from."""

    space_slug: str
    title: str
    body: str
    page_url: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedTopic:
    """Where the topic is found. `is_waiting`: for a moderator, seen by its asker alone."""

    id: UUID
    number: int
    slug: str
    is_waiting: bool = False

    @property
    def path(self) -> str:
        """Where the topic is read."""
        return topic_path(self.number, self.slug)


async def ask_topic(actor: Actor, draft: NewTopic, *, drafted: bool = False, screen: Screen = OPEN) -> AskedTopic:
    """Ask. A form sent twice leads to the topic of the first time; asking too fast is `TooMany`.
    What `screen` holds waits for a moderator, and nobody else sees a trace of it.

    `drafted` says that the text was kept as a draft while it was typed, which goes with it.
    """
    text = DraftText(draft.title, draft.body, draft.space_slug, draft.page_url or "")
    await require_voice(actor, Permission.TOPIC_ASK, ASK, text)
    title = clean_title(draft.title)
    space = await find_space(actor, draft.space_slug)
    check_topic(title, clean_body(draft.body), has_space=space is not None)
    if space is not None and not space.may_ask(actor):
        raise Invalid(say("You may not ask here."), {"space": refusal_of(space.who_asks, space.is_archived, "ask")})
    tags = clean_tags(draft.tags)
    body = await render_body(draft.body)
    check_newcomer_text(actor, body)
    ruling = await screen_post(actor, title, body, screen)
    async with unit_of_work(actor) as unit:
        person_id = await take_turn(actor)
        if drafted:
            await forget_draft(person_id, ASK)
        if same := await _find_same(person_id, title, body.source, since=unit.now - SAME_AGAIN):
            return same
        await check_asking_pace(actor, at=unit.now)
        await check_newcomer_pace(actor, person_id, asks=True, at=unit.now)
        topic_id = new_id()
        asked = await _insert_topic(unit, topic_id, replace(draft, title=title), body, waits=ruling.is_held)
        post_id = await insert_post(topic_id, person_id, body, at=unit.now)
        await note_ruling(unit, post_id, ruling)
        await set_tags(unit, topic_id, tags)
        unit.audit("topic.ask", "topic", topic_id, space=draft.space_slug)
        if not ruling.is_held:
            unit.emit(TopicAsked(topic_id))
    return asked


async def _find_same(person_id: UUID, title: str, source: str, *, since: datetime) -> AskedTopic | None:
    row = await fetch_one(
        "select t.id, t.number, t.slug, t.hidden_at is not null as is_waiting"
        " from topic t join post p on p.topic_id = t.id and p.position = 1 where t.author_id = $1 and t.created_at > $2"
        " and t.title = $3 and p.body_source = $4 and (t.hidden_at is null or t.awaits_review_at is not null)",
        person_id,
        since,
        title,
        source,
    )
    return AskedTopic(**row) if row else None


async def _insert_topic(unit: UnitOfWork, topic_id: UUID, draft: NewTopic, body: Body, *, waits: bool) -> AskedTopic:
    """One that waits is hidden from the beginning, and no count knows of it."""
    row = await fetch_one(
        "insert into topic (id, space_id, author_id, title, slug, excerpt, last_posted_at, last_poster_id, page_url, created_at,"
        "   hidden_at, awaits_review_at)"
        " select $1, id, $2, $3, $4, $5, $6, $2, $7, $6, $9, $9 from space where slug = $8 returning id, number, slug, space_id",
        topic_id,
        unit.actor.person_id,
        draft.title,
        choose_slug(draft.title),
        body.excerpt,
        unit.now,
        clean_page_url(draft.page_url),
        draft.space_slug,
        unit.now if waits else None,
    )
    if row is None:
        raise Conflict(say("The space was removed meanwhile."), {"space": say("Choose another space.")})
    if not waits:
        await add_to_counts(row["space_id"], topics=1)
    return AskedTopic(row["id"], row["number"], row["slug"], waits)
