"""The rows behind a proposal's figures, as they stand now: who asked although an answer stood, and who met an answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.clusters.queries import QuestionRow, list_questions_of_cluster
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.promotion.finding import MET
from kb.promotion.queries import PromotionView
from kb.promotion.rules import STILL_ASKED_SINCE

LISTED = 200


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A person or visitor who met an answer of the cluster: how, where and when for the last time."""

    person_id: UUID | None
    name: str
    kinds: tuple[str, ...]
    answer_title: str
    last_at: datetime


async def list_asked(actor: Actor, found: PromotionView) -> list[QuestionRow]:
    """Questions of the two weeks before it was proposed, and since, the newest first."""
    rows = await list_questions_of_cluster(actor, found.cluster_id, limit=LISTED)
    return [row for row in rows if row.asked_at > _since(found)]


async def list_met(actor: Actor, found: PromotionView) -> list[MeetingRow]:
    """Everybody who met an answer in that time, each once, the latest first."""
    actor.require(Permission.PERSON_READ)
    rows = await fetch_all(
        "select u.person_id, coalesce(p.name, '') as name, array_agg(distinct u.kind) as kinds, max(u.created_at) as last_at,"
        "   (array_agg(x.title order by u.created_at desc))[1] as answer_title"
        " from cluster c join answer x on x.cluster_id = c.id join answer_use u on u.answer_id = x.id"
        f" left join person p on p.id = u.person_id where c.id = $2 and {MET}"
        " group by u.person_id, p.name, case when u.person_id is null then u.visitor end order by last_at desc limit $4",
        actor.visibilities,
        found.cluster_id,
        _since(found),
        LISTED,
    )
    return [
        MeetingRow(row["person_id"], row["name"], tuple(row["kinds"]), row["answer_title"], row["last_at"])
        for row in rows
    ]


def _since(found: PromotionView) -> datetime:
    return found.proposed_at - STILL_ASKED_SINCE
