"""Fetching is the permission check: webhooks are admins' alone."""

from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say

NO_WEBHOOK = say("There is no such webhook.")
NO_DELIVERY = say("There is no such delivery.")


async def access_webhook(actor: Actor, webhook_id: UUID, *, deleted: bool = False) -> asyncpg.Record:
    """The row, locked until the unit of work ends. Raises `NotFound` for one that is deleted, or with `deleted` for one that is not."""
    actor.require(Permission.WEBHOOK_MANAGE)
    row = await fetch_one(
        "select * from webhook where id = $1 and (deleted_at is not null) = $2 for no key update", webhook_id, deleted
    )
    if row is None:
        raise NotFound(NO_WEBHOOK)
    return row
