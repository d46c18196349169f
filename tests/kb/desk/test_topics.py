"""Who waits in the forum, as an agent sees it at the desk."""

from datetime import timedelta

import pytest

from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.errors import Invalid, NotAllowed
from kb.core.policy import Role
from kb.desk.topics import WAITS, count_waiting_topics, list_waiting_topics
from kb.forum.accepting import accept_post
from kb.forum.closing import close_topic
from kb.forum.hiding import hide_topic
from kb.forum.replying import reply_to_topic
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic


async def titles(actor: Actor) -> list[str]:
    found = [one.title for one in (await list_waiting_topics(actor)).topics]
    assert await count_waiting_topics(actor) == len(found)
    return found


async def test_those_wait_whose_last_word_is_not_an_agents_and_the_longest_waiting_stand_first(db: str) -> None:
    ines, tom = await make_person(), await make_person(Role.AGENT)
    first = await make_topic(ines, title="The export stops early")
    second = await make_topic(ines, title="Invoices are sent twice")
    assert await titles(tom) == ["The export stops early", "Invoices are sent twice"]

    await reply_to_topic(tom, first.id, "Which format do you export to?")
    assert await titles(tom) == ["Invoices are sent twice"]
    await reply_to_topic(ines, first.id, "To CSV, and it stops at 500 lines.")
    assert await titles(tom) == ["Invoices are sent twice", "The export stops early"]
    [waiting, _] = (await list_waiting_topics(tom)).topics
    assert (waiting.asker, waiting.replies, waiting.path) == (ines.name, 0, second.path)


async def test_what_is_solved_closed_hidden_or_long_ago_does_not_wait(db: str) -> None:
    ines, moderator, tom = await make_person(), await make_person(Role.MODERATOR), await make_person(Role.AGENT)
    solved, closed, hidden = [
        await make_topic(ines, title=f"Question number {word}") for word in ("one", "two", "three")
    ]
    with clock_held_at(now() - WAITS - timedelta(hours=1)):
        await make_topic(ines, title="A question of long ago")
    assert len(await titles(tom)) == 3
    await accept_post(ines, await reply_to_topic(await make_person(), solved.id, "Press the button twice."))
    await close_topic(ines, closed.id)
    await hide_topic(moderator, hidden.id)
    assert await titles(tom) == []


async def test_only_what_the_agent_may_read_waits_for_them(db: str) -> None:
    admin, tom, member = await make_person(Role.ADMIN), await make_person(Role.AGENT), await make_person()
    board = await make_space("board", visibility="staff")
    await make_topic(admin, space=board, title="Only for staff to see")
    assert await titles(tom) == []  # its last word is an admin's, who answers tickets, too
    with pytest.raises(NotAllowed):
        await list_waiting_topics(member)
    with pytest.raises(NotAllowed):
        await count_waiting_topics(member)


async def test_the_list_goes_on_where_it_stopped(db: str) -> None:
    ines, tom = await make_person(), await make_person(Role.AGENT)
    for number in range(5):
        await make_topic(ines, title=f"Question number {number}")
    seen, cursor = [], ""
    while True:
        page = await list_waiting_topics(tom, cursor=cursor, limit=2)
        seen += [one.title for one in page.topics]
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == [f"Question number {number}" for number in range(5)]
    with pytest.raises(Invalid):
        await list_waiting_topics(tom, cursor="nonsense")
