"""Which answers an article would be made of, and how its text would read: what the one who decides is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.answers.gathering import MOST_SOURCES
from kb.answers.masking import split_at_masks
from kb.answers.promoting import preview_article
from kb.answers.ranking import RankedAnswer, list_answers, list_answers_of_cluster
from kb.answers.tracing import PassageSource, TracedPassage, name_source
from kb.core.actor import Actor
from kb.promotion.finding import find_written

WRITTEN = ("post", "reply")
"""Kinds of answers that an article grows from: what somebody wrote to somebody."""

LOOKED_AT = 30
"""Ranked answers among which sources are looked for."""


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """The article before it is one. `masked` counts by kind what was taken out."""

    title: str
    visibility: str
    passages: tuple[TracedPassage, ...]
    masked: tuple[tuple[str, int], ...]


async def list_sources(actor: Actor, cluster_id: UUID, answer_id: UUID) -> list[RankedAnswer]:
    """The answer that crossed first, then further ones of the cluster that helped somebody for good or were accepted."""
    ranked = await list_answers_of_cluster(actor, cluster_id, LOOKED_AT)
    written = await find_written([one.id for one in ranked if one.kind == "macro"])
    replies = {one.id: one for one in await list_answers(actor, list(written.values()))} if written else {}
    named = [replies.get(written[one.id], one) if one.id in written else one for one in ranked]
    fit = [one for one in named if one.kind in WRITTEN and (one.stayed or one.accepted or one.id == answer_id)]
    return sorted(fit, key=lambda one: one.id != answer_id)[:MOST_SOURCES]


async def preview_draft(actor: Actor, sources: Sequence[RankedAnswer]) -> DraftPreview:
    """What accepting would write; nothing is stored."""
    draft = await preview_article(actor, sources[0].id, [one.id for one in sources[1:]])
    by_id = {one.id: _as_source(one) for one in sources}
    passages = [
        TracedPassage(
            one.passage.text,
            tuple(split_at_masks(one.passage.text)),
            one.passage.is_heading,
            tuple(by_id[answer_id] for answer_id in one.sources),
        )
        for one in draft.trace
    ]
    return DraftPreview(draft.title, draft.visibility, tuple(passages), tuple(draft.masked.items()))


def _as_source(answer: RankedAnswer) -> PassageSource:
    name = name_source(answer.kind, answer.title, answer.path.rpartition("/")[2])
    return PassageSource(answer.id, answer.kind, name, answer.path, answer.author, is_private=answer.kind == "reply")
