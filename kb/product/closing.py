"""Closing an issue: by hand on the built-in board, or because the tracker says so. Only `completed` means shipped."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.product.events import note_issue_event
from kb.product.filing import add_people_hurt
from kb.product.messages import IssueClosed, IssueShipped
from kb.product.rules import CLOSING_REASONS
from kb.signals.episodes import move_episodes


async def close_issue(actor: Actor, number: int, *, reason: str) -> None:
    """Close an issue of the built-in board. Raises `Conflict` for one that another tracker keeps, or that is closed."""
    actor.require(Permission.ISSUE_FILE)
    if reason not in CLOSING_REASONS:
        raise Invalid(
            say("Unknown reason."),
            {"reason": say("one of {known}", known=", ".join(CLOSING_REASONS))},
        )
    async with unit_of_work(actor) as unit:
        row = await fetch_one("select id, tracker, state from issue where number = $1 for update", number)
        if row is None:
            raise NotFound(say("There is no such issue."))
        if row["tracker"] != "board":
            raise Conflict(say("This issue is closed where it is kept; its tracker tells us."))
        if row["state"] not in {"filing", "open"}:
            raise Conflict(say("The issue is closed already."))
        await end_issue(unit, row["id"], reason=reason)
        unit.audit("issue.close", "issue", row["id"], reason=reason)


async def end_issue(unit: UnitOfWork, issue_id: UUID, *, reason: str) -> None:
    """Close inside the caller's unit. `completed` takes in everybody hurt up to now and sets off the telling."""
    state = CLOSING_REASONS[reason]
    row = await fetch_one(
        "update issue set state = $2, closed_at = $3 where id = $1 returning cluster_heir(cluster_id) as cluster_id",
        issue_id,
        state,
        unit.now,
    )
    if row is None:
        raise NotFound(say("There is no such issue."))
    await note_issue_event(unit, issue_id, "closed", reason=reason)
    if state == "shipped":
        await add_people_hurt(unit, issue_id)
        await move_episodes(row["cluster_id"], to="shipped", reason="a fix has shipped", moment=unit.now)
        unit.emit(IssueShipped(issue_id))
    else:
        unit.emit(IssueClosed(issue_id))


async def reopen_issue(unit: UnitOfWork, issue_id: UUID) -> None:
    """The tracker opened it again. Who was told stays told."""
    await execute(
        "update issue set state = 'open', closed_at = null where id = $1 and not exists"
        " (select 1 from issue o join issue i on i.cluster_id = o.cluster_id where i.id = $1 and o.state in ('filing', 'open'))",
        issue_id,
    )
    await note_issue_event(unit, issue_id, "reopened", reason="opened again in its tracker")
