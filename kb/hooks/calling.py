"""Calling a registered webhook because somebody asked for it, signed as all others are: its address and secret are an admin's."""

import json
from collections.abc import Mapping
from uuid import UUID

from kb.core.clock import now
from kb.core.database import fetch_one
from kb.core.errors import Invalid, Unavailable
from kb.core.saying import say
from kb.hooks.rules import secrets_in_force
from kb.hooks.signing import headers_of, message_id
from kb.ports.postman import Postman


async def call_webhook(name: str, call_id: UUID, kind: str, data: Mapping[str, object], *, postman: Postman) -> None:
    """Post `{"type", "timestamp", "data"}` under `call_id`, the same at each try. Raises `Invalid` where no webhook of this name goes
    on or the call is refused for good, `Unavailable` where trying again may help."""
    hook = await fetch_one(
        "select url, secret, former_secret, former_until from webhook where lower(name) = lower($1) and paused_at is null"
        " and deleted_at is null order by created_at limit 1",
        name,
    )
    if hook is None:
        raise Invalid(say("No webhook of this name goes on."), {"webhook": say("There is none that goes on.")})
    at = now()
    body = json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False).encode()
    secrets = secrets_in_force(hook["secret"], hook["former_secret"], hook["former_until"], at=at)
    headers = headers_of(secrets, message=message_id(call_id), timestamp=int(at.timestamp()), body=body)
    receipt = await postman.post(hook["url"], headers, body)
    if receipt.status >= 500 or receipt.status in {408, 429}:
        raise Unavailable(say("It answered {status}.", status=receipt.status))
    if not 200 <= receipt.status < 300:
        raise Invalid(say("It answered {status}.", status=receipt.status))
