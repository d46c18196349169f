"""What else a reader of an article may look for: of the same cluster first, then of its category, then what shares words with its title."""

import json
from dataclasses import dataclass
from uuid import UUID

from kb.answers.access import READABLE_ARTICLE, readers
from kb.answers.addresses import article_path
from kb.answers.versions import ONE_VERSION, VERSIONS, Version, in_their_language
from kb.articles.categories import SEEN_CATEGORY
from kb.articles.shelves import PLACE, ArticlePlace, place_of
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one

SHOWN = 4
NEIGHBOURS = 2
"""Articles of the category that the page leads to already."""

SHARED_WORDS = 2
"""Words of the title that another article must hold: one alone, such as "mail", is in half of all articles."""

BY_WORDS = 20
"""Articles that are looked at for shared words, the best by rank."""


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """A published article that the actor may read."""

    number: int
    slug: str
    title: str

    @property
    def path(self) -> str:
        """Where it is read."""
        return article_path(self.number, self.slug)


_SEEN = (
    f"{READABLE_ARTICLE} and ar.state = 'published' and ar.family_id <> me.family_id and {ONE_VERSION.format(also='')}"
)

_RELATED = f"""
with me as (
    select ar.family_id, ar.cluster_id, to_tsvector('english', ar.title) as title,
        replace(plainto_tsquery('english', ar.title)::text, ' & ', ' | ')::tsquery as any_word
    from article ar where ar.id = $3 and {READABLE_ARTICLE}
), found as (
    (select ar.id, 1 as nearness, 0::real as rank from article ar, me
        where ar.cluster_id = me.cluster_id and {_SEEN} limit {SHOWN + NEIGHBOURS})
    union all
    (select ar.id, 2, abs(ic.position - mine.position)::real from article_in_category mine
        join article_category c on c.id = mine.category_id and {SEEN_CATEGORY}
        join article_in_category ic on ic.category_id = mine.category_id join article ar on ar.family_id = ic.article_id, me
        where mine.article_id = me.family_id and {_SEEN} order by 3, ar.number limit {SHOWN + NEIGHBOURS})
    union all
    (select w.id, 3, w.rank from (
        select ar.id, -ts_rank(ar.words, me.any_word) as rank, ar.words, me.title from article ar, me
        where ar.words @@ me.any_word and {_SEEN} order by 2 limit {BY_WORDS}) w
        where cardinality(array(select unnest(tsvector_to_array(w.words)) intersect select unnest(tsvector_to_array(w.title))))
            >= {SHARED_WORDS})
), nearest as (select distinct on (id) id, nearness, rank from found order by id, nearness, rank)
select ar.number, ar.slug, ar.title from nearest join article ar on ar.id = nearest.id
order by nearness, rank, ar.number limit {SHOWN + NEIGHBOURS}
"""

_AROUND = f"""
select p.*, ({VERSIONS}) as versions, (select json_agg(json_build_array(r.number, r.slug, r.title)) from ({_RELATED}) r) as related
from (select 1) as one left join ({PLACE}) p on true
"""


async def get_surroundings(actor: Actor, article_id: UUID) -> tuple[ArticlePlace, list[RelatedArticle], list[Version]]:
    """Where the article stands, what is related besides its neighbours there, and its versions. In one statement."""
    row = await fetch_one(in_their_language(_AROUND, actor), *readers(actor), article_id)
    place = place_of(row)
    related = [RelatedArticle(*one) for one in json.loads(row["related"] or "[]")] if row else []
    versions = [Version(*one) for one in json.loads(row["versions"] or "[]")] if row else []
    return place, [one for one in related if one.number not in place.neighbours][:SHOWN], versions


async def list_related(actor: Actor, article_id: UUID) -> list[RelatedArticle]:
    """At most `SHOWN`, the nearest first; neighbours in the category count, too."""
    rows = await fetch_all(in_their_language(_RELATED, actor), *readers(actor), article_id)
    return [RelatedArticle(**row) for row in rows[:SHOWN]]
