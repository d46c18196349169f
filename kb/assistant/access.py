"""Who talks, whose eyes the assistant reads with, and which conversations are theirs."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

import asyncpg

from kb.assistant.replies import FlowPlace
from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.core.saying import say
from kb.people.products import ProductApp

Surface = Literal["page", "widget"]

MISSING = say("There is no such conversation, or it is not yours.")


@dataclass(frozen=True, slots=True)
class Chatter:
    """Somebody who talks with the assistant. `actor` is who a session or a signed token says they are, else nobody.

    `visitor` stands for them in the ledger, `secret` is what they were given when the conversation began.
    """

    actor: Actor
    surface: Surface
    visitor: str
    app: ProductApp | None = None
    secret: str = ""
    distinct_id: str | None = None

    @property
    def reader(self) -> Actor:
        """Whose eyes answers are looked for with. On a foreign page what anybody may read; here what members read, for staff too:
        a talk may be handed over with all that was said in it, and what was said to one customer does not belong there."""
        if self.surface == "widget" or not self.actor.is_signed_in:
            return ANONYMOUS
        return replace(self.actor, role=Role.MEMBER)

    @property
    def writer(self) -> Actor:
        """Who writes what they do down: they themselves, or the product for somebody nobody vouches for."""
        return self.actor if self.actor.is_signed_in else SYSTEM

    @property
    def app_id(self) -> UUID | None:
        """The product whose page it is."""
        return self.app.id if self.app else None

    @property
    def key(self) -> str:
        """What their tries are counted under."""
        return str(self.actor.person_id or self.visitor)

    def require(self) -> None:
        """Raises as `Actor.require` does."""
        self.actor.require(Permission.ASSISTANT_ASK)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as its writes need it. `place` is where a flow waits, None where none runs."""

    id: UUID
    person_id: UUID | None
    page_url: str | None
    turn_count: int
    last_question: str
    misses: int
    awaits: str
    address: str
    place: FlowPlace | None
    tags: tuple[str, ...]
    ticket_id: UUID | None


def hash_secret(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


_OWN = (
    "c.id = $1 and c.surface = $2 and c.app_id is not distinct from $3"
    " and (c.person_id = $4 or (c.person_id is null and c.secret_hash = $5))"
)
"""The condition on conversation `c`: a person's own, or nobody's and the secret is known. Another product's key opens nothing."""

_COLUMNS = (
    "c.id, c.person_id, c.page_url, c.turn_count, c.last_question, c.misses, c.awaits, c.address, c.flow_id, c.flow_version,"
    " c.flow_step, c.flow_answers, c.tags, c.ticket_id"
)


async def access_conversation(chatter: Chatter, conversation_id: UUID, *, locks: bool = False) -> Conversation:
    """Raises `NotFound` for everybody else. `locks`: until the unit of work ends nobody else changes it."""
    chatter.require()
    row = await fetch_one(
        f"select {_COLUMNS} from conversation c where {_OWN}{' for update' if locks else ''}",
        conversation_id,
        chatter.surface,
        chatter.app_id,
        chatter.actor.person_id,
        hash_secret(chatter.secret),
    )
    if row is None:
        raise NotFound(MISSING)
    return _conversation(row)


async def read_conversation(conversation_id: UUID) -> Conversation | None:
    """For the product itself, inside a unit of work: its row is locked. None where it was forgotten."""
    row = await fetch_one(f"select {_COLUMNS} from conversation c where c.id = $1 for update", conversation_id)
    return _conversation(row) if row else None


async def find_latest(actor: Actor, *, hours: int = 12) -> UUID | None:
    """The conversation a member had on our own page last, while it is fresh enough to go on with; None for strangers."""
    if actor.person_id is None:
        return None
    row = await fetch_one(
        "select id from conversation where person_id = $1 and surface = 'page' and last_turn_at > now() - make_interval(hours => $2)"
        " order by last_turn_at desc limit 1",
        actor.person_id,
        hours,
    )
    return row["id"] if row else None


def _conversation(row: asyncpg.Record) -> Conversation:
    place = None
    if row["flow_step"] and row["flow_id"]:
        answers: dict[str, str] = json.loads(row["flow_answers"])
        place = FlowPlace(row["flow_id"], row["flow_version"], row["flow_step"], answers)
    return Conversation(**{name: row[name] for name in _PLAIN}, tags=tuple(row["tags"]), place=place)


_PLAIN = (
    "id", "person_id", "page_url", "turn_count", "last_question", "misses", "awaits", "address", "ticket_id",
)  # fmt: skip
