"""Replying, correcting, accepting, voting and saying "me too". Each state is a resource; taking it back posts to its removal."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid, TooMany
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.places import edit_place, reply_place
from kb.forum.accepting import accept_post, unaccept_post
from kb.forum.access import access_topic_number
from kb.forum.addresses import post_path
from kb.forum.editing import EditablePost, edit_post, get_editable_post
from kb.forum.me_too import say_me_too, withdraw_me_too
from kb.forum.queries import get_topic_page
from kb.forum.replying import reply_to_topic
from kb.forum.voting import vote_for_post, withdraw_vote
from kb.screening.holding import is_held
from server.drafts.fields import DraftField, restore, sent_off
from server.errors import STATUS
from server.files.uploading import take_files
from server.forum.asking import WAITING
from server.forum.discussion_page import DiscussionPage
from server.forum.forms import PostForm, read_id, read_post_form
from server.forum.pages import EditPage, TogglePage
from server.pages import flash, render
from server.security.guards import requires
from server.security.proving import screen_of_form
from server.wiring import Services

WRITE = [requires(Permission.POST_WRITE)]
VOTE = [requires(Permission.POST_VOTE)]
ACCEPT = [requires(Permission.ANSWER_ACCEPT)]


@post("/t/{number:int}/posts", guards=WRITE)
async def create_post(request: Request[Any, Any, Any], actor: Actor, services: Services, number: int) -> Response[Any]:
    """Reply; a refusal shows the topic again with what was typed."""
    topic = await access_topic_number(actor, number)
    form = await read_post_form(request)
    taken = await take_files(request, actor, services, form.body)
    form = replace(form, body=taken.body)
    try:
        taken.check()
        screen = await screen_of_form(request, actor, services)
        post_id = await reply_to_topic(actor, topic.id, form.body, reply_to=form.reply_to, drafted=True, screen=screen)
    except (Invalid, TooMany) as refusal:
        return await _refuse_reply(request, actor, number, form, refusal)
    response = sent_off(Redirect(post_path(post_id), status_code=303), reply_place(number))
    return flash(response, "info", WAITING) if await is_held(post_id) else response


async def _refuse_reply(
    request: Request[Any, Any, Any], actor: Actor, number: int, form: PostForm, refusal: Invalid | TooMany
) -> Response[Any]:
    thread = await get_topic_page(actor, number)
    headers = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else {}
    errors = refusal.fields or {"body": refusal.message}
    draft = DraftField(reply_place(number), form.draft_version)
    page = DiscussionPage(
        thread.topic.title, thread, actor, reply=form.body, errors=errors, draft=draft, answering_id=form.reply_to
    )
    return render(request, "forum/topic.html", page, status=STATUS[type(refusal)], headers=headers)


@get("/posts/{post_id:str}/edit", guards=WRITE)
async def edit_form(request: Request[Any, Any, Any], actor: Actor, post_id: str) -> Response[Any]:
    """One's own post in the editor."""
    post = await get_editable_post(actor, read_id(post_id))
    draft, kept = await restore(actor, edit_place(post.id))
    if draft.is_restored:
        title = kept.title if post.title is not None else None
        post = replace(post, title=title, body=kept.body)
    return render(request, "forum/edit.html", EditPage(say("Edit"), post, draft))


@post("/posts/{post_id:str}/edit", guards=WRITE)
async def update_post(request: Request[Any, Any, Any], actor: Actor, services: Services, post_id: str) -> Response[Any]:
    """Store the correction; a refusal shows the editor again with what was typed."""
    before = await get_editable_post(actor, read_id(post_id))
    form = await read_post_form(request)
    taken = await take_files(request, actor, services, form.body)
    form = replace(form, body=taken.body)
    title = form.title if before.title is not None else None
    try:
        taken.check()
        await edit_post(actor, before.id, form.body, title=title, reason=form.reason, drafted=True)
    except Invalid as refusal:
        typed = EditablePost(before.id, before.number, before.slug, title, form.body)
        draft = DraftField(edit_place(before.id), form.draft_version)
        page = EditPage(say("Edit"), typed, draft, refusal.fields, form.reason)
        return render(request, "forum/edit.html", page, status=422)
    return sent_off(Redirect(post_path(before.id), status_code=303), edit_place(before.id))


@post("/posts/{post_id:str}/acceptance", guards=ACCEPT)
async def accept(actor: Actor, post_id: str) -> Response[Any]:
    """This answer solved it."""
    await accept_post(actor, read_id(post_id))
    return flash(_back(post_id), "good", say("Accepted. Everybody with the same problem is led to this answer now."))


@post("/posts/{post_id:str}/acceptance/removal", guards=ACCEPT)
async def unaccept(actor: Actor, post_id: str) -> Response[Any]:
    """It did not after all."""
    await unaccept_post(actor, read_id(post_id))
    return flash(_back(post_id), "info", say("That answer is accepted no more."))


@post("/posts/{post_id:str}/vote", guards=VOTE)
async def vote(request: Request[Any, Any, Any], actor: Actor, post_id: str) -> Response[Any]:
    """Vote for a post."""
    votes = await vote_for_post(actor, read_id(post_id))
    return _toggled(
        request, TogglePage(say("Vote"), "vote", f"/posts/{post_id}/vote/removal", votes, True), f"/posts/{post_id}"
    )


@post("/posts/{post_id:str}/vote/removal", guards=VOTE)
async def unvote(request: Request[Any, Any, Any], actor: Actor, post_id: str) -> Response[Any]:
    """Take the vote back."""
    votes = await withdraw_vote(actor, read_id(post_id))
    return _toggled(
        request, TogglePage(say("Vote"), "vote", f"/posts/{post_id}/vote", votes, False), f"/posts/{post_id}"
    )


@post("/t/{number:int}/me-too", guards=VOTE)
async def me_too(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """I have this too."""
    topic = await access_topic_number(actor, number)
    count = await say_me_too(actor, topic.id)
    return _toggled(
        request, TogglePage(say("Me too"), "me_too", f"/t/{number}/me-too/removal", count, True), topic.path
    )


@post("/t/{number:int}/me-too/removal", guards=VOTE)
async def not_me_too(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """I do not have this any more, or never had."""
    topic = await access_topic_number(actor, number)
    count = await withdraw_me_too(actor, topic.id)
    return _toggled(request, TogglePage(say("Me too"), "me_too", f"/t/{number}/me-too", count, False), topic.path)


def _back(post_id: str) -> Redirect:
    return Redirect(post_path(read_id(post_id)), status_code=303)


def _toggled(request: Request[Any, Any, Any], page: TogglePage, back: str) -> Response[Any]:
    """The new button for htmx, the page again without it."""
    if "hx-request" in request.headers:
        return render(request, "forum/_toggle.html", page)
    return Redirect(back, status_code=303)
