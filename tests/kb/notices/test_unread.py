"""What somebody has not read yet."""

from datetime import timedelta

from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.hiding import hide_post, hide_topic
from kb.forum.me_too import say_me_too
from kb.forum.reading import mark_all_read, note_read, take_back_all_read
from kb.notices import unread
from kb.notices.unread import count_unread_and_new, list_new, list_unread
from kb.notices.watching import watch_space, watch_topic
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def unread_of(reader: Actor) -> dict[str, int]:
    return {one.topic.title: one.unread for one in (await list_unread(reader)).topics}


async def new_of(reader: Actor) -> list[str]:
    return [one.topic.title for one in (await list_new(reader)).topics]


async def named(title: str, **rest: str) -> AskedTopic:
    return await make_topic(title=f"The topic {title}", **rest)  # type: ignore[arg-type]


async def test_unread_is_what_one_takes_part_in_watches_or_tracks_and_not_what_one_muted(db: str) -> None:
    reader = await make_person()
    for space in ("watched", "muted", "quiet"):
        await make_space(space)
    for title in ("joined", "tracked", "normal", "untouched"):
        topic = await named(title, space="quiet")
        if title == "joined":
            await say_me_too(reader, topic.id)
        elif title != "untouched":
            await say_me_too(reader, topic.id)
            await watch_topic(reader, topic.number, "tracking" if title == "tracked" else title)
        await make_reply(topic)
    await watch_space(reader, "watched", "watching")
    await watch_space(reader, "muted", "muted")
    for space in ("watched", "muted"):
        await make_reply(await named(f"in {space}", space=space))
    silenced = await named("silenced", space="watched")
    await watch_topic(reader, silenced.number, "muted")
    await make_reply(silenced)
    assert await unread_of(reader) == {"The topic joined": 1, "The topic tracked": 1, "The topic in watched": 2}
    assert await new_of(reader) == [
        f"The topic {title}" for title in ("in watched", "untouched", "normal", "tracked", "joined")
    ]


async def test_what_is_read_hidden_or_ones_own_is_not_listed(db: str) -> None:
    reader, moderator = await make_person(), await make_person(Role.MODERATOR)
    own = await make_topic(reader)
    first, second = await make_reply(own), await make_reply(own)
    [line] = (await list_unread(reader)).topics
    assert (line.unread, line.path) == (2, f"/posts/{first}")
    await note_read(reader, own.number, 2)
    [line] = (await list_unread(reader)).topics
    assert (line.unread, line.path) == (1, f"/posts/{second}")
    await make_reply(own, reader)
    assert len((await list_unread(reader)).topics) == 1, "an answer of one's own hides no other's"
    await hide_post(moderator, second)
    assert await unread_of(reader) == {}
    await make_reply(own)
    await hide_topic(moderator, own.id)
    assert await unread_of(reader) == {}
    assert await new_of(reader) == []


async def test_nothing_of_a_space_its_reader_may_not_read_is_listed_or_counted(db: str) -> None:
    await make_space("secret", visibility="staff")
    agent = await make_person(Role.AGENT)
    topic = await named("secret", space="secret")
    await watch_topic(agent, topic.number, "watching")
    await make_reply(topic)
    assert await unread_of(agent) == {"The topic secret": 1}
    await execute("update person set role = 'member' where id = $1", agent.person_id)
    member = Actor(Role.MEMBER, agent.person_id)
    assert await unread_of(member) == {}
    assert await new_of(member) == []
    counts = await count_unread_and_new(member)
    assert (counts.unread, counts.new) == (0, 0)


async def test_new_is_not_older_than_two_weeks_and_opened_is_not_new(db: str) -> None:
    reader = await make_person()
    with clock_held_at(now() - unread.NEW_FOR - timedelta(hours=1)):
        await named("old")
    opened, _ = await named("opened"), await named("other")
    await note_read(reader, opened.number, 1)
    assert await new_of(reader) == ["The topic other"]


async def test_marking_all_as_read_empties_both_lists_and_is_taken_back(db: str) -> None:
    reader = await make_person()
    own = await make_topic(reader)
    await make_reply(own)
    await named("new")
    counts = await count_unread_and_new(reader)
    assert (counts.unread, counts.new, counts.marked_at) == (1, 1, None)
    marked = await mark_all_read(reader)
    counts = await count_unread_and_new(reader)
    assert (counts.unread, counts.new, counts.marked_at) == (0, 0, marked)
    await take_back_all_read(reader)
    counts = await count_unread_and_new(reader)
    assert (counts.unread, counts.new, counts.marked_at) == (1, 1, None)


async def test_pages_hold_every_topic_once(db: str) -> None:
    reader, author = await make_person(), await make_person(Role.AGENT)
    titles = [f"topic {number}" for number in range(5)]
    for title in titles:
        topic = await make_topic(author, title=f"A {title}")
        await say_me_too(reader, topic.id)
        await make_reply(topic, author)
    for lister in (list_unread, list_new):
        seen: list[str] = []
        cursor = ""
        while True:
            page = await lister(reader, cursor=cursor, limit=2)
            seen += [one.topic.title for one in page.topics]
            if not (cursor := page.next_cursor):
                break
        assert seen == [f"A {title}" for title in reversed(titles)]
