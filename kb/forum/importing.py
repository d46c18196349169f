"""Topics and posts that come with an import. Inserting what is already there changes nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork
from kb.forum.rules import EXCERPT_LENGTH, choose_slug
from kb.forum.spaces import add_to_counts
from kb.text.excerpts import excerpt


@dataclass(frozen=True, slots=True)
class ImportedPost:
    """A post as another system held it, already rendered. `parent_source_id` names its topic, also for the topic's first post."""

    source_id: str
    parent_source_id: str
    author_id: UUID
    body_source: str
    body_html: str
    renderer: str
    votes: int
    licence: str | None
    created_at: datetime
    language: str = ""


@dataclass(frozen=True, slots=True)
class ImportedTopic:
    """A question with its title; `question` is its first post."""

    title: str
    slug: str
    question: ImportedPost


async def ensure_space(
    unit: UnitOfWork,
    *,
    slug: str,
    name: str,
    description: str,
    visibility: str = "public",
    parent_id: UUID | None = None,
) -> tuple[UUID, bool]:
    """The space imports go to, and whether it is new: the one of that slug, if as few may read it, else one beside it."""
    for tried in (slug, f"{slug}-{visibility}"):
        new = await execute(
            "insert into space (id, slug, name, description, visibility, parent_id, position, created_at)"
            " values ($1, $2, $3, $4, $5, $6, 100, $7) on conflict (slug) do nothing",
            new_id(),
            tried,
            name,
            description,
            visibility,
            parent_id,
            unit.now,
        )
        row = await fetch_one("select id, visibility from space where slug = $1", tried)
        if row and row["visibility"] == visibility:
            return row["id"], bool(new)
    raise Conflict(
        f"The spaces {slug} and {slug}-{visibility} are read by others than those who read the imported one."
    )


async def insert_imported_topics(
    unit: UnitOfWork, *, source: str, space_id: UUID, topics: Sequence[ImportedTopic]
) -> list[UUID]:
    """Insert topics not yet known, each with its first post; returns the ids of the new ones."""
    questions = [topic.question for topic in topics]
    rows = await fetch_all(
        "insert into topic (id, space_id, author_id, title, slug, excerpt, vote_count, last_posted_at, last_poster_id,"
        "   source, source_id, created_at)"
        " select u.id, $2, u.author_id, u.title, u.slug, u.excerpt, u.votes, u.created_at, u.author_id, $1, u.source_id, u.created_at"
        " from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::timestamptz[])"
        "   as u (id, author_id, title, slug, excerpt, votes, source_id, created_at)"
        " on conflict (source, source_id) do nothing returning id, source_id",
        source,
        space_id,
        [new_id() for _ in topics],
        [question.author_id for question in questions],
        [topic.title for topic in topics],
        [choose_slug(topic.slug) for topic in topics],
        [excerpt(question.body_html, EXCERPT_LENGTH) for question in questions],
        [question.votes for question in questions],
        [question.parent_source_id for question in questions],
        [question.created_at for question in questions],
    )
    fresh = {row["source_id"] for row in rows}
    await insert_imported_posts(unit, source=source, posts=[q for q in questions if q.parent_source_id in fresh])
    await add_to_counts(space_id, topics=len(rows))
    return [row["id"] for row in rows]


async def insert_imported_posts(unit: UnitOfWork, *, source: str, posts: Sequence[ImportedPost]) -> list[UUID]:
    """Insert posts not yet known under their topics, in order of time; a post whose topic is unknown is passed over."""
    if not posts:
        return []
    rows = await fetch_all(
        "insert into post (id, topic_id, author_id, position, body_source, body_html, renderer, vote_count, licence,"
        "   source, source_id, created_at, language)"
        " select u.id, t.id, u.author_id,"
        "   coalesce((select max(p.position) from post p where p.topic_id = t.id), 0)"
        "     + row_number() over (partition by t.id order by u.created_at, u.source_id),"
        "   u.body_source, u.body_html, u.renderer, u.votes, u.licence, $1, u.source_id, u.created_at, u.language"
        " from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::int[],"
        "   $10::text[], $11::timestamptz[], $12::text[])"
        "   as u (id, source_id, parent_source_id, author_id, body_source, body_html, renderer, votes, licence, created_at, language)"
        " join topic t on t.source = $1 and t.source_id = u.parent_source_id"
        " where not exists (select 1 from post p where p.source = $1 and p.source_id = u.source_id)"
        " returning id, topic_id",
        source,
        [new_id() for _ in posts],
        [post.source_id for post in posts],
        [post.parent_source_id for post in posts],
        [post.author_id for post in posts],
        [post.body_source for post in posts],
        [post.body_html for post in posts],
        [post.renderer for post in posts],
        [post.votes for post in posts],
        [post.licence for post in posts],
        [post.created_at for post in posts],
        [post.language for post in posts],
    )
    await _recount([row["topic_id"] for row in rows])
    return [row["id"] for row in rows]


async def accept_imported(unit: UnitOfWork, *, source: str, pairs: Sequence[tuple[str, str]]) -> list[UUID]:
    """Mark accepted answers, given as (topic, post) in the source's ids; returns the posts newly accepted."""
    rows = await fetch_all(
        "update topic t set accepted_post_id = p.id from unnest($2::text[], $3::text[]) as u (topic, post)"
        " join post p on p.source = $1 and p.source_id = u.post"
        " where t.source = $1 and t.source_id = u.topic and p.topic_id = t.id and t.accepted_post_id is null"
        " returning p.id, t.space_id, t.hidden_at is null as is_seen",
        source,
        [topic for topic, _ in pairs],
        [post for _, post in pairs],
    )
    accepted = [row["id"] for row in rows]
    await execute("update post set accepted_at = created_at where id = any($1::uuid[])", accepted)
    solved = Counter(row["space_id"] for row in rows if row["is_seen"])
    for space_id in sorted(solved):
        await add_to_counts(space_id, solved=solved[space_id])
    return accepted


async def find_imported_topics(source: str, source_ids: Sequence[str]) -> set[str]:
    """Which of these topics of the source stand here already, by their ids there."""
    rows = await fetch_all(
        "select source_id from topic where source = $1 and source_id = any($2::text[])", source, list(source_ids)
    )
    return {row["source_id"] for row in rows}


async def _recount(topic_ids: Sequence[UUID]) -> None:
    await execute(
        "update topic t set post_count = c.posts, last_posted_at = c.last_at, last_poster_id = c.last_by"
        " from (select topic_id, count(*) as posts, max(created_at) as last_at,"
        "   (array_agg(author_id order by position desc))[1] as last_by"
        "   from post where topic_id = any($1::uuid[]) group by topic_id) c where t.id = c.topic_id",
        list(set(topic_ids)),
    )
