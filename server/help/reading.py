"""One answer by itself, for a page that shows it inside: whole, as a tree that cannot run anything."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, route

from kb.help.identifying import Caller
from kb.help.reading import LinkedAnswer, read_answer, read_article
from kb.languages.telling import tell
from server.help.api import OPEN, direction_of
from server.languages.negotiating import language_of
from server.wiring import Services

Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class WholeAnswerOut:
    """An answer everybody may read. `body` is empty only where it is longer than a page should show."""

    id: UUID
    title: str
    kind: str
    why: str
    url: str
    author: str
    licence: str | None
    body: list[Any]
    language: str
    direction: str


@route("/api/v1/help/answers/{answer_id:uuid}", http_method=["GET", "OPTIONS"], **OPEN)
async def api_get_help_answer(request: Asked, services: Services, caller: Caller, answer_id: UUID) -> WholeAnswerOut:
    """One public answer, in the language asked for where it has a version in it."""
    base_url = services.settings.base_url
    return _whole(await read_answer(answer_id, base_url=base_url), base_url, language_of(request))


@route("/api/v1/help/articles/{number:int}", http_method=["GET", "OPTIONS"], **OPEN)
async def api_get_help_article(request: Asked, services: Services, caller: Caller, number: int) -> WholeAnswerOut:
    """One public article of the knowledge base by its number, in the language asked for where it has a version in it."""
    base_url = services.settings.base_url
    return _whole(await read_article(number, base_url=base_url), base_url, language_of(request))


def _whole(answer: LinkedAnswer, base_url: str, language: str) -> WholeAnswerOut:
    return WholeAnswerOut(
        id=answer.id,
        title=answer.title,
        kind=answer.kind,
        why=tell(answer.why, language),
        url=f"{base_url}{answer.path}",
        author=answer.body.author,
        licence=answer.body.licence,
        body=answer.body.tree,
        language=answer.body.language,
        direction=direction_of(answer.body.language),
    )
