"""Which answers an article would be made of, and how its text would read: what the one who decides is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.answers.gathering import MOST_SOURCES
from kb.answers.masking import Piece, split_at_masks
from kb.answers.promoting import preview_article
from kb.answers.ranking import RankedAnswer, list_answers_of_cluster
from kb.core.actor import Actor

LOOKED_AT = 30
"""Ranked answers among which sources are looked for."""


@dataclass(frozen=True, slots=True)
class DraftedPassage:
    """A passage as it would stand, what was masked in it apart, and the answers that say it."""

    pieces: tuple[Piece, ...]
    is_heading: bool
    sources: tuple[RankedAnswer, ...]


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """The article before it is one. `masked` counts by kind what was taken out."""

    title: str
    visibility: str
    passages: tuple[DraftedPassage, ...]
    masked: tuple[tuple[str, int], ...]


async def list_sources(actor: Actor, cluster_id: UUID, answer_id: UUID) -> list[RankedAnswer]:
    """The answer that crossed first, then further ones of the cluster that helped somebody for good or were accepted."""
    ranked = await list_answers_of_cluster(actor, cluster_id, LOOKED_AT)
    fit = [one for one in ranked if one.kind != "article" and (one.stayed or one.accepted or one.id == answer_id)]
    return sorted(fit, key=lambda one: one.id != answer_id)[:MOST_SOURCES]


async def preview_draft(actor: Actor, sources: Sequence[RankedAnswer]) -> DraftPreview:
    """What accepting would write; nothing is stored."""
    draft = await preview_article(actor, sources[0].id, [one.id for one in sources[1:]])
    by_id = {one.id: one for one in sources}
    passages = [
        DraftedPassage(
            tuple(split_at_masks(one.passage.text)),
            one.passage.is_heading,
            tuple(by_id[answer_id] for answer_id in one.sources),
        )
        for one in draft.trace
    ]
    return DraftPreview(draft.title, draft.visibility, tuple(passages), tuple(draft.masked.items()))
