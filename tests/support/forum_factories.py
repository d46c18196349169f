"""Spaces, topics and posts for tests, made by the very functions people use."""

from itertools import count
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.policy import Role, group_visibility
from kb.forum.asking import AskedTopic, NewTopic, ask_topic
from kb.forum.replying import reply_to_topic
from kb.forum.spaces import NewSpace, create_space, find_space
from kb.people.groups import add_member, create_group
from tests.support.factories import make_person

_serial = count(1)


async def make_space(slug: str = "help", *, visibility: str = "public") -> str:
    """A space, or the one there is; returns its slug."""
    if await find_space(SYSTEM, slug) is None:
        await create_space(SYSTEM, NewSpace(slug.capitalize() + " space", "Ask here.", visibility, slug))
    return slug


async def make_topic(
    asker: Actor | None = None, *, title: str = "", body: str = "It stops at *100* rows.", space: str = "help"
) -> AskedTopic:
    """A question in a space that exists or a public one."""
    await make_space(space)
    asker = asker or await make_person(Role.AGENT)
    return await ask_topic(asker, NewTopic(space, title or f"The export stops early, case {next(_serial)}", body))


async def make_reply(topic: AskedTopic, author: Actor | None = None, *, body: str = "") -> UUID:
    """A reply."""
    author = author or await make_person(Role.AGENT)
    return await reply_to_topic(author, topic.id, body or f"Raise the limit, see case {next(_serial)}.")


async def make_group_space(member: Actor, *, slug: str = "crew") -> UUID:
    """A space that a group of its own alone sees, with one member; returns the group's id. The member's actor is as before."""
    group_id = await create_group(SYSTEM, f"The {slug} group")
    await add_member(SYSTEM, group_id, member.username)
    await create_space(SYSTEM, NewSpace(f"{slug.capitalize()} space", "Ask here.", group_visibility(group_id), slug))
    return group_id
