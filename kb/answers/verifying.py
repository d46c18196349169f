"""Vouching for what readers see: still right, and right for a release. A newer release makes it due again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.answers.access import READABLE_ARTICLE, access_article, readers
from kb.answers.addresses import article_path
from kb.answers.rules import state_after
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work

READERS_OF = 90
"""Days of reading that say how much an article matters now."""

LISTED = 200

NEWEST_RELEASE = (
    "(select rel.version from release rel where rel.released_at <= now() order by rel.released_at desc limit 1)"
)
"""SQL for the version that is out; null where none is known."""


@dataclass(frozen=True, slots=True)
class DueArticle:
    """A published article nobody checked for the newest release; `readers` are distinct people and visitors of 90 days."""

    number: int
    slug: str
    title: str
    revision: int
    verified_for: str | None
    verified_at: datetime | None
    readers: int
    newest: str

    @property
    def path(self) -> str:
        """Where it is read."""
        return article_path(self.number, self.slug)


async def list_releases() -> list[str]:
    """Versions that are out, the newest first; what can be checked for."""
    rows = await fetch_all(
        "select version from release where released_at <= $1 order by released_at desc, version desc limit 20", now()
    )
    return [row["version"] for row in rows]


async def verify_article(actor: Actor, article_id: UUID, *, release: str = "", revision: int | None = None) -> None:
    """Say that the published text is still right; with a release, that it is right for that one.

    `revision` is the one that was looked at: `Conflict` where readers see another by now. `Invalid` for a release nobody knows.
    """
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        state_after(article.state, "verify")
        if revision is not None and revision != article.published_revision:
            raise Conflict(say("Readers see another revision by now. Look at it first."))
        if release and not await _is_out(release):
            raise Invalid(say("The release is unknown."), {"release": say("Choose one that is out.")})
        await execute(
            "update article set verified_at = $2, verified_by = $3, verified_for = coalesce($4, verified_for),"
            " verified_revision = published_revision where id = $1",
            article.id,
            unit.now,
            actor.person_id,
            release or None,
        )
        unit.audit(
            "article.verify", "article", article.id, revision=article.published_revision, release=release or None
        )


async def withdraw_verification(actor: Actor, article_id: UUID) -> None:
    """It was not right for that release after all: due again. Doing it twice is fine."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        before = await fetch_value("select verified_for from article where id = $1", article.id)
        if before is None:
            return
        await execute(
            "update article set verified_for = null, verified_by = null, verified_revision = null where id = $1",
            article.id,
        )
        unit.audit("article.withdraw_verification", "article", article.id, release=before)


DUE = f"""
from article ar cross join (select {NEWEST_RELEASE} as newest) n
where {READABLE_ARTICLE} and ar.state = 'published' and n.newest is not null and ar.verified_for is distinct from n.newest
"""
"""Articles `ar` that wait to be checked for the newest release `n`; $1 and $2 are `readers(actor)`."""

_LIST = f"""
select ar.number, ar.slug, ar.title, ar.published_revision as revision, ar.verified_for, ar.verified_at, n.newest,
    (select count(distinct coalesce(u.person_id::text, u.visitor)) from answer a join answer_use u on u.answer_id = a.id
        where a.source_id = ar.family_id and u.kind = 'opened' and u.created_at > $3) as readers
{DUE} order by readers desc, ar.verified_at, ar.number limit {LISTED}
"""


async def list_due(actor: Actor, since: datetime) -> list[DueArticle]:
    """What to check next: the most read first. `since` is from when on readers count. Empty while no release is known."""
    actor.require(Permission.ARTICLE_DRAFT)
    return [DueArticle(**row) for row in await fetch_all(_LIST, *readers(actor), since)]


async def _is_out(version: str) -> bool:
    found = await fetch_value(
        "select 1 from release where version = $1 and released_at <= $2", version.replace("\x00", ""), now()
    )
    return found is not None
