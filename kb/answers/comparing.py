"""Two texts of one article beside each other: any two revisions, or what somebody typed beside what was saved meanwhile."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.answers.access import access_article
from kb.answers.rules import clean_body, clean_line
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.text.differences import compare_texts
from kb.text.side_by_side import Pair, pair_lines


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two; `number` is 0 for a text that is no revision yet."""

    number: int
    title: str
    author: str
    note: str
    written_at: datetime | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The older on the left. `is_same` says that the texts do not differ; titles may."""

    old: Side
    new: Side
    pairs: tuple[Pair, ...]
    added: int
    removed: int

    @property
    def is_same(self) -> bool:
        """Whether the bodies say the same."""
        return not self.added and not self.removed


_TEXTS = (
    "select r.number, r.title, r.body_source, p.name as author, r.note, r.created_at as written_at from article_revision r"
    " join person p on p.id = r.author_id where r.article_id = $1 and r.number = any($2::int[])"
)


async def compare_revisions(actor: Actor, article_id: UUID, older: int, newer: int) -> Comparison:
    """Any two revisions, in the order asked for. Raises `NotFound` where one does not exist."""
    actor.require(Permission.ARTICLE_DRAFT)
    article = await access_article(actor, article_id)
    wanted = [number for number in {older, newer} if 0 < number < 2**31]
    found = {row["number"]: row for row in await fetch_all(_TEXTS, article.id, wanted)}
    if older not in found or newer not in found:
        raise NotFound(say("There is no such revision."))
    return await asyncio.to_thread(_compare, found[older], found[newer])


async def compare_typed(actor: Actor, article_id: UUID, title: str, body: str) -> Comparison:
    """The newest revision beside what somebody typed over an earlier one."""
    actor.require(Permission.ARTICLE_DRAFT)
    article = await access_article(actor, article_id)
    rows = await fetch_all(_TEXTS, article.id, [article.revision])
    typed = {
        "number": 0,
        "title": clean_line(title),
        "body_source": clean_body(body),
        "author": actor.name,
        "note": "",
        "written_at": None,
    }
    return await asyncio.to_thread(_compare, rows[0], typed)


def _compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    lines = compare_texts(old["body_source"], new["body_source"])
    return Comparison(
        _side(old),
        _side(new),
        tuple(pair_lines(lines)),
        sum(line.kind == "added" for line in lines),
        sum(line.kind == "removed" for line in lines),
    )


def _side(row: Mapping[str, Any]) -> Side:
    return Side(**{name: row[name] for name in ("number", "title", "author", "note", "written_at")})
