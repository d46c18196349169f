"""Telling everybody that something is wrong, how it goes on, and that it is over."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id, possible_number
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.status.rules import check_update
from kb.status.standing import forget_standing
from kb.status.tables import IncidentUpdate
from kb.text.markdown import RenderedText, render_markdown

NO_INCIDENT = say("There is no such incident.")


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an incident: how far it is, how bad it is, and in words (Markdown)."""

    state: str
    impact: str
    body: str


async def open_incident(actor: Actor, title: str, said: Said, *, app_id: UUID | None = None) -> int:
    """An incident with its first update, for everybody to read; returns its number.

    Without `app_id` it concerns all products. Raises `Invalid` with fields.
    """
    actor.require(Permission.INCIDENT_MANAGE)
    check_update(state=said.state, impact=said.impact, body=said.body, title=title)
    rendered = await asyncio.to_thread(render_markdown, said.body)
    async with unit_of_work(actor) as unit:
        if app_id and not await fetch_value("select 1 from product_app where id = $1", app_id):
            raise Invalid(say("There is no such product."), {"app_id": say("Choose one of the list.")})
        incident_id = new_id()
        number: int = await fetch_value(
            "insert into incident (id, title, state, impact, app_id, started_at, updated_at, resolved_at)"
            " values ($1, $2, $3, $4, $5, $6, $6, case when $3 = 'resolved' then $6::timestamptz end) returning number",
            incident_id,
            title.strip(),
            said.state,
            said.impact,
            app_id,
            unit.now,
        )
        await _write_update(unit, incident_id, said, rendered)
        unit.audit("incident.open", "incident", incident_id, impact=said.impact)
    forget_standing()
    return number


async def update_incident(actor: Actor, number: int, said: Said) -> None:
    """Say how it goes on. `resolved` ends it; any other state opens an ended one again. Raises `Invalid`, `NotFound`."""
    actor.require(Permission.INCIDENT_MANAGE)
    check_update(state=said.state, impact=said.impact, body=said.body)
    rendered = await asyncio.to_thread(render_markdown, said.body)
    async with unit_of_work(actor) as unit:
        row = await fetch_one("select id from incident where number = $1 for update", possible_number(number))
        if row is None:
            raise NotFound(NO_INCIDENT)
        await execute(
            "update incident set state = $2, impact = $3, updated_at = $4,"
            " resolved_at = case when $2 = 'resolved' then coalesce(resolved_at, $4) end where id = $1",
            row["id"],
            said.state,
            said.impact,
            unit.now,
        )
        await _write_update(unit, row["id"], said, rendered)
        unit.audit("incident.update", "incident", row["id"], state=said.state, impact=said.impact)
    forget_standing()


async def _write_update(unit: UnitOfWork, incident_id: UUID, said: Said, rendered: RenderedText) -> None:
    await IncidentUpdate.insert(
        IncidentUpdate(
            incident_id=incident_id,
            state=said.state,
            impact=said.impact,
            body_source=said.body,
            body_html=rendered.html,
            renderer=rendered.renderer_version,
            author_id=unit.actor.person_id,
            created_at=unit.now,
        )
    )
