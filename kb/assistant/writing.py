"""Turns as rows, inside the unit of work that holds the conversation's row locked."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from kb.assistant.access import Conversation
from kb.assistant.replies import NewTurn
from kb.core.database import execute, execute_many
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork

Said = tuple[Literal["person", "assistant"], NewTurn]


async def add_turns(
    unit: UnitOfWork, talk: Conversation, said: Sequence[Said], *, asks: UUID | None = None, withdraws: bool = True
) -> Conversation:
    """Add them in this order; returns the conversation as it is then. `asks` is the id for the first one where it is a question of its own.

    An offer that stands open is withdrawn by whatever is said after it: a button is pressed at once or not at all;
    unless `withdraws` says that it was said by the way.
    """
    if not said:
        return talk
    if withdraws:
        await _withdraw_offer(talk)
    ids = [asks or new_id(), *(new_id() for _ in said[1:])]
    await execute_many(
        "insert into turn (id, conversation_id, position, speaker, kind, body, detail, asks, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9)",
        [
            (id_, talk.id, talk.turn_count + at, speaker, turn.kind, turn.body, json.dumps(dict(turn.detail)), id_ == asks, unit.now)
            for at, (id_, (speaker, turn)) in enumerate(zip(ids, said, strict=True), 1)
        ],
    )  # fmt: skip
    await execute(
        "update conversation set turn_count = turn_count + $2, last_turn_at = $3 where id = $1",
        talk.id,
        len(said),
        unit.now,
    )
    return replace(talk, turn_count=talk.turn_count + len(said))


async def _withdraw_offer(talk: Conversation) -> None:
    await execute(
        "update turn set detail = detail - 'confirmation' where conversation_id = $1 and kind = 'offer' and detail ? 'confirmation'",
        talk.id,
    )
