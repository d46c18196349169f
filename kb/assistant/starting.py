"""Beginning a conversation. Nothing is asked of anybody first."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from kb.assistant.access import Chatter, hash_secret
from kb.assistant.rules import AN_HOUR, STARTED_AN_HOUR
from kb.assistant.tables import Conversation
from kb.core.rate_limits import spend
from kb.core.unit_of_work import unit_of_work
from kb.signals.wire.places import clean_page_url


@dataclass(frozen=True, slots=True)
class Started:
    """A conversation and the secret that opens it, told this once."""

    id: UUID
    secret: str


async def start_conversation(chatter: Chatter, *, page_url: str | None = None) -> Started:
    """Raises `TooMany` for whoever begins more than anybody needs. A chat nobody says anything in is swept away."""
    chatter.require()
    await spend(f"chat:start:{chatter.key}", STARTED_AN_HOUR, AN_HOUR)
    secret = secrets.token_urlsafe(24)
    async with unit_of_work(chatter.actor) as unit:
        row = Conversation(
            surface=chatter.surface,
            app_id=chatter.app_id,
            person_id=chatter.actor.person_id,
            secret_hash=hash_secret(secret),
            visitor=chatter.visitor,
            page_url=clean_page_url(page_url),
            created_at=unit.now,
            last_turn_at=unit.now,
        )
        await Conversation.insert(row)
    return Started(row.id, secret)
