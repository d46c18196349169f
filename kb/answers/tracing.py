"""Where each passage of an article comes from. Kept by the words of the passage, so an edit elsewhere leaves it traced."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kb.answers.access import READABLE_ANSWER
from kb.answers.addresses import answer_path
from kb.answers.gathering import SourcedPassage
from kb.answers.masking import Piece, split_at_masks
from kb.answers.passages import Passage, passage_key, split_passages
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PassageSource:
    """An answer that says it, readable by whoever is shown this; a ticket is named by its number, since its subject is its requester's.
    `has_changed`: its text is another by now; `is_gone`: it does not stand any more, and nothing else is told of it."""

    answer_id: UUID
    kind: str = ""
    title: str = ""
    path: str = ""
    author: str = ""
    licence: str | None = None
    is_private: bool = False
    has_changed: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class TracedPassage:
    """A passage of a revision, what was masked in it standing apart; without sources it was written by hand."""

    text: str
    pieces: tuple[Piece, ...]
    is_heading: bool
    sources: tuple[PassageSource, ...]


async def note_trace(unit: UnitOfWork, article_id: UUID, passages: Sequence[SourcedPassage]) -> None:
    """Part of the write that drafts an article."""
    rows = [(passage_key(one.passage.text), source) for one in passages for source in one.sources]
    rows = [row for row in dict.fromkeys(rows) if row[0]]
    await execute(
        "insert into article_trace (article_id, passage, answer_id, answer_revision)"
        " select $1, u.passage, a.id, a.revision from unnest($2::bytea[], $3::uuid[]) as u (passage, answer_id)"
        " join answer a on a.id = u.answer_id on conflict do nothing",
        article_id,
        [key for key, _ in rows],
        [answer_id for _, answer_id in rows],
    )


_SOURCES = f"""
select tr.passage, a.id as answer_id, a.retired_at is not null as is_gone, a.revision > tr.answer_revision as has_changed,
    a.kind, a.title, a.source_id, a.visibility = 'private' as is_private, coalesce(p.name, '') as author, po.licence,
    coalesce(tk.number, sa.number) as number, sa.slug
from article_trace tr join answer a on a.id = tr.answer_id
left join person p on p.id = a.author_id
left join post po on a.kind = 'post' and po.id = a.source_id
left join ticket tk on a.kind = 'reply' and tk.id = a.parent_id
left join article sa on a.kind = 'article' and sa.id = a.source_id
where tr.article_id = $2 and ({READABLE_ANSWER} or (a.retired_at is not null and a.visibility = any($1)))
order by tr.passage, a.created_at, a.id
"""


async def trace_passages(actor: Actor, article_id: UUID, body: str) -> list[TracedPassage]:
    """The text's passages in order with their sources, as far as the actor may read those; the caller says who may read the text."""
    rows = await fetch_all(_SOURCES, actor.visibilities, article_id)
    if not rows:
        return []
    sources: defaultdict[bytes, list[PassageSource]] = defaultdict(list)
    for row in rows:
        sources[row["passage"]].append(_source(row))
    return [_traced(one, sources[passage_key(one.text)]) for one in split_passages(body)]


def _traced(one: Passage, sources: Sequence[PassageSource]) -> TracedPassage:
    return TracedPassage(one.text, tuple(split_at_masks(one.text)), one.is_heading, tuple(sources))


def _source(row: Any) -> PassageSource:
    if row["is_gone"]:
        return PassageSource(row["answer_id"], is_gone=True)
    return PassageSource(
        row["answer_id"],
        row["kind"],
        name_source(row["kind"], row["title"], row["number"]),
        answer_path(row["kind"], row["source_id"], row["number"], row["slug"]),
        row["author"],
        row["licence"],
        row["is_private"],
        row["has_changed"],
    )


def name_source(kind: str, title: str, number: int | str | None) -> str:
    """What an answer is called beside a text that others are going to read."""
    return say("Ticket {number}", number=number) if kind == "reply" else title
