"""The way from draft to review and back, and what the one who approves is shown: what changes, what was masked, what is left."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.answers.access import access_article
from kb.answers.enough_people import ARTICLE_PEOPLE, find_people_missing, why_refused
from kb.answers.masking import list_personal_data
from kb.answers.returning import Returned, list_returns
from kb.answers.rules import Act, State, state_after
from kb.answers.texts import get_answer_text
from kb.answers.tracing import TracedPassage, trace_passages
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work
from kb.text.differences import DiffLine, compare_texts


@dataclass(frozen=True, slots=True)
class Review:
    """One revision beside what readers see now, or beside the answer it was drafted from.

    `masked` counts what was taken out since then; `personal` lists what looks personal in the text about to be read. `passages` are
    empty where the article was written afresh; `refused_because` says why its readers may not read it yet, "" where they may.
    """

    article_id: UUID
    number: int
    slug: str
    state: State
    visibility: str
    title: str
    old_title: str
    revision: int
    compared_with: str
    author: str
    note: str
    written_at: datetime
    lines: tuple[DiffLine, ...]
    masked: Mapping[str, int]
    personal: tuple[str, ...]
    from_private: bool
    author_id: UUID
    published_revision: int | None
    returns: tuple[Returned, ...]
    passages: tuple[TracedPassage, ...] = ()
    refused_because: str = ""

    @property
    def returned(self) -> Returned | None:
        """Why this very revision was handed back, if it was."""
        return next((one for one in self.returns if one.revision == self.revision), None)


async def submit_article(actor: Actor, article_id: UUID) -> None:
    """Ask for the draft to be read by somebody who may publish it."""
    await _move(actor, article_id, "submit", Permission.ARTICLE_DRAFT)


async def get_review(actor: Actor, article_id: UUID, *, least_people: int = ARTICLE_PEOPLE) -> Review:
    """The newest revision beside the text it would take the place of."""
    actor.require(Permission.ARTICLE_DRAFT)
    article = await access_article(actor, article_id)
    revisions = await _read_revisions(article.id)
    newest = revisions[article.revision]
    old_title, old, compared_with, from_private = "", "", "nothing yet: this is new", False
    if published := revisions.get(article.published_revision or 0):
        old_title, old, compared_with = published.title, published.body, f"revision {published.number}, published"
    elif article.from_answer_id is not None:
        old_title, old, compared_with, from_private = await _origin(actor, article.from_answer_id)
    lines, personal = await asyncio.to_thread(
        lambda: (compare_texts(old, newest.body), list_personal_data(f"{newest.title}\n{newest.body}"))
    )
    since = article.published_revision or 0
    missing = await find_people_missing(article.id, article.visibility, least=least_people)
    passages = await trace_passages(actor, article.id, newest.body)
    from_private = from_private or any(one.is_private for passage in passages for one in passage.sources)
    return Review(
        article.id, article.number, article.slug, article.state, article.visibility, newest.title, old_title, newest.number,
        compared_with, newest.author, newest.note, newest.written_at, tuple(lines),
        _sum([r.masked for r in revisions.values() if r.number > since]), tuple(personal), from_private,
        newest.author_id, article.published_revision, tuple(await list_returns(actor, article.id)),
        tuple(passages), why_refused(missing, least_people) if missing else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Revision:
    number: int
    title: str
    body: str
    author: str
    note: str
    written_at: datetime
    masked: Mapping[str, int]
    author_id: UUID


async def _read_revisions(article_id: UUID) -> dict[int, _Revision]:
    rows = await fetch_all(
        "select r.number, r.title, r.body_source, p.name, r.note, r.created_at, r.masked, r.author_id from article_revision r"
        " join person p on p.id = r.author_id where r.article_id = $1",
        article_id,
    )
    return {
        row["number"]: _Revision(
            row["number"],
            row["title"],
            row["body_source"],
            row["name"],
            row["note"],
            row["created_at"],
            json.loads(row["masked"]),
            row["author_id"],
        )
        for row in rows
    }


async def _origin(actor: Actor, answer_id: UUID) -> tuple[str, str, str, bool]:
    """The answer as its own readers see it. One that is gone, or not this actor's to read, compares with nothing."""
    try:
        answer = await get_answer_text(actor, answer_id)
    except NotFound:
        return "", "", "nothing: the answer it was drafted from is gone", False
    where = "the reply it was drafted from" if answer.is_private else "the answer it was drafted from"
    return answer.title, answer.body_source, where, answer.is_private


def _sum(counts: list[Mapping[str, int]]) -> dict[str, int]:
    kinds = sorted({kind for one in counts for kind in one})
    return {kind: sum(one.get(kind, 0) for one in counts) for kind in kinds}


async def _move(actor: Actor, article_id: UUID, act: Act, permission: Permission) -> None:
    actor.require(permission)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        state = state_after(article.state, act)
        await execute("update article set state = $2, updated_at = $3 where id = $1", article.id, state, unit.now)
        unit.audit(f"article.{act}", "article", article.id)
