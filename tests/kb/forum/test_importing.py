"""Imported topics stand as asked ones do: excerpts, counts, and no doubling."""

from datetime import UTC, datetime
from uuid import UUID

from kb.core.actor import ANONYMOUS, SYSTEM
from kb.core.unit_of_work import unit_of_work
from kb.forum.importing import (
    ImportedPost,
    ImportedTopic,
    accept_imported,
    ensure_space,
    insert_imported_posts,
    insert_imported_topics,
)
from kb.forum.queries import get_topic_page
from kb.forum.spaces import list_spaces
from kb.forum.topic_lists import TopicFilter, list_topics
from tests.support.factories import make_person


def post(source_id: str, parent: str, author_id: UUID, *, minute: int) -> ImportedPost:
    at = datetime(2026, 3, 1, 12, minute, tzinfo=UTC)
    return ImportedPost(
        source_id, parent, author_id, "Some *words*", "<p>Some <em>words</em></p>", "1", 3, "CC BY-SA 4.0", at
    )


async def bring_in(author_id: UUID) -> None:
    async with unit_of_work(SYSTEM) as unit:
        space, _ = await ensure_space(unit, slug="old", name="Old", description="")
        topics = [
            ImportedTopic("Why does it stop?", "why-does-it-stop", post("q1", "q1", author_id, minute=0)),
            ImportedTopic("Posts", "posts", post("q2", "q2", author_id, minute=1)),
        ]
        await insert_imported_topics(unit, source="old.test", space_id=space, topics=topics)
        replies = [post("a1", "q1", author_id, minute=2), post("a2", "q1", author_id, minute=3)]
        await insert_imported_posts(unit, source="old.test", posts=replies)
        await accept_imported(unit, source="old.test", pairs=[("q1", "a2")])


async def test_an_import_run_twice_stands_once_with_right_counts(db: str) -> None:
    author = await make_person()
    assert author.person_id is not None
    for _ in range(2):
        await bring_in(author.person_id)
    (space,) = await list_spaces(ANONYMOUS)
    assert (space.topic_count, space.solved_count) == (2, 1)
    first, second = (await list_topics(ANONYMOUS, TopicFilter())).topics
    assert (first.title, first.excerpt, first.replies, first.votes, first.is_solved) == (
        "Why does it stop?", "Some words", 2, 3, True,
    )  # fmt: skip
    assert second.slug == "posts-question"
    page = await get_topic_page(ANONYMOUS, first.number)
    assert page.chief is not None
    assert (page.chief.position, page.chief.licence) == (3, "CC BY-SA 4.0")
