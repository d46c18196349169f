"""Answers taken into a reply to a ticket or a topic. They are remembered beside the ledger until the reply is sent (`noting_sent`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kb.answers.access import NO_ANSWER, READABLE_ANSWER
from kb.answers.collecting_macros import put_among_answers
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.macros.placeholders import fill_in, list_unfilled


@dataclass(frozen=True, slots=True)
class Into:
    """What is replied to; the caller has checked that the agent may."""

    kind: Literal["ticket", "topic"]
    id: UUID


async def insert_answer(actor: Actor, *, into: Into, answer_id: UUID, text: str) -> UUID:
    """An agent took the answer into a reply: a row for the ledger, of the customer who is to be given it.

    `text` is what was put into the reply, masked and filled in. Raises `NotFound` for an answer the actor may not read.
    """
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        return await _remember(unit, into, answer_id, text)


async def insert_macro_answer(actor: Actor, *, into: Into, macro_id: UUID, text: str) -> UUID:
    """The same for a macro, chosen by itself and not offered; it becomes an answer here where no job has made it one yet.

    Raises `NotFound` for a macro that is not on offer.
    """
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        answer_id = await _find_answer(macro_id)
        if answer_id is None:
            await put_among_answers(unit, macro_id)
            answer_id = await _find_answer(macro_id)
        if answer_id is None:
            raise NotFound(NO_ANSWER)
        return await _remember(unit, into, answer_id, text)


async def list_gaps_left(actor: Actor, *, into: Into, values: Mapping[str, str], text: str) -> list[str]:
    """What the macros taken into a reply that is not sent yet left to fill in, as far as it still stands in the text: for a reply that
    was kept as a draft, whose form forgot the names."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        "select distinct m.id, m.body from answer_insertion i join answer a on a.id = i.answer_id and a.kind = 'macro'"
        f" join macro m on m.id = a.source_id where i.{into.kind}_id = $1 and i.agent_id = $2 order by m.id",
        into.id,
        actor.person_id,
    )
    return list_unfilled(text, [gap for row in rows for gap in fill_in(row["body"], values).gaps])


async def find_inserted_macro(answer_id: UUID) -> UUID | None:
    """The macro an answer is; None for an answer of another kind, and for one that is no more."""
    found: UUID | None = await fetch_value("select source_id from answer where id = $1 and kind = 'macro'", answer_id)
    return found


async def _find_answer(macro_id: UUID) -> UUID | None:
    found: UUID | None = await fetch_value(
        "select id from answer where source_id = $1 and retired_at is null", macro_id
    )
    return found


_ASKED = {
    "ticket": "select t.requester_id as person_id, t.id as ticket_id, null::uuid as topic_id from ticket t where t.id = $4",
    "topic": "select t.author_id as person_id, null::uuid as ticket_id, t.id as topic_id from topic t where t.id = $4",
}


async def _remember(unit: UnitOfWork, into: Into, answer_id: UUID, text: str) -> UUID:
    use_id = new_id()
    recorded = await fetch_value(
        "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, ticket_id, topic_id, created_at)"
        " select $2, a.id, a.revision, a.cluster_id, 'inserted', 'desk', i.person_id, i.ticket_id, i.topic_id, $5"
        f" from answer a join ({_ASKED[into.kind]}) i on true where a.id = $3 and {READABLE_ANSWER} returning id",
        unit.actor.visibilities,
        use_id,
        answer_id,
        into.id,
        unit.now,
    )
    if recorded is None:
        raise NotFound(NO_ANSWER)
    await execute(
        f"insert into answer_insertion (use_id, answer_id, {into.kind}_id, agent_id, text, created_at) values ($1, $2, $3, $4, $5, $6)",
        use_id,
        answer_id,
        into.id,
        unit.actor.person_id,
        text,
        unit.now,
    )
    return use_id
