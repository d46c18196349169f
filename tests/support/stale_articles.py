"""A replayed log: 50 articles that stopped holding among 450 that hold, told by what people do and by nothing else.

Half a year of reading, replying and asking is planted with COPY into the tables the product writes. The five ways of going stale are
spread over often and seldom read articles alike, and sound ones have all the same things happen to them by chance: readers who ask
again, agents who shorten, newer answers that agree, fixes that change nothing, much traffic.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import numpy as np

from kb.core.clock import now
from kb.core.database import connection, execute
from kb.core.ids import new_id

ARTICLES, STALE = 500, 50
DAYS = 125
"""Of log; the onset of staleness lies 25 to 60 days back."""

PEOPLE = 1_500
KINDS = ("asked_again", "rewritten", "contradicted", "shipped", "drifted")
HOW_MANY = (14, 12, 9, 7, 8)
DIMENSIONS = 32
BODY = (
    "1. Open **Settings > Mail {n}**.\n2. Press **Reset {n}**, then **Unblock {n}**.\n\n"
    "The link is good for 30 minutes, from version 4.1 on."
)
AGREES = "As the article says: Settings > Mail {n}, and the link is good for 30 minutes. I pressed it twice."
CONTRADICTS = "It moved: **Account > Security {n}**. Press **Send {n}** and **Again {n}**, the link is good for {m} minutes by now."


@dataclass(frozen=True, slots=True)
class Planted:
    """An article and the truth about it: in which ways it is stale, none where it is sound."""

    id: UUID
    answer_id: UUID
    cluster_id: UUID
    since: datetime
    onset: datetime
    reads_a_day: float
    ways: frozenset[str]


_numbers = count(1 << 100)


def _next_id() -> UUID:
    """For rows by the hundred thousand, in the order of making; `new_id` asks the system for random bytes each time."""
    return UUID(int=next(_numbers))


@dataclass(slots=True)
class _Rows:
    """Rows to copy, by table."""

    of: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, *values: Any) -> None:
        self.of.setdefault(table, []).append(values)


COLUMNS = {
    "person": ("id", "name", "username", "role", "created_at"),
    "cluster": ("id", "label", "created_at"),
    "article": (
        "id", "title", "slug", "state", "visibility", "revision", "published_revision", "body_html", "cluster_id", "author_id",
        "created_at", "updated_at", "published_at", "verified_at",
    ),
    "article_revision": ("article_id", "number", "title", "body_source", "body_html", "renderer", "author_id", "created_at"),
    "answer": (
        "id", "kind", "source_id", "parent_id", "cluster_id", "author_id", "visibility", "title", "excerpt", "accepted", "created_at",
    ),
    "answer_use": ("id", "answer_id", "revision", "cluster_id", "kind", "surface", "person_id", "visitor", "distance", "created_at"),
    "question": (
        "id", "source_kind", "source_id", "parent_id", "person_id", "title", "text", "text_hash", "visibility", "asked_at", "cluster_id",
        "created_at",
    ),
    "topic": ("id", "space_id", "author_id", "title", "slug", "last_posted_at", "created_at"),
    "post": ("id", "topic_id", "author_id", "position", "body_source", "body_html", "renderer", "accepted_at", "created_at"),
    "issue": ("id", "cluster_id", "title", "body_source", "packet", "tracker", "state", "created_at", "closed_at"),
    "article_feedback": ("id", "article_id", "revision", "helpful", "reason", "visitor", "created_at", "updated_at"),
}  # fmt: skip
"""In the order in which they refer to each other."""


async def plant_log(seed: int) -> list[Planted]:
    """The whole log of one seed; returns the truth."""
    random, rows = np.random.default_rng(seed), _Rows()
    people = [new_id() for _ in range(PEOPLE)]
    agent, space_id = new_id(), new_id()
    for number, person_id in enumerate([*people, agent]):
        rows.add("person", person_id, f"P{number}", f"log{number}", "agent" if person_id == agent else "member", now())
    await execute("insert into space (id, slug, name, created_at) values ($1, 'log', 'Log', now())", space_id)
    articles = [_article(number, random, rows, agent) for number in range(ARTICLES)]
    vectors: list[tuple[UUID, np.ndarray]] = []
    for number, one in enumerate(articles):
        _readers(one, random, rows, people)
        _replies(one, random, rows, people)
        _answers(number, one, random, rows, people, space_id)
        _issues(one, random, rows)
        if number < STALE or number % 2:  # of the other sound ones nobody asked since
            vectors += _questions(one, random, rows, people)
    await _copy(rows, vectors)
    return articles


def _ways(number: int, random: np.random.Generator) -> frozenset[str]:
    if number >= STALE:
        return frozenset()
    kind = np.repeat(KINDS, HOW_MANY)[number]
    second = [str(random.choice(KINDS))] if random.random() < 0.35 else []
    return frozenset([str(kind), *second])


def _article(number: int, random: np.random.Generator, rows: _Rows, author: UUID) -> Planted:
    """Seldom read and often read ones among both; a stale one was checked before it went stale, as long ago as any other."""
    moment, ways = now(), _ways(number, random)
    onset = moment - timedelta(days=float(random.uniform(35, 60)))
    checked = float(random.uniform(65, 400) if ways else random.uniform(15, 400))
    since = moment - timedelta(days=checked)
    cluster_id, article_id, answer_id, body = new_id(), new_id(), new_id(), BODY.format(n=number)
    rows.add("cluster", cluster_id, "", since)
    rows.add(
        "article", article_id, f"Article {number}", "slug", "published", "public", 1, 1, "", cluster_id, author, since, since, since, since
    )  # fmt: skip
    rows.add("article_revision", article_id, 1, f"Article {number}", body, "", "1", author, since)
    rows.add(
        "answer",
        answer_id,
        "article",
        article_id,
        article_id,
        cluster_id,
        author,
        "public",
        f"Article {number}",
        "",
        False,
        since,
    )
    reads = float(min(random.lognormal(-0.4, 1.1), 12))
    return Planted(article_id, answer_id, cluster_id, since, onset, reads, ways)


def _moments(a_day: float, random: np.random.Generator) -> list[datetime]:
    moment, many = now(), int(random.poisson(a_day * DAYS))
    return [moment - timedelta(days=ago) for ago in random.uniform(0, DAYS, many).tolist()]


def _readers(one: Planted, random: np.random.Generator, rows: _Rows, people: list[UUID]) -> None:
    """Three of four are signed in. A few vote, and those whom it let down only somewhat less kindly."""
    base, risen = float(random.beta(2, 18)), float(random.uniform(0.2, 0.45))
    for at in _moments(one.reads_a_day, random):
        is_late = at > one.onset and bool(one.ways)
        person = people[random.integers(PEOPLE)] if random.random() < 0.75 else None
        visitor = None if person else f"v{random.integers(10**9)}"
        rows.add(
            "answer_use", _next_id(), one.answer_id, 1, one.cluster_id, "opened", "article", person, visitor, None, at
        )
        again = base + (risen if "asked_again" in one.ways and at > one.onset else 0)
        later = at + timedelta(days=float(random.uniform(0.05, 6.5)))
        if person and random.random() < again and later < now():
            _question(rows, one, person, later)
        if random.random() < 0.04:
            helpful = random.random() < (0.6 if is_late else 0.8)
            rows.add("article_feedback", _next_id(), one.id, 1, helpful, "", f"f{random.integers(10**9)}", at, at)


def _replies(one: Planted, random: np.random.Generator, rows: _Rows, people: list[UUID]) -> None:
    base, risen = float(random.beta(2, 14)), float(random.uniform(0.3, 0.6))
    for at in _moments(one.reads_a_day * 0.35, random):
        rewrites = random.random() < base + (risen if "rewritten" in one.ways and at > one.onset else 0)
        distance = float(random.uniform(0.3, 1) if rewrites else random.beta(1, 12))
        person = people[random.integers(PEOPLE)]
        rows.add(
            "answer_use",
            _next_id(),
            one.answer_id,
            1,
            one.cluster_id,
            "edited_then_sent",
            "desk",
            person,
            None,
            distance,
            at,
        )


def _answers(
    number: int, one: Planted, random: np.random.Generator, rows: _Rows, people: list[UUID], space_id: UUID
) -> None:
    """Newer accepted answers: those of a third of all articles agree, and one of thirty sound ones is contradicted by somebody who errs."""
    texts = [AGREES.format(n=number)] * int(random.integers(1, 4)) if random.random() < 0.33 else []
    if "contradicted" in one.ways:
        texts += [CONTRADICTS.format(n=number, m=60)] * int(random.integers(1, 4))
    elif random.random() < 0.03:
        texts.append(CONTRADICTS.format(n=number, m=45))
    for text in texts:
        at = max(one.onset, one.since + timedelta(days=1)) + timedelta(days=float(random.uniform(0, 10)))
        topic_id, post_id, author = new_id(), new_id(), people[random.integers(PEOPLE)]
        rows.add("topic", topic_id, space_id, author, "A topic", "a-topic", at, at)
        rows.add("post", post_id, topic_id, author, 2, text, "", "1", at, at)
        rows.add(
            "answer", new_id(), "post", post_id, topic_id, one.cluster_id, author, "public", "A topic", "", True, at
        )


def _issues(one: Planted, random: np.random.Generator, rows: _Rows) -> None:
    """Fixes from before the article was checked say nothing; of one in forty sound articles one shipped since and changed nothing."""
    if "shipped" in one.ways:
        closed = one.onset
    elif random.random() < 0.025:
        closed = max(one.onset, one.since + timedelta(days=1))
    elif random.random() < 0.1:
        closed = one.since - timedelta(days=3)
    else:
        return
    rows.add(
        "issue", new_id(), one.cluster_id, "Issue", "", "{}", "board", "shipped", closed - timedelta(days=20), closed
    )


def _questions(
    one: Planted, random: np.random.Generator, rows: _Rows, people: list[UUID]
) -> list[tuple[UUID, np.ndarray]]:
    """Questions around the cluster's centre; where it drifted a good part of the new ones lies elsewhere."""
    centre, elsewhere = random.normal(size=DIMENSIONS), random.normal(size=DIMENSIONS)
    vectors = []
    for _ in range(int(random.integers(10, 45))):
        asked = one.since - timedelta(days=float(random.uniform(0, 90)))
        vectors.append((_question(rows, one, people[random.integers(PEOPLE)], asked), _around(centre, random)))
    share = float(random.uniform(0.35, 0.7)) if "drifted" in one.ways else 0.02
    for _ in range(int(random.integers(5, 40))):
        asked = one.onset + (now() - one.onset) * float(random.random())
        away = random.random() < share
        vectors.append(
            (
                _question(rows, one, people[random.integers(PEOPLE)], asked),
                _around(elsewhere if away else centre, random),
            )
        )
    return vectors


