"""What is done with single posts, for programs. Each state is a resource: PUT sets it, DELETE takes it back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, delete, get, put

from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.accepting import accept_post, unaccept_post
from kb.forum.hiding import hide_post, restore_post
from kb.forum.queries import get_topic_page, locate_post
from kb.forum.voting import vote_for_post, withdraw_vote
from server.forum.api import PostOut, post_out
from server.security.guards import requires

READ = [requires(Permission.TOPIC_READ)]
VOTE = [requires(Permission.POST_VOTE)]
ACCEPT = [requires(Permission.ANSWER_ACCEPT)]
HIDE = [requires(Permission.TOPIC_HIDE)]


@dataclass(frozen=True, slots=True)
class PlacedPostOut:
    """A post and its topic. `after` is the `after` of the topic's page that holds it."""

    topic: int
    after: int
    post: PostOut


@dataclass(frozen=True, slots=True)
class VotesOut:
    """How many votes it has now, and whether the caller's is among them."""

    votes: int
    voted: bool


@get("/api/v1/posts/{post_id:uuid}", guards=READ)
async def api_get_post(request: Request[Any, Any, Any], actor: Actor, post_id: UUID) -> PlacedPostOut:
    """One post, and where in its topic it stands. Its tag is what `If-Match` of an edit takes."""
    place = await locate_post(actor, post_id)
    page = await get_topic_page(actor, place.number, after=place.after)
    found = next((p for p in (page.question, *page.accepted, *page.replies) if p.id == post_id), None)
    if found is None:
        raise NotFound(say("There is no such post."))
    return PlacedPostOut(place.number, place.after, post_out(request, found))


@put("/api/v1/posts/{post_id:uuid}/acceptance", guards=ACCEPT, status_code=204)
async def api_accept_post(actor: Actor, post_id: UUID) -> None:
    """This answer solved it: for the asker and for staff. Doing it twice is fine."""
    await accept_post(actor, post_id)


@delete("/api/v1/posts/{post_id:uuid}/acceptance", guards=ACCEPT)
async def api_unaccept_post(actor: Actor, post_id: UUID) -> None:
    """It did not solve it after all."""
    await unaccept_post(actor, post_id)


@put("/api/v1/posts/{post_id:uuid}/vote", guards=VOTE)
async def api_vote_for_post(actor: Actor, post_id: UUID) -> VotesOut:
    """Vote for somebody else's post; voting twice is voting once."""
    return VotesOut(await vote_for_post(actor, post_id), True)


@delete("/api/v1/posts/{post_id:uuid}/vote", guards=VOTE, status_code=200)
async def api_withdraw_post_vote(actor: Actor, post_id: UUID) -> VotesOut:
    """Take the vote back."""
    return VotesOut(await withdraw_vote(actor, post_id), False)


@put("/api/v1/posts/{post_id:uuid}/hiding", guards=HIDE, status_code=204)
async def api_hide_post(actor: Actor, post_id: UUID) -> None:
    """Take a reply out of everybody's sight but moderators'; an accepted one loses its acceptance."""
    await hide_post(actor, post_id)


@delete("/api/v1/posts/{post_id:uuid}/hiding", guards=HIDE)
async def api_restore_post(actor: Actor, post_id: UUID) -> None:
    """Bring the reply back into sight; it is not accepted again by itself."""
    await restore_post(actor, post_id)


ROUTES: list[Any] = [
    api_get_post,
    api_accept_post,
    api_unaccept_post,
    api_vote_for_post,
    api_withdraw_post_vote,
    api_hide_post,
    api_restore_post,
]
