"""An article in another language: with its own title, revisions and review, beside the original it follows."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from kb.answers.access import READABLE_ARTICLE, ArticleFacts, access_article, readers
from kb.answers.drafting import DraftedArticle, RevisionText, insert_revision
from kb.answers.rules import check_article, choose_slug, clean_body, clean_line
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.drafts.keeping import forget_draft
from kb.drafts.places import translation_place
from kb.languages.offered import LANGUAGES
from kb.text.markdown import render_markdown


@dataclass(frozen=True, slots=True)
class Translation:
    """What a translator typed, and the revision of the original it says the same as."""

    title: str
    body: str
    translated: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class TranslationLine:
    """A language of the article: `number` is None where nobody translated it yet.

    `translated` is the revision of the original that its newest revision follows, `original` the one it should.
    """

    language: str
    number: int | None
    title: str
    state: str
    translated: int | None
    original: int

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return LANGUAGES[self.language].name if self.language in LANGUAGES else self.language

    @property
    def is_outdated(self) -> bool:
        """Whether the original has moved on."""
        return self.translated is not None and self.translated < self.original


@dataclass(frozen=True, slots=True)
class OriginalText:
    """What is translated: the revision readers see, or the newest while nothing is published."""

    id: UUID
    number: int
    slug: str
    language: str
    revision: int
    title: str
    body: str


_ORIGINAL = f"""
select o.id, o.number, o.slug, o.language, r.number as revision, r.title, r.body_source as body
from article ar join article o on o.id = ar.family_id
join article_revision r on r.article_id = o.id and r.number = coalesce(o.published_revision, o.revision)
where {READABLE_ARTICLE} and ar.id = $3
"""


async def get_original(actor: Actor, article_id: UUID) -> OriginalText:
    """What this article translates; of an original itself."""
    actor.require(Permission.ARTICLE_DRAFT)
    row = await fetch_one(_ORIGINAL, *readers(actor), article_id)
    if row is None:
        raise NotFound(say("There is no such article, or it is not yours to read."))
    return OriginalText(**row)


async def write_translation(
    actor: Actor, article_id: UUID, language: str, draft: Translation, *, drafted: bool = False
) -> DraftedArticle:
    """A draft with its first revision. Who reads it, its cluster and its space are the original's, now and later.

    Raises `Conflict` where the article has a version in this language already.
    """
    actor.require(Permission.ARTICLE_DRAFT)
    if language not in LANGUAGES:
        raise Invalid(say("This language is not spoken here."), {"language": say("Choose one of the list.")})
    title, body, note = clean_line(draft.title), clean_body(draft.body), clean_line(draft.note)
    check_article(title=title, body=body, visibility="public", note=note)
    rendered = await asyncio.to_thread(render_markdown, body)
    async with unit_of_work(actor) as unit:
        original = await access_article(actor, (await access_article(actor, article_id)).family_id)
        if await fetch_value("select 1 from article where family_id = $1 and language = $2", original.id, language):
            raise Conflict(say("The article has a version in this language already."))
        translated = await check_translated(original.id, draft.translated)
        made = await _insert(unit, original, language, title=title, body_html=rendered.html)
        text = RevisionText(title, body, rendered.html, rendered.renderer_version, note, translated=translated)
        await insert_revision(unit, made.id, 1, text)
        unit.audit("article.translate", "article", made.id, original=original.id, language=language)
        if drafted and actor.person_id:
            await forget_draft(actor.person_id, translation_place(original.number, language))
    return made


async def check_translated(original_id: UUID, revision: int) -> int:
    """Raises `Invalid` for a revision that the original does not have."""
    found = await fetch_value(
        "select number from article_revision where article_id = $1 and number = $2",
        original_id,
        revision if 0 < revision < 2**31 else 0,
    )
    if found is None:
        raise Invalid(
            say("Say what was translated."), {"translated": say("The original has no revision of this number.")}
        )
    return int(found)


_LINES = f"""
select v.language, v.number, v.title, v.state, r.translated_revision as translated,
    coalesce(o.published_revision, o.revision) as original, o.language as original_language
from article ar join article o on o.id = ar.family_id
left join article v on v.translation_of = o.id
left join article_revision r on r.article_id = v.id and r.number = v.revision
where {READABLE_ARTICLE} and ar.id = $3
"""


async def list_translations(actor: Actor, article_id: UUID) -> list[TranslationLine]:
    """Each language but the original's, translated or not. For those who write articles. One statement."""
    actor.require(Permission.ARTICLE_DRAFT)
    rows = await fetch_all(_LINES, *readers(actor), article_id)
    if not rows:
        raise NotFound(say("There is no such article, or it is not yours to read."))
    found = {row["language"]: row for row in rows if row["language"]}
    original: int = rows[0]["original"]
    return [
        TranslationLine(code, row["number"], row["title"], row["state"], row["translated"], original)
        if (row := found.get(code))
        else TranslationLine(code, None, "", "", None, original)
        for code in LANGUAGES
        if code != rows[0]["original_language"]
    ]


async def _insert(
    unit: UnitOfWork, original: ArticleFacts, language: str, *, title: str, body_html: str
) -> DraftedArticle:
    article_id, slug = new_id(), choose_slug(title)
    number = await fetch_value(
        "insert into article (id, title, slug, visibility, revision, body_html, cluster_id, space_id, author_id, created_at,"
        "   updated_at, language, translation_of) values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $9, $10, $11) returning number",
        article_id,
        title,
        slug,
        original.visibility,
        body_html,
        original.cluster_id,
        original.space_id,
        unit.actor.person_id,
        unit.now,
        language,
        original.id,
    )
    return DraftedArticle(article_id, number, slug)
