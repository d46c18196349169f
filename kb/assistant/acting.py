"""Carrying out what was confirmed and takes time: calling another program, after the commit, at least once, under one id."""

import json
from datetime import timedelta
from uuid import UUID

import asyncpg
import structlog

from kb.assistant.access import read_conversation
from kb.assistant.replies import NewTurn
from kb.assistant.writing import add_turns
from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid, Unavailable
from kb.core.unit_of_work import unit_of_work
from kb.hooks.calling import call_webhook
from kb.ports.postman import Postman

log = structlog.get_logger()

KIND = "chat.flow"
"""The `type` other programs read."""

LEFT_ALONE = timedelta(minutes=2)
"""What is younger is most likely on its way through the outbox."""

GIVEN_UP = timedelta(days=1)


async def carry_out_action(action_id: UUID, postman: Postman) -> None:
    """Call what was confirmed, and say in the conversation how it went. Safe to repeat; `Unavailable` asks to be tried again."""
    action = await fetch_one(
        "select a.id, a.conversation_id, a.detail, a.confirmed_at, f.name as flow from chat_action a"
        " join conversation c on c.id = a.conversation_id left join flow f on f.id = c.flow_id"
        " where a.id = $1 and a.kind = 'call_webhook' and a.done_at is null",
        action_id,
    )
    if action is None:
        return
    values = json.loads(action["detail"])
    told = {"conversation": str(action["conversation_id"]), "flow": action["flow"], "data": values.get("data", "")}
    error = ""
    try:
        await call_webhook(values["webhook"], action_id, KIND, told, postman=postman)
    except Invalid as refused:
        error = str(refused.message)
        log.warning("assistant.action_refused", action_id=str(action_id), reason=error)
    await _settle(action, error)


async def _settle(action: asyncpg.Record, error: str) -> None:
    async with unit_of_work(SYSTEM) as unit:
        talk = await read_conversation(action["conversation_id"])
        settled = await execute(
            "update chat_action set done_at = $2, error = $3 where id = $1 and done_at is null",
            action["id"],
            unit.now,
            error,
        )
        if settled and talk and not talk.ticket_id:
            detail = {"failed": True} if error else {"kind": "call_webhook"}
            await add_turns(unit, talk, [("assistant", NewTurn("acted", detail=detail))], withdraws=False)
        unit.audit("chat.act", "conversation", action["conversation_id"], action=action["id"], error=error)


async def sweep_actions(postman: Postman) -> int:
    """What was confirmed and a lost message left undone; after a day it is given up and said so. Returns how many were looked at."""
    rows = await fetch_all(
        "select a.id, a.conversation_id, a.confirmed_at from chat_action a where a.kind = 'call_webhook' and a.done_at is null"
        " and a.confirmed_at < $1 order by a.confirmed_at limit 100",
        now() - LEFT_ALONE,
    )
    for row in rows:
        if row["confirmed_at"] < now() - GIVEN_UP:
            await _settle(row, "given up after a day")
        else:
            try:
                await carry_out_action(row["id"], postman)
            except Unavailable as error:
                log.warning("assistant.action_waits", action_id=str(row["id"]), reason=str(error))
    return len(rows)
