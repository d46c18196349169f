"""The article that answers what a topic or ticket asks: "this is now an article", for whoever may read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from kb.answers.addresses import article_path
from kb.answers.versions import BEST_FIRST, in_their_language
from kb.core.actor import Actor
from kb.core.database import fetch_one


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """A published article of the question's cluster, in the reader's language where there is one."""

    number: int
    slug: str
    title: str
    published_at: datetime

    @property
    def path(self) -> str:
        """Where it is read."""
        return article_path(self.number, self.slug)


_FIND = f"""
select ar.number, ar.slug, ar.title, ar.published_at from (
    select o.id from question q join article o on o.cluster_id = q.cluster_id and o.translation_of is null
    where q.source_kind = $2 and q.parent_id = $3 and o.state = 'published' and o.visibility = any($1)
    order by o.published_at limit 1
) family join article ar on ar.family_id = family.id and ar.state = 'published' and ar.visibility = any($1)
order by {BEST_FIRST} limit 1
"""
"""Of several articles of a cluster the first: the others came later and say something more particular."""


async def find_article_for(actor: Actor, kind: Literal["topic", "ticket"], parent_id: UUID) -> KnownArticle | None:
    """None where nothing is published that the actor may read. Who may read the topic or ticket is for the caller to say."""
    row = await fetch_one(in_their_language(_FIND, actor), actor.visibilities, kind, parent_id)
    return KnownArticle(**row) if row else None
