"""The whole of an answer for a foreign page, and the answer a message leads to."""

import re
from dataclasses import dataclass
from uuid import UUID

from kb.answers.ranking import list_answers
from kb.answers.texts import get_answer_text
from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_value
from kb.core.errors import NotFound
from kb.help.portable import Node, portable_tree
from kb.help.rules import say_why

MAX_BODY = 16_000
"""Characters of HTML sent along; a longer answer is read on its own page."""

_POST = re.compile(r"/posts/([0-9a-f-]{36})")
_ARTICLE = re.compile(r"/kb/(\d{1,18})(?:/|$)")


@dataclass(frozen=True, slots=True)
class AnswerBody:
    """An answer to be shown elsewhere. `tree` is empty when it is too long; `licence` binds whoever shows imported text."""

    tree: list[Node]
    author: str
    licence: str | None


@dataclass(frozen=True, slots=True)
class LinkedAnswer:
    """The answer a message is about."""

    id: UUID
    title: str
    path: str
    why: str
    body: AnswerBody


async def read_body(answer_id: UUID, *, base_url: str) -> AnswerBody | None:
    """None for what not everybody may read, or what was retired a moment ago."""
    try:
        text = await get_answer_text(ANONYMOUS, answer_id)
    except NotFound:
        return None
    tree = portable_tree(text.body_html, base_url=base_url) if len(text.body_html) <= MAX_BODY else []
    return AnswerBody(tree, text.author, text.licence)


async def find_answer_at(path: str | None, *, base_url: str) -> LinkedAnswer | None:
    """The public answer read at this path of ours; None where there is none, or the path leads elsewhere."""
    answer_id = await _answer_id(path or "")
    if answer_id is None:
        return None
    ranked = await list_answers(ANONYMOUS, [answer_id])
    body = await read_body(answer_id, base_url=base_url)
    if not ranked or body is None:
        return None
    return LinkedAnswer(answer_id, ranked[0].title, ranked[0].path, say_why(ranked[0]), body)


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
