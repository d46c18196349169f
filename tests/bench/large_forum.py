"""A forum as large as the budgets speak of, planted by COPY: topics, posts, people, tags and the questions that search reads.

Texts are the demo's own, as they are kept: Markdown, HTML, renderer. Lengths of topics are spread from no reply to forty.
"""

import hashlib
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kb.core.clock import now
from kb.core.database import connection, execute, fetch_all
from kb.core.ids import new_id
from kb.demo.loading import load_demo

SPACES = 40
PEOPLE_PER_TOPIC = 0.05
TAGS = 400
_BATCH = 20_000

_PERSON = ("id", "email", "name", "username", "role", "created_at")
_SPACE = ("id", "slug", "name", "description", "visibility", "position", "created_at")
_TOPIC = (
    "id", "space_id", "author_id", "title", "slug", "excerpt", "post_count", "vote_count", "me_too_count",
    "last_posted_at", "last_poster_id", "source", "source_id", "created_at",
)  # fmt: skip
_POST = (
    "id", "topic_id", "author_id", "position", "body_source", "body_html", "renderer", "vote_count", "accepted_at", "created_at",
)  # fmt: skip
_QUESTION = (
    "id", "source_kind", "source_id", "parent_id", "person_id", "title", "text", "text_hash", "visibility",
    "asked_at", "considered_at", "created_at",
)  # fmt: skip

Row = tuple[Any, ...]


def replies_of(number: int, mean: int) -> int:
    """Replies of the topic with that number: 0 to 4 means in a fixed pattern whose average is the mean."""
    pattern = (0, 0, mean // 2, mean // 2, mean, mean, mean, mean, 2 * mean, 4 * mean - (mean // 2) * 2)
    return pattern[number % len(pattern)] if mean else 0


async def plant_forum(topics: int, posts: int) -> None:
    """The demo, and around it as many topics with as many posts in all, give or take a percent. Some minutes for a million."""
    await load_demo()
    planting = _Planting(topics, max(0, posts // topics - 1), await _texts())
    await _copy("person", _PERSON, planting.people())
    await _copy("space", _SPACE, planting.spaces())
    await _copy("tag", ("id", "slug", "created_at"), planting.tags())
    async for batch in planting.batches():
        await _copy("topic", _TOPIC, batch.topics)
        await _copy("post", _POST, batch.posts)
        await _copy("question", _QUESTION, batch.questions)
        await _copy("topic_tag", ("topic_id", "tag_id"), batch.tagged)
    await _settle()


async def _texts() -> list[Row]:
    rows = await fetch_all(
        "select p.body_source, p.body_html, p.renderer, t.title, t.excerpt from post p join topic t on t.id = p.topic_id"
        " where p.source = 'demo' order by p.id"
    )
    return [tuple(row) for row in rows]


async def _copy(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    async with connection() as conn:
        await conn.copy_records_to_table(table, records=rows, columns=list(columns))


async def _settle() -> None:
    """What the forum keeps beside its rows: accepted answers on their topics, counts on their spaces, the planner's statistics."""
    await execute(
        "update topic t set accepted_post_id = p.id from post p where p.topic_id = t.id and p.accepted_at is not null"
        " and t.source = 'bench'"
    )
    await execute(
        "update space s set topic_count = c.topics, solved_count = c.solved from (select space_id, count(*) as topics,"
        " count(accepted_post_id) as solved from topic where hidden_at is null group by space_id) c where c.space_id = s.id"
    )
    for table in ("topic", "post", "question", "topic_tag", "space", "person"):
        async with connection() as conn:
            await conn.execute(f"vacuum (analyze) {table}")


class _Batch:
    def __init__(self) -> None:
        self.topics: list[Row] = []
        self.posts: list[Row] = []
        self.questions: list[Row] = []
        self.tagged: list[Row] = []


class _Planting:
    """All rows, the same for the same sizes but for their ids and times."""

    def __init__(self, topics: int, replies: int, texts: list[Row]) -> None:
        self._topics, self._replies, self._texts = topics, replies, texts
        self._random = random.Random(7)
        self._people = [new_id() for _ in range(max(20, int(topics * PEOPLE_PER_TOPIC)))]
        self._spaces = [new_id() for _ in range(SPACES)]
        self._tags = [new_id() for _ in range(TAGS)]
        self._began = now() - timedelta(days=900)

    def people(self) -> list[Row]:
        return [
            (person, f"reader{number}@bench.example", f"Reader {number}", f"reader{number}", "member", self._began)
            for number, person in enumerate(self._people)
        ]

    def spaces(self) -> list[Row]:
        return [
            (space, f"bench-{number}", f"Space {number}", "Planted.", "public", 100 + number, self._began)
            for number, space in enumerate(self._spaces)
        ]

    def tags(self) -> list[Row]:
        return [(tag, f"bench-tag-{number}", self._began) for number, tag in enumerate(self._tags)]

    async def batches(self) -> AsyncIterator[_Batch]:
        batch = _Batch()
        for number in range(self._topics):
            self._topic(number, batch)
            if len(batch.posts) >= _BATCH:
                yield batch
                batch = _Batch()
        yield batch

    def _topic(self, number: int, batch: _Batch) -> None:
        topic, asker = new_id(), self._random.choice(self._people)
        text = self._texts[number % len(self._texts)]
        title = f"{text[3][:110]}, case {number}"
        asked = self._began + timedelta(days=890) * number / self._topics
        replies = replies_of(number, self._replies)
        posts = list(self._posts(topic, asker, replies, asked, is_solved=number % 3 == 0))
        batch.posts += posts
        last_poster, last_posted = posts[-1][2], posts[-1][9]
        batch.topics.append(
            (topic, self._random.choice(self._spaces), asker, title, "case", text[4], replies + 1, number % 4, number % 7,
             last_posted, last_poster, "bench", str(number), asked)
        )  # fmt: skip
        hashed = hashlib.blake2b(title.encode(), digest_size=16).digest()
        batch.questions.append(
            (new_id(), "topic", topic, topic, asker, title, text[0][:2000], hashed, "public", asked, asked, asked)
        )
        batch.tagged += [(topic, tag) for tag in self._random.sample(self._tags, number % 3)]

    def _posts(self, topic: UUID, asker: UUID, replies: int, asked: datetime, *, is_solved: bool) -> Iterator[Row]:
        for position in range(1, replies + 2):
            source, html, renderer, _, _ = self._random.choice(self._texts)
            author = asker if position == 1 else self._random.choice(self._people)
            written = asked + timedelta(hours=position - 1)
            accepted = written if is_solved and position == min(3, replies + 1) and position > 1 else None
            yield (new_id(), topic, author, position, source, html, renderer, position % 5, accepted, written)
