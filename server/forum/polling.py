"""Voting in polls."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.addresses import post_path
from kb.forum.polling import find_poll_post, vote_in_poll
from server.pages import flash
from server.security.guards import requires

VOTE = [requires(Permission.POST_VOTE)]


@dataclass(frozen=True, slots=True)
class PollVoteIn:
    """The options chosen, by id; none takes the vote back."""

    options: list[UUID]


@post("/polls/{poll_id:uuid}/votes", guards=VOTE)
async def vote_in(request: Request[Any, Any, Any], actor: Actor, poll_id: UUID) -> Response[Any]:
    """Vote, or change the vote; a refusal says why on the topic's page."""
    form = await request.form()
    chosen = [option for value in form.getall("option", []) if (option := _read_id(value))]
    if not chosen:
        return flash(await _back(actor, poll_id), "warn", say("Choose an option first."))
    try:
        await vote_in_poll(actor, poll_id, chosen)
    except (Conflict, Invalid) as refusal:
        return flash(await _back(actor, poll_id), "warn", refusal.message)
    return flash(await _back(actor, poll_id), "good", say("Your vote counts. You can change it until the poll closes."))


@post("/polls/{poll_id:uuid}/votes/removal", guards=VOTE)
async def withdraw_from(actor: Actor, poll_id: UUID) -> Response[Any]:
    """Take the vote back."""
    await vote_in_poll(actor, poll_id, [])
    return flash(await _back(actor, poll_id), "info", say("Your vote is taken back."))


@put("/api/v1/polls/{poll_id:uuid}/vote", guards=VOTE, status_code=204)
async def api_vote_in_poll(actor: Actor, poll_id: UUID, data: PollVoteIn) -> None:
    """Choose these options and no others."""
    await vote_in_poll(actor, poll_id, data.options)


@delete("/api/v1/polls/{poll_id:uuid}/vote", guards=VOTE)
async def api_withdraw_vote(actor: Actor, poll_id: UUID) -> None:
    """Take the caller's vote back."""
    await vote_in_poll(actor, poll_id, [])


async def _back(actor: Actor, poll_id: UUID) -> Redirect:
    return Redirect(post_path(await find_poll_post(actor, poll_id)), status_code=303)


def _read_id(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
