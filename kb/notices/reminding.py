"""Reminding people of what they kept, at the time they chose."""

from kb.forum.bookmarking import note_reminded
from kb.forum.bookmarks import list_due
from kb.notices.giving import Hearer, Thing, give_notices
from kb.notices.listeners import Listener, keep_readers, list_people
from kb.notices.rules import REMINDER, WATCHING


async def remind_of_bookmarks() -> int:
    """Each reminder that is due, once for the time it was set to; returns how many people were told.

    One for what its owner may not read any more passes in silence.
    """
    told = 0
    for due in await list_due():
        listeners = [Listener(due.person_id, actor, WATCHING) for actor in await list_people([due.person_id])]
        readers = await keep_readers(listeners, due.topic_id, due.post_id)
        thing = Thing(f"reminder:{due.bookmark_id}:{due.remind_at.isoformat()}", due.topic_id, due.post_id)
        told += await give_notices(thing, [Hearer(one.person_id, REMINDER, WATCHING) for one in readers])
        await note_reminded(due.bookmark_id, due.remind_at)
    return told
