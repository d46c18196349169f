"""Gathering notices into mails: one for each person and topic, when the first of them has waited long enough."""

from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.notices.messages import NoticeMailPrepared

_WAITING = "n.mail_due_at is not null and n.mail_id is null and n.seen_at is null"
_ABOUT = "coalesce(n.topic_id, n.duplicate_id, n.decision_id, n.article_id, n.ticket_id)"


async def prepare_mails(*, thing: str | None = None, limit: int = 2000) -> int:
    """Gather what is due, of one thing or of all; returns how many mails that makes. What is due brings along what is not yet."""
    groups = await fetch_all(
        f"select n.person_id, {_ABOUT} as about, min(n.mail_due_at) as due from notice n"
        f" where {_WAITING} and n.mail_due_at <= $1 and ($2::text is null or n.thing = $2)"
        " group by 1, 2 order by due limit $3",
        now(),
        thing,
        limit,
    )
    return sum([await _prepare(group) for group in groups])


async def _prepare(group: asyncpg.Record) -> bool:
    """One mail, unless another worker has just gathered these notices or their reader has just seen them."""
    async with unit_of_work(SYSTEM) as unit:
        mail_id = new_id()
        rows = await fetch_all(
            f"select n.id from notice n where n.person_id = $1 and {_ABOUT} = $2 and {_WAITING} for update skip locked",
            group["person_id"],
            group["about"],
        )
        if not rows:
            return False
        await execute(
            "insert into notice_mail (id, person_id, topic_id, next_attempt_at, created_at) values ($1, $2, $3, $4, $4)",
            mail_id,
            group["person_id"],
            group["about"],
            unit.now,
        )
        await put_into_mail(mail_id, [row["id"] for row in rows])
        unit.emit(NoticeMailPrepared(mail_id))
    return True


async def put_into_mail(mail_id: UUID, notice_ids: list[UUID]) -> None:
    """Bind notices to the mail that carries them; no other mail will."""
    await execute("update notice set mail_id = $1 where id = any($2::uuid[])", mail_id, notice_ids)
