"""The rules that speak: which there are, switching them on and off. A new one is a row."""

from datetime import timedelta
from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute_many, fetch_all, fetch_one, fetch_value
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.outreach.rules import EMAIL, IN_APP, MAX_AGE_EMAIL, MAX_AGE_IN_APP, TriggerRule

FIX_SHIPPED = "fix-shipped"
TICKET_ANSWERED = "ticket-answered"
WEBHOOK_OFF = "webhook-off"

DEFAULT_TRIGGERS = (
    ("rage-click-in-app", say("Help where a click does nothing"), "rage_click", [IN_APP], "stuck", MAX_AGE_IN_APP),
    (
        "failed-logins-email",
        say("Password help after failed log-ins"),
        "failed_logins",
        [EMAIL],
        "password_help",
        MAX_AGE_EMAIL,
    ),
    (FIX_SHIPPED, say("Tell those it hurt that a fix has shipped"), None, [IN_APP, EMAIL], "own_words", None),
    (TICKET_ANSWERED, say("Bring an agent's reply to whoever asked"), None, [IN_APP], "own_words", None),
    (WEBHOOK_OFF, say("Tell admins that a webhook was switched off"), None, [IN_APP, EMAIL], "own_words", None),
)
"""key, name, detector, channels, template, oldest signal it speaks about. A reply is mailed by kb/mail, in its thread."""


async def ensure_default_triggers() -> None:
    """Insert the triggers that every installation begins with; one that exists stays as people set it."""
    known = await fetch_value("select count(*) from trigger where key = any($1)", [row[0] for row in DEFAULT_TRIGGERS])
    if known == len(DEFAULT_TRIGGERS):
        return
    async with unit_of_work(SYSTEM) as unit:
        await execute_many(
            "insert into trigger (id, key, name, detector, channels, template, max_age_seconds, enabled, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, true, $8) on conflict (key) do nothing",
            [(new_id(), *row[:5], _seconds(row[5]), unit.now) for row in DEFAULT_TRIGGERS],
        )


async def set_trigger_enabled(actor: Actor, key: str, enabled: bool) -> None:
    """Switch a trigger on or off. What it has prepared already is still sent."""
    actor.require(Permission.TRIGGER_MANAGE)
    async with unit_of_work(actor) as unit:
        trigger_id = await fetch_value("update trigger set enabled = $2 where key = $1 returning id", key, enabled)
        if trigger_id is None:
            raise NotFound(say("There is no such trigger."))
        unit.audit("trigger.enable" if enabled else "trigger.disable", "trigger", trigger_id, key=key)


async def list_triggers_of(detector: str) -> list[TriggerRule]:
    """The triggers that listen to a detector, switched off ones too: their silence is a decision as well."""
    rows = await fetch_all("select * from trigger where detector = $1 order by created_at, key", detector)
    return [_rule(row) for row in rows]


async def get_trigger(key: str) -> TriggerRule:
    """One trigger. Raises `NotFound`: `ensure_default_triggers` has not run, or nobody made it."""
    row = await fetch_one("select * from trigger where key = $1", key)
    if row is None:
        raise NotFound(say("There is no trigger called {key}.", key=key))
    return _rule(row)


def _rule(row: asyncpg.Record) -> TriggerRule:
    id_: UUID = row["id"]
    age = row["max_age_seconds"]
    return TriggerRule(
        id=id_,
        key=row["key"],
        name=row["name"],
        detector=row["detector"],
        channels=tuple(row["channels"]),
        template=row["template"],
        max_age=None if age is None else timedelta(seconds=age),
        enabled=row["enabled"],
    )


def _seconds(age: timedelta | None) -> int | None:
    return None if age is None else round(age.total_seconds())
