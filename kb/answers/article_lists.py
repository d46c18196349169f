"""Lists of articles: what is published, and what is being written. Categories are above, in kb/articles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.answers.access import READABLE_ARTICLE, readers
from kb.answers.addresses import article_path
from kb.answers.rules import EXCERPT_LENGTH, State
from kb.answers.verifying import DUE
from kb.answers.versions import ONE_VERSION, in_their_language
from kb.core.actor import Actor
from kb.core.cursors import Cursor
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.text.excerpts import excerpt

PAGE = 30


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One row of a list."""

    id: UUID
    number: int
    slug: str
    title: str
    excerpt: str
    state: State
    visibility: str
    revision: int
    published_revision: int | None
    space_slug: str | None
    space_name: str | None
    cluster_id: UUID | None
    author: str
    people_helped: int
    updated_at: datetime
    published_at: datetime | None
    verified_at: datetime | None
    verified_for: str | None
    language: str
    is_translation: bool

    @property
    def path(self) -> str:
        """Where it is read."""
        return article_path(self.number, self.slug)


@dataclass(frozen=True, slots=True)
class ArticleList:
    """A page of a list and where it goes on."""

    articles: tuple[ArticleLine, ...]
    next: Cursor | None


ARTICLE_COLUMNS = """
    ar.id, ar.number, ar.slug, ar.title,
    coalesce(case when ar.translation_of is null then a.excerpt end, left(ar.body_html, 2000)) as excerpt, ar.state, ar.visibility,
    ar.revision, ar.published_revision, s.slug as space_slug, s.name as space_name, ar.cluster_id, author.name as author,
    (select count(distinct coalesce(u.person_id::text, u.visitor)) from answer_use u
        where u.answer_id = a.id and u.kind = 'said_solved') as people_helped,
    ar.updated_at, ar.published_at, ar.verified_at, ar.verified_for, ar.language, ar.translation_of is not null as is_translation
"""
ARTICLE_FROM = """
    from article ar
    join person author on author.id = ar.author_id
    left join space s on s.id = ar.space_id and s.visibility = any($1)
    left join answer a on a.source_id = ar.family_id
"""
"""What a query for `line_of` selects, and from where; $1 is `actor.visibilities`. The caller filters by `READABLE_ARTICLE`."""

_ONE_FOUND = ONE_VERSION.format(
    also=" and ($3 = '' or v.words @@ websearch_to_tsquery('english', $3) or v.title ilike $4)"
)
"""Of the versions that hold the words, the one to show."""

_LIST = f"""
select {ARTICLE_COLUMNS} {ARTICLE_FROM}
where {READABLE_ARTICLE} and ar.state = 'published' and {_ONE_FOUND}
    and ($3 = '' or ar.words @@ websearch_to_tsquery('english', $3) or ar.title ilike $4)
    and ($5::text is null or coalesce(s.slug, '') = $5)
    and ($6::timestamptz is null or (ar.published_at, ar.id) < ($6, $7::uuid))
order by ar.published_at desc, ar.id desc limit $8
"""

_DRAFTS = f"""
select {ARTICLE_COLUMNS} {ARTICLE_FROM}
where {READABLE_ARTICLE} and (case $3 when 'archived' then ar.state = 'archived' when 'review' then ar.state = 'review'
    else ar.state = 'draft' or (ar.state = 'published' and ar.revision > ar.published_revision) end)
order by ar.updated_at desc, ar.id desc limit 200
"""


async def list_articles(
    actor: Actor, *, query: str = "", section: str | None = None, after: Cursor | None = None, limit: int = PAGE
) -> ArticleList:
    """Published articles, newest first; `query` are words to find in them, `section` a space's slug."""
    words = " ".join(query.replace("\x00", " ").split())[:200]
    moment, id_ = after or (None, None)
    rows = await fetch_all(
        in_their_language(_LIST, actor),
        *readers(actor),
        words,
        f"%{_escaped(words)}%",
        section.replace("\x00", "") if section is not None else None,
        moment,
        id_,
        limit + 1,
    )
    lines = tuple(line_of(row) for row in rows[:limit])
    last = lines[-1] if len(rows) > limit else None
    return ArticleList(lines, Cursor(last.published_at, last.id) if last and last.published_at else None)


async def list_drafts(actor: Actor, state: str = "draft") -> list[ArticleLine]:
    """What is being written (`draft`, with published articles that have newer text), waits for `review`, or is `archived`."""
    actor.require(Permission.ARTICLE_DRAFT)
    return [line_of(row) for row in await fetch_all(_DRAFTS, *readers(actor), state)]


async def count_drafts(actor: Actor) -> dict[str, int]:
    """How many articles stand in each list of `list_drafts`."""
    actor.require(Permission.ARTICLE_DRAFT)
    rows = await fetch_all(
        "select case when ar.state = 'published' then 'draft' else ar.state end as list, count(*) as n from article ar"
        f" where {READABLE_ARTICLE} and (ar.state <> 'published' or ar.revision > ar.published_revision) group by 1"
        " union all select 'scheduled', count(*) from article_schedule sc join article ar on ar.id = sc.article_id"
        f" where {READABLE_ARTICLE} and sc.state = 'waiting'"
        f" union all select 'verify', count(*) {DUE}",
        *readers(actor),
    )
    return {"draft": 0, "review": 0, "scheduled": 0, "verify": 0, "archived": 0} | {
        row["list"]: row["n"] for row in rows
    }


def line_of(row: Any) -> ArticleLine:
    """The row of a query over `ARTICLE_COLUMNS`."""
    fields = {key: row[key] for key in ArticleLine.__slots__}
    return ArticleLine(**{**fields, "excerpt": excerpt(row["excerpt"], EXCERPT_LENGTH)})


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
