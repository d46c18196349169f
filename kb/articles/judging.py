"""Readers say whether an article helped, and what was wrong with it. Evidence for those who write; no rank is made of it.

Ranking (kb/answers) counts people whose problem was solved and stayed solved. A yes costs nothing and says less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kb.answers.access import NO_ARTICLE, READABLE_ARTICLE, access_article, readers
from kb.clusters.unhelped import note_unhelped
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work

REASONS = ("outdated", "incomplete", "unclear", "failed", "unrelated")
"""Why it did not help: five, so that each is read. `failed`: followed as written, the problem stayed."""

VISITOR_MAX = 100


@dataclass(frozen=True, slots=True)
class RevisionFeedback:
    """What readers said of one revision; `reasons` from the most frequent on."""

    revision: int
    helpful: int
    not_helpful: int
    reasons: tuple[tuple[str, int], ...]


async def judge_article(actor: Actor, article_id: UUID, *, helpful: bool, reason: str = "", visitor: str = "") -> int:
    """One word per person, or per visitor, and published revision: the last counts. Returns the revision.

    `visitor` stands for somebody not signed in. Raises `NotFound` where no reader sees the article.
    """
    if reason and (helpful or reason not in REASONS):
        raise Invalid(say("The reason is unknown."), {"reason": say("Choose one of the list.")})
    if actor.person_id is None and not visitor:
        raise Invalid(say("Nobody said this."), {"visitor": say("Say who read the article.")})
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        if article.published_revision is None or article.state != "published":
            raise NotFound(NO_ARTICLE)
        who = "person_id" if actor.person_id else "visitor"
        await execute(
            "insert into article_feedback (id, article_id, revision, helpful, reason, person_id, visitor, created_at, updated_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $8)"
            f" on conflict (article_id, revision, {who}) where {who} is not null"
            " do update set helpful = excluded.helpful, reason = excluded.reason, updated_at = excluded.updated_at",
            new_id(),
            article.id,
            article.published_revision,
            helpful,
            reason,
            actor.person_id,
            None if actor.person_id else visitor[:VISITOR_MAX],
            unit.now,
        )
    return article.published_revision


async def tell_aim(actor: Actor, article_id: UUID, text: str, *, visitor: str = "") -> bool:
    """What somebody was trying to do whom the article did not help: a question from now on, beside those that mean the same.

    False where they said the same before. Raises `Invalid` for a text of too few or too many words, and as `judge_article` does.
    """
    if actor.person_id is None and not visitor:
        raise Invalid(say("Nobody said this."), {"visitor": say("Say who read the article.")})
    async with unit_of_work(actor):
        article = await access_article(actor, article_id)
    if article.published_revision is None or article.state != "published":
        raise NotFound(NO_ARTICLE)
    said = await note_unhelped(
        actor, text, article_id=article.id, revision=article.published_revision, visitor=visitor[:VISITOR_MAX]
    )
    return said is not None


async def list_feedback(actor: Actor, article_id: UUID) -> list[RevisionFeedback]:
    """What readers said, by revision, the newest first. For those who write articles. One statement."""
    actor.require(Permission.ARTICLE_DRAFT)
    rows = await fetch_all(
        "select f.revision, f.helpful, f.reason, count(*) as n from article_feedback f join article ar on ar.id = f.article_id"
        f" where {READABLE_ARTICLE} and ar.id = $3 group by f.revision, f.helpful, f.reason order by f.revision desc, n desc, f.reason",
        *readers(actor),
        article_id,
    )
    by_revision: dict[int, list[Mapping[str, object]]] = {}
    for row in rows:
        by_revision.setdefault(row["revision"], []).append(row)
    return [_sum(revision, said) for revision, said in by_revision.items()]


def _sum(revision: int, said: list[Mapping[str, object]]) -> RevisionFeedback:
    counts = [(bool(row["helpful"]), str(row["reason"]), int(str(row["n"]))) for row in said]
    return RevisionFeedback(
        revision,
        sum(n for helpful, _, n in counts if helpful),
        sum(n for helpful, _, n in counts if not helpful),
        tuple((reason, n) for _, reason, n in counts if reason),
    )
