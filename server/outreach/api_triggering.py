"""What may speak, what it said and why it kept silent, for programs: /api/v1/triggers and /api/v1/decisions."""

from dataclasses import dataclass
from typing import Any

from litestar import delete, get, put

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.outreach.queries import DecisionLine, TriggerLine, list_decisions, list_triggers
from kb.outreach.triggers import set_trigger_enabled
from server.lists import CursorIn, Items, LimitIn, check_limit, page_of, part_of
from server.security.guards import requires

READ = [requires(Permission.PERSON_READ)]
MANAGE = [requires(Permission.TRIGGER_MANAGE)]


@dataclass(frozen=True, slots=True)
class TriggerOut:
    """A trigger with what it did in the last 30 days. `oldest` is how old a signal it still speaks about, in seconds."""

    key: str
    name: str
    detector: str | None
    channels: list[str]
    oldest: float | None
    enabled: bool
    sent: int
    refused: int
    seen: int


@get("/api/v1/triggers", guards=READ)
async def api_list_triggers(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[TriggerOut]:
    """Every trigger."""
    found = await list_triggers(actor)
    return part_of(found, _out, lambda one: one.key, cursor=cursor, limit=limit)


@put("/api/v1/triggers/{key:str}/enablement", guards=MANAGE, status_code=204)
async def api_enable_trigger(actor: Actor, key: str) -> None:
    """Let it speak, from the next signal on."""
    await set_trigger_enabled(actor, key, True)


@delete("/api/v1/triggers/{key:str}/enablement", guards=MANAGE)
async def api_disable_trigger(actor: Actor, key: str) -> None:
    """Silence it; its silence is noted with each signal."""
    await set_trigger_enabled(actor, key, False)


@get("/api/v1/decisions", guards=READ)
async def api_list_decisions(
    actor: Actor, outcome: str = "", trigger: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[DecisionLine]:
    """Decisions to speak or to keep silent, newest first, of one outcome or one trigger where named."""
    most, before = check_limit(limit) + 1, read_cursor(cursor)
    found = await list_decisions(actor, outcome=outcome, trigger=trigger, before=before, limit=most)
    return page_of(found, lambda one: one, lambda one: (one.created_at, one.id), limit=limit)


def _out(t: TriggerLine) -> TriggerOut:
    oldest = t.max_age.total_seconds() if t.max_age else None
    return TriggerOut(t.key, t.name, t.detector, list(t.channels), oldest, t.enabled, t.sent, t.refused, t.seen)


ROUTES: list[Any] = [api_list_triggers, api_enable_trigger, api_disable_trigger, api_list_decisions]
