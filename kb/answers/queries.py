"""Reading articles: one for its readers, its history for those who write it. Lists are in article_lists.py."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.answers.access import NO_ARTICLE, READABLE_ANSWER, READABLE_ARTICLE, access_article, readers, tell_gone
from kb.answers.addresses import answer_path, article_path
from kb.answers.article_lists import ArticleLine, list_articles, list_drafts
from kb.answers.rules import State
from kb.answers.verifying import NEWEST_RELEASE
from kb.clusters.audiences import LABEL
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.languages.offered import LANGUAGES
from kb.text.differences import DiffLine, compare_texts

__all__ = [
    "ArticleLine", "ArticleView", "Origin", "RevisionLine", "RevisionView", "UseCounts",
    "count_uses", "get_article", "get_newest_text", "get_revision", "list_articles", "list_drafts", "list_revisions",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """The answer an article grew from, where its reader may read that too."""

    author: str
    path: str
    licence: str | None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """The article as its reader sees it: the published revision, or the newest while nothing is published.

    The cluster is named to staff alone: its label may hold words of private questions.
    """

    id: UUID
    number: int
    slug: str
    title: str
    body_html: str
    state: State
    visibility: str
    revision: int
    published_revision: int | None
    cluster_id: UUID | None
    cluster_number: int | None
    cluster_label: str | None
    space_slug: str | None
    space_name: str | None
    author: str
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    verified_at: datetime | None
    verified_for: str | None
    verified_by: str | None
    newest_release: str | None
    answer_id: UUID | None
    people_helped: int
    said_solved: bool
    origin: Origin | None
    language: str
    is_translation: bool
    is_outdated: bool

    @property
    def path(self) -> str:
        """Where it is read."""
        return article_path(self.number, self.slug)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`: how its language is written."""
        return LANGUAGES[self.language].direction if self.language in LANGUAGES else "ltr"

    @property
    def is_due(self) -> bool:
        """Whether a release is out that it was not checked for."""
        return self.newest_release is not None and self.verified_for != self.newest_release

    @property
    def has_unpublished_changes(self) -> bool:
        """Whether a newer revision than the one readers see waits."""
        return self.published_revision is not None and self.revision > self.published_revision


_ARTICLE = f"""
select ar.id, ar.number, ar.slug, ar.title, ar.body_html, ar.state, ar.visibility, ar.revision, ar.published_revision,
    ar.cluster_id, c.number as cluster_number, case when c.id is not null then {LABEL} end as cluster_label,
    s.slug as space_slug, s.name as space_name,
    author.name as author, ar.created_at, ar.updated_at,
    ar.published_at, ar.verified_at, ar.verified_for, verifier.name as verified_by,
    {NEWEST_RELEASE} as newest_release, ar.language, ar.translation_of is not null as is_translation,
    coalesce(tr.translated_revision < original.published_revision, false) as is_outdated, a.id as answer_id, u.people_helped, u.said_solved,
    o.kind as origin_kind, o.source_id as origin_source, o.author as origin_author, o.licence as origin_licence, o.number as origin_number
from article ar
join person author on author.id = ar.author_id
left join person verifier on verifier.id = ar.verified_by
left join article original on original.id = ar.translation_of
left join article_revision tr on tr.article_id = ar.id and tr.number = coalesce(ar.published_revision, ar.revision)
left join space s on s.id = ar.space_id and s.visibility = any($1)
left join cluster c on c.id = ar.cluster_id and $6
left join answer a on a.source_id = ar.family_id and a.retired_at is null
cross join lateral (
    select count(distinct coalesce(u.person_id::text, u.visitor)) as people_helped,
        coalesce(bool_or(u.person_id = $4 or u.visitor = $5), false) as said_solved
    from answer_use u where u.answer_id = a.id and u.kind = 'said_solved'
) u
left join lateral (
    select a.kind, a.source_id, p.name as author, po.licence, tk.number
    from answer a left join person p on p.id = a.author_id
    left join post po on a.kind = 'post' and po.id = a.source_id
    left join ticket tk on a.kind = 'reply' and tk.id = a.parent_id
    where a.id = ar.from_answer_id and {READABLE_ANSWER}
) o on true
where {READABLE_ARTICLE} and ar.number = $3
"""


