"""The whole text behind an answer: what an agent inserts, and what an article is drafted from."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from kb.answers.access import NO_ANSWER, READABLE_ANSWER
from kb.answers.addresses import answer_path
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An answer in full. `names` are the people of a private conversation, `companies` whom they work for; `licence` binds whoever
    shows imported text."""

    id: UUID
    kind: str
    title: str
    body_source: str
    body_html: str
    cluster_id: UUID | None
    space_id: UUID | None
    visibility: str
    revision: int
    author: str
    licence: str | None
    names: tuple[str, ...]
    path: str
    companies: tuple[str, ...] = ()

    @property
    def is_private(self) -> bool:
        """Whether it was written for one customer alone."""
        return self.visibility == "private"


_PEOPLE = (
    "(select array_agg(distinct who.name) from person who where who.name <> '' and (who.id in (tk.requester_id, tk.assignee_id)"
    " or who.id in (select tm.author_id from ticket_message tm where tm.ticket_id = tk.id)))"
)
"""SQL for the names of all who had a part in ticket `tk`; null where the answer is of none."""

_TEXT = (
    "select a.id, a.kind, a.source_id, a.title, a.cluster_id, a.visibility, a.revision, coalesce(author.name, '') as author,"
    " coalesce(p.body_source, m.body_source, r.body_source, mc.body) as body_source,"
    " coalesce(p.body_html, m.body_html, r.body_html, '') as body_html, p.licence,"
    " coalesce(t.space_id, ar.space_id) as space_id, coalesce(ar.number, tk.number) as number, ar.slug,"
    f" {_PEOPLE} as names, firm.name as company"
    " from answer a left join person author on author.id = a.author_id"
    " left join post p on a.kind = 'post' and p.id = a.source_id left join topic t on t.id = p.topic_id"
    " left join ticket_message m on a.kind = 'reply' and m.id = a.source_id left join ticket tk on tk.id = m.ticket_id"
    " left join person asker on asker.id = tk.requester_id left join account firm on firm.id = asker.account_id"
    " left join article ar on a.kind = 'article' and ar.id = a.source_id"
    " left join article_revision r on r.article_id = ar.id and r.number = ar.published_revision"
    " left join macro mc on a.kind = 'macro' and mc.id = a.source_id"
    f" where {READABLE_ANSWER}"
)


async def get_answer_text(actor: Actor, answer_id: UUID) -> AnswerText:
    """Raises `NotFound` for an answer the actor may not read."""
    row = await fetch_one(f"{_TEXT} and a.id = $2", actor.visibilities, answer_id)
    if row is None or row["body_source"] is None:
        raise NotFound(NO_ANSWER)
    return _text(row)


async def list_answer_texts(actor: Actor, answer_ids: Sequence[UUID]) -> dict[UUID, AnswerText]:
    """Those of these answers that the actor may read at this moment, in one statement; a post that is accepted no more is none."""
    rows = await fetch_all(
        f"{_TEXT} and a.id = any($2::uuid[]) and (a.kind <> 'post' or p.accepted_at is not null)",
        actor.visibilities,
        list(answer_ids),
    )
    return {row["id"]: _text(row) for row in rows if row["body_source"] is not None}


def _text(row: asyncpg.Record) -> AnswerText:
    return AnswerText(
        **{key: row[key] for key in _PLAIN},
        names=tuple(row["names"] or ()),
        path=answer_path(row["kind"], row["source_id"], row["number"], row["slug"]),
        companies=(row["company"],) if row["company"] else (),
    )


_PLAIN = (
    "id", "kind", "title", "body_source", "body_html", "cluster_id", "space_id", "visibility", "revision", "author", "licence",
)  # fmt: skip