def _around(centre: np.ndarray, random: np.random.Generator) -> np.ndarray:
    vector = centre / np.linalg.norm(centre) + 0.14 * random.normal(size=DIMENSIONS)
    return np.asarray(vector / np.linalg.norm(vector))


def _question(rows: _Rows, one: Planted, person: UUID, at: datetime) -> UUID:
    question_id = _next_id()
    rows.add(
        "question",
        question_id,
        "search",
        question_id,
        question_id,
        person,
        "Q",
        "q",
        b"",
        "public",
        at,
        one.cluster_id,
        at,
    )
    return question_id


async def _copy(rows: _Rows, vectors: Iterable[tuple[UUID, np.ndarray]]) -> None:
    async with connection() as conn:
        await conn.execute(
            "set session_replication_role = replica"
        )  # the log agrees with itself: no need to look each key up
        for table, columns in COLUMNS.items():
            await conn.copy_records_to_table(table, records=rows.of.get(table, []), columns=list(columns))
        model_id = await conn.fetchval(
            "insert into embedding_model (fingerprint, dimensions, active, created_at) values ('log', $1, true, now()) returning id",
            DIMENSIONS,
        )
        await conn.execute("create temp table planted_vector (question_id uuid, vector text)")
        records = [(id_, "[" + ",".join(f"{x:.5f}" for x in vector.tolist()) + "]") for id_, vector in vectors]
        await conn.copy_records_to_table("planted_vector", records=records)
        await conn.execute(
            "insert into question_vector (question_id, model_id, text_hash, dimensions, vector)"
            " select question_id, $1, '', $2, vector::vector from planted_vector",
            model_id,
            DIMENSIONS,
        )
        await conn.execute("drop table planted_vector")
        await conn.execute("set session_replication_role = origin")
        await conn.execute("analyze")