async def get_article(actor: Actor, number: int, *, visitor: str | None = None) -> ArticleView:
    """In one statement. Raises `NotFound` for an article the actor may not read, `Gone` where everybody could read it once."""
    row = await fetch_one(
        _ARTICLE, *readers(actor), possible_number(number), actor.person_id, visitor, actor.may(Permission.CLUSTER_READ)
    )
    if row is None:
        await tell_gone(number)
        raise NotFound(NO_ARTICLE)
    origin = None
    if row["origin_kind"]:
        path = answer_path(row["origin_kind"], row["origin_source"], row["origin_number"], None)
        origin = Origin(row["origin_author"] or "", path, row["origin_licence"])
    return ArticleView(**{key: value for key, value in row.items() if not key.startswith("origin_")}, origin=origin)


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One revision in an article's history."""

    number: int
    title: str
    author: str
    note: str
    masked: Mapping[str, int]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision in full, with what it changed."""

    line: RevisionLine
    body_html: str
    changes: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class NewestText:
    """What an editor goes on from."""

    title: str
    body: str
    revision: int
    translated: int | None = None


async def get_newest_text(actor: Actor, article_id: UUID) -> NewestText:
    """The newest revision, published or not."""
    actor.require(Permission.ARTICLE_DRAFT)
    article = await access_article(actor, article_id)
    row = await fetch_one(
        "select title, body_source as body, number as revision, translated_revision as translated from article_revision"
        " where article_id = $1 and number = $2",
        article.id,
        article.revision,
    )
    if row is None:
        raise NotFound(NO_ARTICLE)
    return NewestText(**row)


_REVISIONS = (
    "select r.number, r.title, p.name as author, r.note, r.masked, r.created_at, r.body_source, r.body_html"
    " from article_revision r join person p on p.id = r.author_id where r.article_id = $1"
)


async def list_revisions(actor: Actor, article_id: UUID) -> list[RevisionLine]:
    """The history, newest first; for those who write articles, since drafts hold what readers were not meant to see."""
    actor.require(Permission.ARTICLE_DRAFT)
    article = await access_article(actor, article_id)
    return [_line(row) for row in await fetch_all(f"{_REVISIONS} order by r.number desc", article.id)]


async def get_revision(actor: Actor, article_id: UUID, number: int) -> RevisionView:
    """One revision, beside the one before it."""
    actor.require(Permission.ARTICLE_DRAFT)
    article = await access_article(actor, article_id)
    rows = await fetch_all(
        f"{_REVISIONS} and r.number = any($2::int[]) order by r.number desc",
        article.id,
        [n for n in (number, number - 1) if 0 < n < 2**31],
    )
    if not rows or rows[0]["number"] != number:
        raise NotFound(say("There is no such revision."))
    before = rows[1]["body_source"] if len(rows) > 1 else ""
    return RevisionView(_line(rows[0]), rows[0]["body_html"], tuple(compare_texts(before, rows[0]["body_source"])))


@dataclass(frozen=True, slots=True)
class UseCounts:
    """Sums of the ledger for one answer; a person or visitor counts once a kind and day."""

    shown: int
    opened: int
    inserted: int
    sent: int
    edited_then_sent: int
    said_solved: int
    reopened: int
    re_asked: int


async def count_uses(actor: Actor, answer_id: UUID) -> UseCounts:
    """What the ledger holds about an answer, over all its revisions. For staff."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        "select u.kind, count(distinct (coalesce(u.person_id::text, u.visitor), (u.created_at at time zone 'utc')::date)) as n"
        f" from answer_use u join answer a on a.id = u.answer_id where u.answer_id = $2 and {READABLE_ANSWER} group by u.kind",
        actor.visibilities,
        answer_id,
    )
    counts = {row["kind"]: row["n"] for row in rows}
    return UseCounts(**{kind: counts.get(kind, 0) for kind in UseCounts.__slots__})


def _line(row: Mapping[str, object]) -> RevisionLine:
    fields = {key: row[key] for key in ("number", "title", "author", "note", "created_at")}
    return RevisionLine(**fields, masked=json.loads(str(row["masked"])))  # type: ignore[arg-type]
