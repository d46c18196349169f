"""Doing what was approved for a time, once it has come. Late, twice and at once end alike: each plan is carried out by one transaction."""

from uuid import UUID

from kb.answers.enough_people import ARTICLE_PEOPLE, find_people_missing
from kb.answers.publishing import (
    access_with_original,
    has_published_original,
    put_away,
    put_before_readers,
    read_approved,
)
from kb.answers.rules import may_do
from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.unit_of_work import UnitOfWork, unit_of_work

BATCH = 100


async def carry_out_due(*, least_people: int = ARTICLE_PEOPLE) -> int:
    """All whose time has come, the earliest first; returns how many were done."""
    rows = await fetch_all(
        "select id, article_id from article_schedule where state = 'waiting' and due_at <= $1 order by due_at, id limit $2",
        now(),
        BATCH,
    )
    return sum([await _carry_out(row["id"], row["article_id"], least_people) for row in rows])


async def _carry_out(schedule_id: UUID, article_id: UUID, least_people: int) -> bool:
    """The article's row first, as every other write of it does: so a worker that comes second finds the plan settled."""
    async with unit_of_work(SYSTEM) as unit:
        article = await access_with_original(SYSTEM, article_id)
        plan = await fetch_one(
            "select act, revision, approved_by from article_schedule where id = $1 and state = 'waiting' and due_at <= $2 for update",
            schedule_id,
            unit.now,
        )
        if plan is None:
            return False
        if plan["act"] == "archive" and may_do(article.state, "archive"):
            await put_away(unit, article, approved_by=plan["approved_by"])
        elif await find_people_missing(article.id, article.visibility, least=least_people) and plan["act"] == "publish":
            await _settle(unit, schedule_id, "dropped", because="too few people")
            return False
        elif plan["act"] == "publish" and article.state != "archived" and await has_published_original(article):
            approved = await read_approved(article, plan["revision"], keeps_personal=True)
            await put_before_readers(unit, article, approved, approved_by=plan["approved_by"])
        else:
            await _settle(unit, schedule_id, "dropped", because=article.state)
            return False
        await _settle(unit, schedule_id, "done")
    return True


async def _settle(unit: UnitOfWork, schedule_id: UUID, state: str, *, because: str = "") -> None:
    await execute(
        "update article_schedule set state = $2, settled_at = $3, dropped_because = $4 where id = $1",
        schedule_id,
        state,
        unit.now,
        because,
    )
