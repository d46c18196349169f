"""Hiding and showing again, and making spaces."""

from typing import Any

from litestar import Response, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import access_topic_number
from kb.forum.addresses import post_path
from kb.forum.hiding import hide_post, hide_topic, restore_post, restore_topic
from server.forum.forms import read_id
from server.pages import flash
from server.security.guards import requires

HIDE = [requires(Permission.TOPIC_HIDE)]
MANAGE = [requires(Permission.SPACE_MANAGE)]


@post("/t/{number:int}/hiding", guards=HIDE)
async def hide(actor: Actor, number: int) -> Response[Any]:
    """Take a topic out of everybody's sight but moderators'."""
    topic = await access_topic_number(actor, number)
    await hide_topic(actor, topic.id)
    return flash(Redirect(topic.path, status_code=303), "info", say("Hidden: only moderators see this topic now."))


@post("/t/{number:int}/hiding/removal", guards=HIDE)
async def show_again(actor: Actor, number: int) -> Response[Any]:
    """Bring it back."""
    topic = await access_topic_number(actor, number)
    await restore_topic(actor, topic.id)
    return flash(Redirect(topic.path, status_code=303), "good", say("The topic is visible again."))


@post("/posts/{post_id:str}/hiding", guards=HIDE)
async def hide_one_post(actor: Actor, post_id: str) -> Redirect:
    """Take a reply out of everybody's sight but moderators'."""
    post_uuid = read_id(post_id)
    await hide_post(actor, post_uuid)
    return Redirect(post_path(post_uuid), status_code=303)


@post("/posts/{post_id:str}/hiding/removal", guards=HIDE)
async def show_post_again(actor: Actor, post_id: str) -> Redirect:
    """Bring it back."""
    post_uuid = read_id(post_id)
    await restore_post(actor, post_uuid)
    return Redirect(post_path(post_uuid), status_code=303)
