"""Canned reasons: what moderators often have to say to an author, kept by admins."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.rules import clean_body, clean_title
from kb.moderation.rules import check_canned


@dataclass(frozen=True, slots=True)
class Canned:
    """A reason; `{name}` in its text becomes the author's name."""

    id: UUID
    name: str
    text: str


async def list_canned(actor: Actor) -> list[Canned]:
    """Those in use, by name."""
    actor.require(Permission.REVIEW_DECIDE)
    rows = await fetch_all(
        "select id, name, text from canned_reason where archived_at is null order by lower(name), id"
    )
    return [Canned(**row) for row in rows]


async def read_canned(reason_id: UUID | None) -> str:
    """Its text; "" for None. Raises `Invalid` for one that is not in use."""
    if reason_id is None:
        return ""
    text: str | None = await fetch_value(
        "select text from canned_reason where id = $1 and archived_at is null", reason_id
    )
    if text is None:
        raise Invalid(say("There is no such reason."), {"canned": say("Choose one that is offered.")})
    return text


async def write_canned(actor: Actor, name: str, text: str, *, reason_id: UUID | None = None) -> UUID:
    """Add a reason, or change one. A name that is taken is `Invalid`."""
    actor.require(Permission.REVIEW_MANAGE)
    name, text = clean_title(name), clean_body(text)
    check_canned(name, text)
    async with unit_of_work(actor) as unit:
        taken = "select 1 from canned_reason where lower(name) = lower($1) and archived_at is null and id is distinct from $2"
        if await fetch_value(taken, name, reason_id):
            raise Invalid(say("The name is taken."), {"name": say("There is a reason of this name already.")})
        written = reason_id or new_id()
        if reason_id is None:
            await execute("delete from canned_reason where name = $1 and archived_at is not null", name)
            await execute(
                "insert into canned_reason (id, name, text, created_at) values ($1, $2, $3, $4)",
                written,
                name,
                text,
                unit.now,
            )
        elif not await execute("update canned_reason set name = $2, text = $3 where id = $1", reason_id, name, text):
            raise NotFound(say("There is no such reason."))
        unit.audit("canned.write", "canned_reason", written, name=name)
    return written


async def archive_canned(actor: Actor, reason_id: UUID) -> None:
    """Offer it no more; what was told stays told."""
    actor.require(Permission.REVIEW_MANAGE)
    async with unit_of_work(actor) as unit:
        sql = "update canned_reason set archived_at = coalesce(archived_at, $2) where id = $1"
        if not await execute(sql, reason_id, unit.now):
            raise NotFound(say("There is no such reason."))
        unit.audit("canned.archive", "canned_reason", reason_id)
