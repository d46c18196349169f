"""An article grown from answers: gathered, personal data masked, each passage with where it comes from."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from kb.answers.access import NO_ANSWER
from kb.answers.drafting import DraftedArticle, NewArticle, write_article
from kb.answers.gathering import Source, SourcedPassage, gather_passages
from kb.answers.masking import Masked, mask
from kb.answers.passages import join_passages
from kb.answers.rules import TITLE_MAX, TITLE_MIN, VISIBILITIES, clean_body, clean_line
from kb.answers.texts import AnswerText, list_answer_texts
from kb.clusters.queries import label_for
from kb.core.actor import ANONYMOUS, Actor
from kb.core.errors import Conflict, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.text.courtesies import without_courtesies
from kb.text.markdown import MAX_SOURCE


async def draft_article(actor: Actor, answer_id: UUID, also: Sequence[UUID] = (), *, title: str = "") -> DraftedArticle:
    """A draft from an answer and what further ones (`also`, the best first) add to it, personal data masked.

    Each passage keeps where it comes from. `title` takes the place of the answer's own. An answer that has its article already
    leads to that one.
    """
    draft = await preview_article(actor, answer_id, also)
    return await write_article(actor, replace(draft, title=title) if clean_line(title) else draft)


async def preview_article(actor: Actor, answer_id: UUID, also: Sequence[UUID] = ()) -> NewArticle:
    """The same, and nothing is stored. Raises `NotFound` for an answer that is not to be read; a further one is left out."""
    actor.require(Permission.ARTICLE_DRAFT)
    texts = await list_answer_texts(actor, [answer_id, *also])
    answer = texts.get(answer_id)
    if answer is None:
        raise NotFound(NO_ANSWER)
    if answer.kind == "article":
        raise Conflict(say("This answer is an article already."))
    further = [texts[one] for one in also if one in texts and one != answer_id]
    label = await label_for(ANONYMOUS, answer.cluster_id) if answer.is_private and answer.cluster_id else ""
    return await asyncio.to_thread(_masked_draft, [answer, *further], label)


def _masked_draft(answers: Sequence[AnswerText], label: str) -> NewArticle:
    """What readers of an article may see of the answers. A ticket's draft is public only in wish: nobody reads it unapproved.

    Its title is what everybody calls the cluster (`label`), where there is such a name, sooner than one customer's subject.
    """
    best = answers[0]
    title = _mask_of(best, label[:1].upper() + label[1:] if label else clean_line(best.title))
    bodies = [_mask_of(one, clean_body(without_courtesies(one.body_source))) for one in answers]
    gathered = gather_passages(
        [Source(one.id, one.revision, body.text) for one, body in zip(answers, bodies, strict=True)]
    )
    gathered = _fitting(gathered)
    return NewArticle(
        title=_fitting_title(title.text),
        body=join_passages([one.passage for one in gathered]),
        visibility=_visibility_of(answers),
        cluster_id=best.cluster_id,
        space_id=best.space_id,
        note=_note_of(answers),
        from_answer_id=best.id,
        masked=_sum_of([title, *bodies]),
        trace=gathered,
    )


def _mask_of(answer: AnswerText, text: str) -> Masked:
    return mask(text, names=answer.names, companies=answer.companies)


def _sum_of(masked: Sequence[Masked]) -> dict[str, int]:
    kinds = {kind for one in masked for kind in one.found}
    return {kind: sum(one.found.get(kind, 0) for one in masked) for kind in sorted(kinds)}


def _visibility_of(answers: Sequence[AnswerText]) -> str:
    """The narrowest of those the texts were written for; what one customer alone was told may be told everybody, once masked."""
    widths = {"private": 0, **{name: width for width, name in enumerate(VISIBILITIES)}}
    return VISIBILITIES[max(widths.get(one.visibility, len(VISIBILITIES) - 1) for one in answers)]


def _note_of(answers: Sequence[AnswerText]) -> str:
    if len(answers) > 1:
        return f"Drafted from {len(answers)} answers."
    return f"Drafted from {'a reply to a ticket' if answers[0].is_private else 'an accepted answer'}."


def _fitting(gathered: list[SourcedPassage]) -> list[SourcedPassage]:
    """As many passages as an article holds."""
    while len(join_passages([one.passage for one in gathered])) > MAX_SOURCE and len(gathered) > 1:
        gathered = gathered[:-1]
    return gathered


def _fitting_title(title: str) -> str:
    """A topic's title is one already; a ticket's subject may be one word, or a paragraph."""
    if len(title) < TITLE_MIN:
        return f"Answer to: {title}" if title else "Answer without a title"
    return title if len(title) <= TITLE_MAX else title[: TITLE_MAX - 1].rstrip() + "…"
