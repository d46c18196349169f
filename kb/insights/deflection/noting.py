"""Noting that somebody began to type where something could be suggested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.insights.deflection.holding_out import Arm, Surface

SESSION_ENDS = timedelta(minutes=30)
"""Of silence: as in most analytics, and as long as kb/help calls pain recent."""


def is_counted(actor: Actor) -> bool:
    """Members, whose tickets we see; staff try things out."""
    return actor.person_id is not None and not actor.is_staff


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody types into a form where something could be suggested: where, in which arm while which share of all is held out,
    and what could be suggested, shown or not. The clusters of the answers come to those named."""

    surface: Surface
    arm: Arm
    share: float
    answers: Sequence[UUID] = ()
    clusters: Sequence[UUID] = ()
    is_exempt: bool = False


async def note_session(actor: Actor, typing: Typing) -> UUID | None:
    """The session this belongs to, begun where none runs; None for whom nothing is noted. Its arm and what could be suggested
    are those of its first moment. Exempt once is exempt for good."""
    if not is_counted(actor):
        return None
    async with unit_of_work(actor) as unit:
        await execute(
            "select pg_advisory_xact_lock(hashtextextended('deflection:' || $1::text, 0))", str(actor.person_id)
        )
        known: UUID | None = await fetch_value(
            "update deflection_session set last_at = $3, exempt = exempt or $5 where id = (select id from deflection_session"
            " where person_id = $1 and surface = $2 and last_at > $4 order by last_at desc limit 1) returning id",
            actor.person_id,
            typing.surface,
            unit.now,
            unit.now - SESSION_ENDS,
            typing.is_exempt,
        )
        if known:
            return known
        session_id = new_id()
        await execute(
            "insert into deflection_session (id, person_id, surface, arm, share, exempt, answers, clusters, began_at, last_at)"
            " select $1, $2, $3, $4, $5, $6, $7, array(select unnest($8::uuid[]) union select cluster_id from answer"
            "   where id = any($7) and cluster_id is not null), $9, $9",
            session_id,
            actor.person_id,
            typing.surface,
            typing.arm,
            typing.share,
            typing.is_exempt,
            list(typing.answers),
            list(typing.clusters),
            unit.now,
        )
    return session_id
