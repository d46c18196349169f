"""What an agent is offered beside a ticket, before typing: how many others ask the same, and what worked for them."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from kb.answers.addresses import ticket_path
from kb.answers.masking import mask
from kb.answers.ranking import RankedAnswer, list_answers_of_cluster
from kb.answers.texts import get_answer_text
from kb.clusters.audiences import LABEL, READABLE_QUESTION, SOURCES
from kb.clusters.queries import find_cluster_of
from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.search.details import keep_readable_answers

OFFERED = 3
"""Answers beside a ticket: what fits a screen with the conversation next to it."""


@dataclass(frozen=True, slots=True)
class OfferedAnswer:
    """An answer with the Markdown to insert. What was said to another customer comes with personal data masked."""

    id: UUID
    kind: str
    title: str
    excerpt: str
    path: str
    why: str
    text: str
    is_masked: bool


@dataclass(frozen=True, slots=True)
class TicketAnswers:
    """The ticket's cluster as an agent needs it. `others` are people besides its requester."""

    cluster_number: int
    label: str
    others: int
    answers: tuple[OfferedAnswer, ...]


async def find_answers_for_ticket(actor: Actor, ticket_id: UUID, *, number: int) -> TicketAnswers | None:
    """None while the ticket's question is alone. What was answered in this very ticket is not offered to it again."""
    actor.require(Permission.TICKET_ANSWER)
    cluster_id = await find_cluster_of("ticket", ticket_id)
    if cluster_id is None:
        return None
    cluster = await fetch_one(
        f"select c.number, {LABEL} as label, (select count(distinct q.person_id) from question q{SOURCES} where q.cluster_id = c.id"
        f"   and {READABLE_QUESTION} and q.person_id <> (select requester_id from ticket where id = $3)) as others"
        " from cluster c where c.id = $2",
        actor.visibilities,
        cluster_id,
        ticket_id,
    )
    if cluster is None:
        return None
    ranked = await list_answers_of_cluster(actor, cluster_id, OFFERED + 3)
    readable = await keep_readable_answers(actor, [answer.id for answer in ranked])
    wanted = [a for a in ranked if a.id in readable and a.path != ticket_path(number)][:OFFERED]
    offered = await asyncio.gather(*(_offer(actor, answer) for answer in wanted))
    return TicketAnswers(cluster["number"], cluster["label"], cluster["others"], tuple(o for o in offered if o))


async def _offer(actor: Actor, answer: RankedAnswer) -> OfferedAnswer | None:
    try:
        whole = await get_answer_text(actor, answer.id)
    except NotFound:
        return None  # retired since it was ranked
    masked = mask(whole.body_source, names=whole.names, companies=whole.companies) if whole.is_private else None
    return OfferedAnswer(
        id=answer.id,
        kind=answer.kind,
        title=answer.title,
        excerpt=answer.excerpt,
        path=answer.path,
        why=answer.why,
        text=masked.text if masked else whole.body_source,
        is_masked=bool(masked and masked.found),
    )
