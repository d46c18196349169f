"""Moving a topic to another space. Its address stays; its readers become the other space's at once."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import TopicFacts, access_topic
from kb.forum.events import note_topic_event
from kb.forum.messages import TopicMoved
from kb.forum.spaces import Space, add_to_counts, find_space


async def move_topic(actor: Actor, topic_id: UUID, space_slug: str) -> None:
    """Move; where it stands already nothing changes. Raises `Invalid` for a space that the actor may not read or that is closed.

    Moving it back is how it is undone: counts, tags and readers follow each time.
    """
    actor.require(Permission.TOPIC_ARRANGE)
    space = await find_target(actor, space_slug)
    async with unit_of_work(actor) as unit:
        await move_in(unit, await access_topic(actor, topic_id), space)


async def find_target(actor: Actor, space_slug: str) -> Space:
    """The space to move to. Raises `Invalid` for one that the actor may not read or that is closed."""
    space = await find_space(actor, space_slug)
    if space is None or space.is_archived:
        reason = say("This space is closed.") if space else say("Choose the space it belongs to.")
        raise Invalid(say("The topic cannot move there."), {"space": reason})
    return space


async def move_in(unit: UnitOfWork, topic: TopicFacts, space: Space) -> bool:
    """Part of a write. Whether it stood elsewhere."""
    if topic.space_id == space.id:
        return False
    await execute("update topic set space_id = $2 where id = $1", topic.id, space.id)
    if topic.is_counted:
        solved = 1 if topic.accepted_post_id else 0
        # In one order whichever way topics move, so that two moves that cross do not wait for each other.
        for space_id, change in sorted(((topic.space_id, -1), (space.id, 1))):
            await add_to_counts(space_id, topics=change, solved=change * solved)
    await note_topic_event(unit, topic.id, "moved", space_id=topic.space_id)
    unit.audit("topic.move", "topic", topic.id, from_space=topic.space_id, to=space.slug)
    unit.emit(TopicMoved(topic.id, space.id))
    return True
