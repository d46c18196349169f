"""Keeping posts for oneself."""

from datetime import timedelta
from uuid import UUID

import pytest

from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound, NotSignedIn
from kb.core.policy import Role
from kb.forum.bookmarking import annotate_bookmark, bookmark_post, remove_bookmark
from kb.forum.bookmarks import get_bookmark, list_bookmarks
from kb.forum.hiding import hide_post
from kb.forum.queries import get_topic_page
from kb.forum.rules import NOTE_MAX
from kb.notices.queries import list_notices
from kb.notices.reminding import remind_of_bookmarks
from kb.notices.wording import headline_of
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def kept(actor: Actor, **wanted: object) -> list[UUID]:
    return [one.post_id for one in (await list_bookmarks(actor, **wanted)).bookmarks]  # type: ignore[arg-type]


async def test_what_is_kept_is_listed_for_its_owner_alone_the_last_first(db: str) -> None:
    reader, other, topic = await make_person(), await make_person(), await make_topic()
    first, second = await make_reply(topic), await make_reply(topic)
    for post in (first, second, first):
        await bookmark_post(reader, post)
    assert await kept(reader) == [second, first]
    assert await kept(other) == []
    page = await get_topic_page(reader, topic.number)
    assert [post.is_bookmarked for post in page.posts] == [False, True, True]
    assert not any(post.is_bookmarked for post in (await get_topic_page(other, topic.number)).posts)
    await remove_bookmark(reader, first)
    await remove_bookmark(reader, first)
    assert await kept(reader) == [second]


async def test_what_may_not_be_read_any_more_leaves_no_trace_and_can_still_be_removed(db: str) -> None:
    reader, topic = await make_person(), await make_topic()
    hidden = await make_reply(topic)
    await make_space("secret", visibility="staff")
    elsewhere = await make_topic(space="secret")
    await bookmark_post(reader, hidden)
    await hide_post(await make_person(Role.MODERATOR), hidden)
    secret = (await get_topic_page(SYSTEM, elsewhere.number)).question.id
    with pytest.raises(NotFound):
        await bookmark_post(reader, secret)
    assert await kept(reader) == []
    with pytest.raises(NotFound):
        await get_bookmark(reader, hidden)
    await remove_bookmark(reader, hidden)
    assert await fetch_value("select count(*) from bookmark") == 0


async def test_a_list_is_searched_and_read_page_by_page(db: str) -> None:
    reader, topic = await make_person(), await make_topic(title="The export stops early")
    posts = [await make_reply(topic, body=f"Raise the limit to {number}00 rows.") for number in range(5)]
    for post in posts:
        await bookmark_post(reader, post)
    await annotate_bookmark(reader, (await get_bookmark(reader, posts[2])).id, note="try on Monday", remind_at=None)
    assert await kept(reader, text="MONDAY") == [posts[2]]
    assert await kept(reader, text="400 rows") == [posts[4]]
    assert len(await kept(reader, text="export stops")) == 5
    first = await list_bookmarks(reader, limit=2)
    rest = await list_bookmarks(reader, limit=9, cursor=first.next_cursor)
    assert [one.post_id for one in (*first.bookmarks, *rest.bookmarks)] == posts[::-1]
    assert rest.next_cursor == ""


async def test_a_reminder_comes_once_at_its_time_with_the_note(db: str) -> None:
    reader, topic = await make_person(), await make_topic(title="The export stops early")
    post = await make_reply(topic)
    bookmark = await bookmark_post(reader, post)
    await annotate_bookmark(reader, bookmark, note="try on Monday", remind_at=now() + timedelta(hours=3))
    assert await kept(reader, only_waiting=True) == [post]
    assert await remind_of_bookmarks() == 0
    await execute("update bookmark set remind_at = now() - interval '1 minute'")
    assert [await remind_of_bookmarks() for _ in range(2)] == [1, 0]
    told = (await list_notices(reader)).notices
    assert [(headline_of(one), one.excerpt, one.path) for one in told] == [
        ("You wanted to come back to The export stops early", "try on Monday", f"/posts/{post}")
    ]
    assert await kept(reader, only_waiting=True) == []
    await annotate_bookmark(reader, bookmark, note="", remind_at=now() + timedelta(hours=3))
    await execute("update bookmark set remind_at = now() - interval '1 minute'")
    assert await remind_of_bookmarks() == 1, "another time is another reminder"


async def test_nobody_is_reminded_of_what_was_hidden_meanwhile(db: str) -> None:
    reader, topic = await make_person(), await make_topic()
    post = await make_reply(topic)
    await annotate_bookmark(reader, await bookmark_post(reader, post), note="", remind_at=now() + timedelta(hours=3))
    await execute("update bookmark set remind_at = now() - interval '1 minute'")
    await hide_post(await make_person(Role.MODERATOR), post)
    assert [await remind_of_bookmarks() for _ in range(2)] == [0, 0]
    assert (await list_notices(reader)).notices == []


async def test_what_does_not_fit_is_refused_by_its_field(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, topic = await make_person(), await make_topic()
    bookmark = await bookmark_post(reader, await make_reply(topic))
    for note, remind_at, wrong in (("x" * (NOTE_MAX + 1), None, "note"), ("", now() - timedelta(days=1), "remind_at")):
        with pytest.raises(Invalid) as refused:
            await annotate_bookmark(reader, bookmark, note=note, remind_at=remind_at)
        assert set(refused.value.fields) == {wrong}
    with pytest.raises(NotFound):
        await annotate_bookmark(await make_person(), bookmark, note="", remind_at=None)
    with pytest.raises(NotSignedIn):
        await bookmark_post(ANONYMOUS, await make_reply(topic))
    monkeypatch.setattr("kb.forum.bookmarking.BOOKMARKS_MOST", 1)
    with pytest.raises(Conflict):
        await bookmark_post(reader, await make_reply(topic))
