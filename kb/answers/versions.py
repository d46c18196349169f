"""One article in several languages: each reader is shown one of them, their own where there is one, else the original."""

from dataclasses import dataclass

from kb.answers.addresses import article_path
from kb.core.actor import Actor
from kb.languages.offered import LANGUAGES
from kb.languages.reading import language_read_by

_READ = "LANGUAGE_READ"
_RANK = (
    f"(case when {{0}}.language = '{_READ}' then 0 when {{0}}.translation_of is null then 1 else 2 end, {{0}}.number)"
)

BEST_FIRST = _RANK.format("ar")
"""SQL to order the versions `ar` of one article by, the one to show first."""

ONE_VERSION = (
    "not exists (select from article v where v.family_id = ar.family_id and v.id <> ar.id and v.state = 'published'"
    f" and v.visibility = any($1) and {_RANK.format('v')} < {_RANK.format('ar')}{{also}})"
)
"""The condition that no better version of article `ar` is there for the reader; `also` narrows what counts as there.
$1 is `actor.visibilities`. Statements that hold it go through `in_their_language`."""


def in_their_language(sql: str, actor: Actor) -> str:
    """The statement for the language this actor reads in."""
    return sql.replace(_READ, language_read_by(actor))


@dataclass(frozen=True, slots=True)
class Version:
    """The article in another language, published and the reader's to see."""

    language: str
    number: int
    slug: str
    title: str
    is_original: bool

    @property
    def path(self) -> str:
        """Where it is read."""
        return article_path(self.number, self.slug)

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return LANGUAGES[self.language].name if self.language in LANGUAGES else self.language

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return LANGUAGES[self.language].direction if self.language in LANGUAGES else "ltr"


VERSIONS = """
select json_agg(json_build_array(v.language, v.number, v.slug, v.title, v.translation_of is null)
    order by v.translation_of is not null, v.language)
from article me join article v on v.family_id = me.family_id and v.state = 'published' and v.visibility = any($1)
where me.id = $3
"""
"""All published versions of the article $3 as JSON, the original first; $1 is `actor.visibilities`."""
