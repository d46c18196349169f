"""One proposal with what it rests on, for its page and for programs."""

from dataclasses import dataclass
from uuid import UUID

from kb.answers.ledger import PartyRow, list_parties
from kb.answers.ranking import RankedAnswer
from kb.clusters.queries import QuestionRow
from kb.core.actor import Actor
from kb.promotion.gathering import DraftPreview, list_sources, preview_draft
from kb.promotion.queries import PromotionView, get_promotion
from kb.promotion.rows import MeetingRow, list_asked, list_met
from kb.promotion.rules import ARTICLE, OPEN


@dataclass(frozen=True, slots=True)
class WholePromotionOut:
    """A proposal with what it rests on. Of an article while it is open: the answers it would be made of, and its text passage by
    passage with their sources; for whom its answer held; of an issue: who asked although an answer stood, and who met one."""

    promotion: PromotionView
    sources: list[RankedAnswer]
    preview: DraftPreview | None
    held: list[PartyRow]
    asked: list[QuestionRow]
    met: list[MeetingRow]


async def read_whole(actor: Actor, promotion_id: UUID) -> WholePromotionOut:
    """An article's draft is read only while it may be accepted: later its sources may say something else."""
    found = await get_promotion(actor, promotion_id)
    if found.kind != ARTICLE:
        return WholePromotionOut(found, [], None, [], await list_asked(actor, found), await list_met(actor, found))
    sources = await list_sources(actor, found.cluster_id, found.answer_id) if found.state == OPEN else []
    preview = await preview_draft(actor, sources) if sources else None
    return WholePromotionOut(found, sources, preview, await list_parties(actor, found.answer_id), [], [])
