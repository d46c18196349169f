"""Translations through /api/v1."""

from dataclasses import dataclass

from litestar import get, put

from kb.answers.access import find_article_id
from kb.answers.revising import Revision, revise_article
from kb.answers.translating import Translation, TranslationLine, get_original, list_translations, write_translation
from kb.core.actor import Actor
from kb.core.permissions import Permission
from server.lists import CursorIn, Items, LimitIn, listed
from server.security.guards import requires

DRAFT = [requires(Permission.ARTICLE_DRAFT)]


@dataclass(frozen=True, slots=True)
class TranslationIn:
    """A version in another language. `translated` is the original's revision it says the same as; `based_on` its own newest
    revision, 0 for the first."""

    title: str
    body: str
    translated: int
    based_on: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class TranslationOut:
    """A language of the article; `number` is null where nobody translated it. `original` is the revision it should follow."""

    language: str
    number: int | None
    title: str
    state: str
    translated: int | None
    original: int
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class OriginalOut:
    """The text to translate; `revision` is what a translation of it is said to follow."""

    number: int
    language: str
    revision: int
    title: str
    body: str


@get("/api/v1/articles/{number:int}/translations", guards=DRAFT)
async def api_list_translations(
    actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[TranslationOut]:
    """Each language but the original's, translated or not, and whether the original has moved on."""
    lines = await list_translations(actor, await find_article_id(actor, number))
    rows = [_out(line) for line in lines]
    return listed(rows, lambda one: one.language, cursor=cursor, limit=limit)


@get("/api/v1/articles/{number:int}/original", guards=DRAFT)
async def api_get_original(actor: Actor, number: int) -> OriginalOut:
    """What this article translates, in Markdown: the revision readers see, or the newest while they see none. Of an original itself."""
    found = await get_original(actor, await find_article_id(actor, number))
    return OriginalOut(found.number, found.language, found.revision, found.title, found.body)


@put("/api/v1/articles/{number:int}/translations/{language:str}", guards=DRAFT)
async def api_translate_article(actor: Actor, number: int, language: str, data: TranslationIn) -> TranslationOut:
    """Store the next revision of this version, or its first. Readers see it once it is published, under a number of its own."""
    article_id = await find_article_id(actor, number)
    known = {line.language: line.number for line in await list_translations(actor, article_id)}.get(language)
    if known is None:
        draft = Translation(data.title, data.body, data.translated, data.note)
        await write_translation(actor, article_id, language, draft)
    else:
        text = Revision(data.title, data.body, data.based_on, data.note, data.translated)
        await revise_article(actor, await find_article_id(actor, known), text)
    lines = await list_translations(actor, article_id)
    return _out(next(line for line in lines if line.language == language))


def _out(line: TranslationLine) -> TranslationOut:
    return TranslationOut(
        line.language, line.number, line.title, line.state, line.translated, line.original, line.is_outdated
    )
