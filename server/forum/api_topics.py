"""What is done with whole topics, for programs. Each state is a resource: PUT sets it, DELETE takes it back."""

from dataclasses import dataclass
from typing import Literal

from litestar import delete, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.forum.access import access_topic_number
from kb.forum.closing import close_topic, lock_topic, reopen_topic
from kb.forum.hiding import hide_topic, restore_topic
from kb.forum.me_too import say_me_too, withdraw_me_too
from kb.forum.moving import move_topic
from kb.forum.pinning import pin_topic, unpin_topic
from kb.forum.unlisting import list_topic_again, unlist_topic
from server.security.guards import requires

ARRANGE = [requires(Permission.TOPIC_ARRANGE)]
ASK = [requires(Permission.TOPIC_ASK)]
HIDE = [requires(Permission.TOPIC_HIDE)]
VOTE = [requires(Permission.POST_VOTE)]


@dataclass(frozen=True, slots=True)
class LockIn:
    """Why nobody may reply; readers see it."""

    reason: str


@dataclass(frozen=True, slots=True)
class PinIn:
    """Where it stands first: in its space, or `everywhere`: on the front page, too."""

    to: Literal["space", "everywhere"] = "space"


@dataclass(frozen=True, slots=True)
class MoveIn:
    """The slug of the space it shall stand in."""

    space: str


@dataclass(frozen=True, slots=True)
class TopicState:
    """How the topic stands now. `closed_as`: not_needed or locked; `pinned_to`: space or everywhere."""

    number: int
    closed_as: str | None
    pinned_to: str | None
    unlisted: bool


@dataclass(frozen=True, slots=True)
class MeTooOut:
    """How many have the problem, and whether the caller says so."""

    me_too: int
    said: bool


@put("/api/v1/topics/{number:int}/closure", guards=ASK)
async def api_close_topic(actor: Actor, number: int) -> TopicState:
    """The asker needs no answer any more."""
    await close_topic(actor, (await access_topic_number(actor, number)).id)
    return await _state(actor, number)


@put("/api/v1/topics/{number:int}/lock", guards=ARRANGE)
async def api_lock_topic(actor: Actor, number: int, data: LockIn) -> TopicState:
    """Refuse replies, with a reason that readers see."""
    await lock_topic(actor, (await access_topic_number(actor, number)).id, reason=data.reason)
    return await _state(actor, number)


@delete("/api/v1/topics/{number:int}/closure", guards=ASK, status_code=200)
async def api_reopen_topic(actor: Actor, number: int) -> TopicState:
    """Take replies again, whether it was closed or locked. Askers reopen their own; locked ones only moderators."""
    await reopen_topic(actor, (await access_topic_number(actor, number)).id)
    return await _state(actor, number)


@put("/api/v1/topics/{number:int}/pin", guards=ARRANGE)
async def api_pin_topic(actor: Actor, number: int, data: PinIn) -> TopicState:
    """Let it stand first."""
    await pin_topic(actor, (await access_topic_number(actor, number)).id, everywhere=data.to == "everywhere")
    return await _state(actor, number)


@delete("/api/v1/topics/{number:int}/pin", guards=ARRANGE, status_code=200)
async def api_unpin_topic(actor: Actor, number: int) -> TopicState:
    """Back to its place."""
    await unpin_topic(actor, (await access_topic_number(actor, number)).id)
    return await _state(actor, number)


@put("/api/v1/topics/{number:int}/unlisting", guards=ARRANGE)
async def api_unlist_topic(actor: Actor, number: int) -> TopicState:
    """Out of every list, search, feed and count; its address still opens."""
    await unlist_topic(actor, (await access_topic_number(actor, number)).id)
    return await _state(actor, number)


@delete("/api/v1/topics/{number:int}/unlisting", guards=ARRANGE, status_code=200)
async def api_list_topic_again(actor: Actor, number: int) -> TopicState:
    """Back into the lists."""
    await list_topic_again(actor, (await access_topic_number(actor, number)).id)
    return await _state(actor, number)


@put("/api/v1/topics/{number:int}/space", guards=ARRANGE)
async def api_move_topic(actor: Actor, number: int, data: MoveIn) -> TopicState:
    """Move it to another space."""
    await move_topic(actor, (await access_topic_number(actor, number)).id, data.space)
    return await _state(actor, number)


@put("/api/v1/topics/{number:int}/hiding", guards=HIDE, status_code=204)
async def api_hide_topic(actor: Actor, number: int) -> None:
    """Take it out of everybody's sight but moderators'."""
    await hide_topic(actor, (await access_topic_number(actor, number)).id)


@delete("/api/v1/topics/{number:int}/hiding", guards=HIDE)
async def api_restore_topic(actor: Actor, number: int) -> None:
    """Bring it back into sight."""
    await restore_topic(actor, (await access_topic_number(actor, number)).id)


@put("/api/v1/topics/{number:int}/me-too", guards=VOTE)
async def api_say_me_too(actor: Actor, number: int) -> MeTooOut:
    """The caller has this problem, too; of a duplicate it is said of the original. Saying it twice is saying it once."""
    return MeTooOut(await say_me_too(actor, (await access_topic_number(actor, number)).id), True)


@delete("/api/v1/topics/{number:int}/me-too", guards=VOTE, status_code=200)
async def api_withdraw_me_too(actor: Actor, number: int) -> MeTooOut:
    """The caller does not have it any more, or never had."""
    return MeTooOut(await withdraw_me_too(actor, (await access_topic_number(actor, number)).id), False)


async def _state(actor: Actor, number: int) -> TopicState:
    topic = await access_topic_number(actor, number)
    return TopicState(number, topic.closed_as, topic.pinned_to, topic.is_unlisted)
