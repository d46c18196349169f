"""Flows as staff keep them: each text is a version that stays, and one of them may be switched on."""

from dataclasses import dataclass
from uuid import UUID

from asyncpg import UniqueViolationError

from kb.assistant.flows.reading import read_flow
from kb.assistant.tables import Flow as FlowRow
from kb.assistant.tables import FlowVersion
from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, NotFound
from kb.core.ids import possible_position
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work

NO_FLOW = say("There is no such flow.")
SAME_NAME = say("Another flow has this name.")


@dataclass(frozen=True, slots=True)
class KeptFlow:
    """A flow's id and the number of the version that was just kept."""

    id: UUID
    number: int


async def add_flow(actor: Actor, source: str) -> KeptFlow:
    """Keep a new flow, switched off. Raises `Invalid` with lines and fields, `Conflict` where its name is taken."""
    actor.require(Permission.FLOW_MANAGE)
    flow = read_flow(source)
    try:
        async with unit_of_work(actor) as unit:
            row = FlowRow(name=flow.name, created_at=unit.now)
            await FlowRow.insert(row)
            await _add_version(unit, row.id, 1, source)
            unit.audit("flow.add", "flow", row.id, name=flow.name)
    except UniqueViolationError as error:
        raise Conflict(SAME_NAME) from error
    return KeptFlow(row.id, 1)


async def save_flow(actor: Actor, flow_id: UUID, source: str) -> KeptFlow:
    """Keep a further version; the one that is switched on stays so until the new one is. The same text again is no version."""
    actor.require(Permission.FLOW_MANAGE)
    flow = read_flow(source)
    try:
        async with unit_of_work(actor) as unit:
            newest = await _lock(flow_id)
            if newest[1] == source:
                return KeptFlow(flow_id, newest[0])
            await execute("update flow set name = $2 where id = $1", flow_id, flow.name)
            await _add_version(unit, flow_id, newest[0] + 1, source)
            unit.audit("flow.save", "flow", flow_id, version=newest[0] + 1)
    except UniqueViolationError as error:
        raise Conflict(SAME_NAME) from error
    return KeptFlow(flow_id, newest[0] + 1)


async def enable_flow(actor: Actor, flow_id: UUID, number: int) -> None:
    """Let this version begin conversations from now on; those under way go on as they began. Raises `NotFound`."""
    actor.require(Permission.FLOW_MANAGE)
    async with unit_of_work(actor) as unit:
        await _lock(flow_id)
        found = await fetch_value(
            "select source from flow_version where flow_id = $1 and number = $2", flow_id, possible_position(number)
        )
        if found is None:
            raise NotFound(say("There is no such version."))
        read_flow(found)  # rules may have grown stricter since it was kept
        await execute("update flow set enabled_version = $2 where id = $1", flow_id, number)
        unit.audit("flow.enable", "flow", flow_id, version=number)


async def disable_flow(actor: Actor, flow_id: UUID) -> None:
    """Begin no more conversations."""
    actor.require(Permission.FLOW_MANAGE)
    async with unit_of_work(actor) as unit:
        await _lock(flow_id)
        await execute("update flow set enabled_version = null where id = $1", flow_id)
        unit.audit("flow.disable", "flow", flow_id)


async def _lock(flow_id: UUID) -> tuple[int, str]:
    """The newest version's number and text, the flow's row locked."""
    if await fetch_value("select 1 from flow where id = $1 for update", flow_id) is None:
        raise NotFound(NO_FLOW)
    row = await fetch_one(
        "select number, source from flow_version where flow_id = $1 order by number desc limit 1", flow_id
    )
    return (row["number"], row["source"]) if row else (0, "")


async def _add_version(unit: UnitOfWork, flow_id: UUID, number: int, source: str) -> None:
    await FlowVersion.insert(
        FlowVersion(flow_id=flow_id, number=number, source=source, made_by=unit.actor.person_id, created_at=unit.now)
    )
