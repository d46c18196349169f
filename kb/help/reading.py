"""The whole of an answer for a foreign page, and the answer a message leads to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.answers.access import NO_ANSWER, READABLE_ANSWER
from kb.answers.ranking import list_answers
from kb.answers.versions import BEST_FIRST, in_their_language
from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_all, fetch_value, planned_once
from kb.core.errors import NotFound
from kb.help.portable import Node, portable_tree
from kb.help.rules import say_why

SENT_ALONG = 16_000
"""Characters of HTML sent along with a list; a longer answer is read by itself."""

MAX_BODY = 200_000
"""Characters of HTML shown in somebody else's page at all: a book is read at its own address."""

_POST = re.compile(r"/posts/([0-9a-f-]{36})")
_ARTICLE = re.compile(r"/kb/(\d{1,18})(?:/|$)")


@dataclass(frozen=True, slots=True)
class AnswerBody:
    """An answer to be shown elsewhere, in the reader's language where there is a version. `tree` is empty when it is too long;
    `licence` binds whoever shows imported text; `language` is "" where it is not known."""

    tree: list[Node]
    author: str
    licence: str | None
    language: str = ""


@dataclass(frozen=True, slots=True)
class LinkedAnswer:
    """An answer by itself."""

    id: UUID
    kind: str
    title: str
    path: str
    why: str
    body: AnswerBody


_BODIES = planned_once(f"""
select a.id, coalesce(p.body_html, m.body_html, v.body_html) as html, coalesce(author.name, '') as author, p.licence,
    coalesce(v.language, p.language, '') as language
from answer a
left join person author on author.id = a.author_id
left join post p on a.kind = 'post' and p.id = a.source_id
left join ticket_message m on a.kind = 'reply' and m.id = a.source_id
left join lateral (select ar.body_html, ar.language from article ar where a.kind = 'article' and ar.family_id = a.source_id
    and ar.state = 'published' and ar.visibility = any($1) order by {BEST_FIRST} limit 1) v on true
where {READABLE_ANSWER} and a.id = any($2::uuid[])
""")


async def read_bodies(answer_ids: Sequence[UUID], *, base_url: str, most: int = SENT_ALONG) -> dict[UUID, AnswerBody]:
    """In one statement; without those that not everybody may read, or that were retired a moment ago."""
    rows = await fetch_all(in_their_language(_BODIES, ANONYMOUS), ANONYMOUS.visibilities, list(answer_ids))
    return {
        row["id"]: AnswerBody(
            portable_tree(row["html"], base_url=base_url) if len(row["html"]) <= most else [],
            row["author"],
            row["licence"],
            row["language"],
        )
        for row in rows
        if row["html"] is not None
    }


async def read_answer(answer_id: UUID, *, base_url: str) -> LinkedAnswer:
    """The whole of a public answer. Raises `NotFound`."""
    ranked = await list_answers(ANONYMOUS, [answer_id])
    bodies = await read_bodies([answer_id], base_url=base_url, most=MAX_BODY)
    if not ranked or answer_id not in bodies:
        raise NotFound(NO_ANSWER)
    found = ranked[0]
    return LinkedAnswer(answer_id, found.kind, found.title, found.path, say_why(found), bodies[answer_id])


async def find_answer_at(path: str | None, *, base_url: str) -> LinkedAnswer | None:
    """The public answer read at this path of ours; None where there is none, or the path leads elsewhere."""
    answer_id = await _answer_id(path or "")
    if answer_id is None:
        return None
    try:
        return await read_answer(answer_id, base_url=base_url)
    except NotFound:
        return None


async def read_article(number: int, *, base_url: str) -> LinkedAnswer:
    """The public article of this number. Raises `NotFound`."""
    found = await find_answer_at(f"/kb/{number}", base_url=base_url)
    if found is None:
        raise NotFound(NO_ANSWER)
    return found


async def _answer_id(path: str) -> UUID | None:
    if post := _POST.match(path):
        found = await fetch_value("select id from answer where kind = 'post' and source_id = $1", UUID(post[1]))
    elif article := _ARTICLE.match(path):
        found = await fetch_value(
            "select a.id from answer a join article ar on ar.family_id = a.source_id where a.kind = 'article' and ar.number = $1",
            int(article[1]),
        )
    else:
        return None
    answer_id: UUID | None = found
    return answer_id
