"""Correcting one's own post; of a first post, the title too."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import NotAllowed
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.drafts.keeping import DraftText, forget_draft
from kb.drafts.places import edit_place
from kb.files.using import renew_files
from kb.forum.access import PostFacts, access_post
from kb.forum.bodies import Body, render_body
from kb.forum.hiding import take_out_of_sight
from kb.forum.messages import PostEdited
from kb.forum.newcomers import check_newcomer_text
from kb.forum.polling import change_poll
from kb.forum.rules import check_reason, check_reply, check_topic, choose_slug, clean_body, clean_title, may_edit
from kb.forum.versions import keep_versions
from kb.forum.voice import require_voice
from kb.screening.holding import note_ruling
from kb.screening.rules import Writing
from kb.screening.screening import screen_change


@dataclass(frozen=True, slots=True)
class EditablePost:
    """A post as its author typed it. `title` is None but for a first post."""

    id: UUID
    number: int
    slug: str
    title: str | None
    body: str


async def get_editable_post(actor: Actor, post_id: UUID) -> EditablePost:
    """The post's source for its author; `NotAllowed` for anybody else who may read it."""
    post, topic = await access_post(actor, post_id)
    _require_author(actor, post)
    row = await fetch_one(
        "select p.body_source, t.title from post p join topic t on t.id = p.topic_id where p.id = $1", post_id
    )
    title, body = (row["title"], row["body_source"]) if row else ("", "")
    return EditablePost(post.id, topic.number, topic.slug, title if post.position == 1 else None, body)


async def edit_post(
    actor: Actor, post_id: UUID, body: str, *, title: str | None = None, reason: str = "", drafted: bool = False
) -> None:
    """Replace the text; `title` counts for a first post only, and None keeps it. A kept draft goes with it.

    The text before stays readable in the post's history, with the reason beside what replaced it. An unchanged text is no edit.
    """
    await require_voice(actor, Permission.POST_WRITE, edit_place(post_id), DraftText(title=title or "", body=body))
    check_reply(clean_body(body))
    check_reason(clean_title(reason))
    if title is not None:
        check_topic(clean_title(title), clean_body(body))
    rendered = await render_body(body)
    check_newcomer_text(actor, rendered)
    ruling = await screen_change(actor, Writing(title or "", rendered.html))
    async with unit_of_work(actor) as unit:
        post, topic = await access_post(actor, post_id)
        _require_author(actor, post)
        if await change_text(unit, post, rendered, title=title, reason=clean_title(reason)):
            await note_ruling(unit, post_id, ruling, is_new=False)
            if ruling.is_held:
                await take_out_of_sight(unit, post, topic, waits=True)
        if drafted:
            await forget_draft(post.author_id, edit_place(post_id))


async def change_text(unit: UnitOfWork, post: PostFacts, body: Body, *, title: str | None, reason: str) -> bool:
    """Another text for a locked post, with all that follows from it. False for the same text again, which changes nothing."""
    title = clean_title(title) if title is not None and post.position == 1 else None
    if not await keep_versions(unit, post.id, body.source, title, reason):
        return False
    await _store(unit, post, body, title)
    await renew_files("post", post.id, body.source, by=post.author_id)
    await change_poll(post.id, body.poll, at=unit.now)
    unit.audit("post.edit", "post", post.id, topic_id=post.topic_id)
    unit.emit(PostEdited(post.id, post.topic_id))
    return True


def _require_author(actor: Actor, post: PostFacts) -> None:
    if not may_edit(actor, author_id=post.author_id):
        raise NotAllowed(say("Only its author may edit a post."))


async def _store(unit: UnitOfWork, post: PostFacts, body: Body, title: str | None) -> None:
    await execute(
        "update post set body_source = $2, body_html = $3, renderer = $4, edited_at = $5, language = $6 where id = $1",
        post.id,
        body.source,
        body.html,
        body.renderer,
        unit.now,
        body.language,
    )
    if post.position > 1:
        return
    await execute("update topic set excerpt = $2 where id = $1", post.topic_id, body.excerpt)
    if title is not None:
        await execute("update topic set title = $2, slug = $3 where id = $1", post.topic_id, title, choose_slug(title))
