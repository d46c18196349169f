"""Conversations become tickets: rendered before the transaction, stored a batch at a time, those known passed over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from kb.core.unit_of_work import UnitOfWork
from kb.imports.catching_up import note_waiting
from kb.imports.desks.attachments import note_attachments
from kb.imports.desks.conversations import Attached, Conversation, Link
from kb.imports.desks.rendering import Rendered, Rendering
from kb.imports.running import Read, Stored
from kb.people.importing import ImportedPerson, find_imported_people, insert_imported_people
from kb.text.markdown import RENDERER_VERSION
from kb.tickets.importing import (
    ImportedMessage,
    ImportedSatisfaction,
    ImportedTicket,
    find_agents,
    insert_imported_tickets,
    link_imported_tickets,
)

MAX_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class Ready:
    """A conversation with its turns rendered, in order."""

    conversation: Conversation
    rendered: tuple[Rendered, ...]


class DeskStore:
    """Stores batches of one source. Its `prepare` goes before each transaction, `tickets` and `links` inside it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._rendering = Rendering()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._rendering.close()

    async def people(self, unit: UnitOfWork, rows: Sequence[Read[ImportedPerson]]) -> Stored:
        """People not yet known, whether they asked or not."""
        people = [row.record for row in rows if row.record]
        known = await find_imported_people(self._source, [person.source_id for person in people])
        await insert_imported_people(unit, self._source, people)
        now_known = await find_imported_people(self._source, [person.source_id for person in people])
        return Stored(len(now_known) - len(known))

    async def prepare(self, rows: Sequence[Read[Conversation]]) -> list[Read[Ready]]:
        """Rendered; a row with a text that cannot be taken is refused."""
        texts = [(turn.text, turn.is_html) for row in rows if row.record for turn in row.record.turns]
        rendered = iter(await self._rendering.render(texts))
        ready: list[Read[Ready]] = []
        for row in rows:
            if row.record is None:
                ready.append(Read(row.line, refusal=row.refusal))
                continue
            made = [next(rendered) for _ in row.record.turns]
            refusals = [f"{row.record.source_id}: {one}" for one in made if isinstance(one, str)]
            pieces = tuple(one for one in made if not isinstance(one, str))
            ready.append(Read(row.line, refusal=refusals[0]) if refusals else Read(row.line, Ready(row.record, pieces)))
        return ready

    async def tickets(self, unit: UnitOfWork, rows: Sequence[Read[Ready]]) -> Stored:
        """Tickets with their people, messages, tags and files. Nobody is told: it is history."""
        ready = [row.record for row in rows if row.record]
        people = {p.source_id: p for one in ready for p in one.conversation.people}
        ids = await insert_imported_people(unit, self._source, list(people.values()))
        agents = await find_agents({one.conversation.assignee for one in ready if one.conversation.assignee})
        tickets = [_imported(one, ids, agents) for one in ready]
        new = await insert_imported_tickets(unit, source=self._source, tickets=tickets)
        await note_waiting(unit, "customer", new.customer_messages)
        await note_waiting(unit, "reply", new.agent_messages)
        files = [
            (message_id, file)
            for one in ready
            for position, file in _attached(one)
            if (message_id := new.message_ids.get((one.conversation.source_id, position)))
        ]
        await note_attachments(unit, self._source, files)
        return Stored(new.count)

    async def links(self, unit: UnitOfWork, rows: Sequence[Read[Link]]) -> Stored:
        """Merged tickets and incidents of problems, once both sides stand."""
        pairs = [(row.record.source_id, row.record.into) for row in rows if row.record]
        return Stored(await link_imported_tickets(unit, self._source, pairs))


def _imported(ready: Ready, ids: dict[str, UUID], agents: dict[str, UUID]) -> ImportedTicket:
    told = ready.conversation
    said = told.satisfaction
    return ImportedTicket(
        source_id=told.source_id,
        subject=told.subject[:MAX_SUBJECT],
        state=told.state,
        requester_id=ids[told.requester.source_id],
        messages=tuple(
            ImportedMessage(turn.kind, ids[turn.author.source_id], source, html, RENDERER_VERSION, turn.created_at)
            for turn, pieces in zip(told.turns, ready.rendered, strict=True)
            for source, html in pieces
        ),
        priority=told.priority,
        tags=told.tags,
        assignee_id=agents.get(told.assignee.lower()),
        satisfaction=ImportedSatisfaction(said.score, said.comment, said.given_at) if said else None,
        solved_at=told.solved_at,
    )


def _attached(ready: Ready) -> Iterator[tuple[int, Attached]]:
    """Files, each with the place of its message among the ticket's."""
    position = 0
    for turn, pieces in zip(ready.conversation.turns, ready.rendered, strict=True):
        position += len(pieces)
        yield from ((position, file) for file in turn.attached)
