"""Signals with everything behind them, written straight into the tables: outreach begins where detection ends."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Unavailable
from kb.core.ids import new_id
from kb.ports.channel import OutgoingMessage
from tests.support.factories import name_cluster
from tests.support.signals_factories import make_product

PAGE = "https://app.fernbook.example/invoices/17?token=secret"


async def make_friction_point(kind: str = "rage_click", *, element: str = "button#send", label: str = "") -> UUID:
    """A place where it hurts, made or found."""
    app = await make_product()
    friction_id: UUID = await fetch_value(
        "insert into friction_point (id, app_id, kind, route, element, label, first_at, last_at)"
        " values ($1, $2, $3, '/invoices/:id', $4, $5, $6, $6)"
        " on conflict (app_id, kind, route, element) do update set last_at = excluded.last_at returning id",
        new_id(),
        app.id,
        kind,
        element,
        label or f"{kind} on “Send invoice”",
        now(),
    )
    return friction_id


async def make_episode(person_id: UUID | None, friction_point_id: UUID) -> UUID:
    """One brush with the problem."""
    episode_id = new_id()
    await execute(
        "insert into episode (id, person_id, distinct_id, friction_point_id, started_at, last_pain_at, created_at)"
        " values ($1, $2, 'd-1', $3, $4, $4, $4)",
        episode_id,
        person_id,
        friction_point_id,
        now(),
    )
    return episode_id


async def make_signal(
    person: Actor | None,
    *,
    detector: str = "rage_click",
    friction_point_id: UUID | None = None,
    episode_id: UUID | None = None,
    verified: bool = True,
    age: timedelta = timedelta(seconds=5),
    **event: Any,
) -> UUID:
    """A signal of this person; its own friction point and episode unless given."""
    person_id = person.person_id if person else None
    friction_id = friction_point_id or await make_friction_point(detector)
    episode = episode_id or await make_episode(person_id, friction_id)
    occurred_at = now() - age
    event_id = await _make_event(person_id, occurred_at, verified=verified, **event)
    signal_id = new_id()
    await execute(
        "insert into signal (id, detector, friction_point_id, episode_id, person_id, distinct_id, verified, evidence,"
        " first_event_id, occurred_at, found_at) values ($1, $2, $3, $4, $5, 'd-1', $6, array[$7::uuid], $7, $8, $9)",
        signal_id,
        detector,
        friction_id,
        episode,
        person_id,
        verified,
        event_id,
        occurred_at,
        now(),
    )
    return signal_id


async def _make_event(
    person_id: UUID | None,
    occurred_at: datetime,
    *,
    verified: bool,
    page_url: str | None = PAGE,
    text: str = "Send invoice",
) -> UUID:
    app = await make_product()
    event_id = new_id()
    await execute(
        "insert into event (id, app_id, dedupe_key, name, distinct_id, person_id, page_url, element_text, verified,"
        " occurred_at, received_at) values ($1, $2, $3, 'click', 'd-1', $4, $5, $6, $7, $8, $9)",
        event_id,
        app.id,
        str(event_id),
        person_id,
        page_url,
        text,
        verified,
        occurred_at,
        now(),
    )
    return event_id


async def link_to_cluster(
    friction_point_id: UUID, *, weight: float = 0.8, label: str = "Invoices are not sent"
) -> UUID:
    """A cluster of questions that the place belongs to."""
    cluster_id = new_id()
    await execute("insert into cluster (id, label, created_at) values ($1, $2, $3)", cluster_id, label, now())
    await name_cluster(cluster_id, label)
    await execute(
        "insert into friction_cluster (friction_point_id, cluster_id, weight, reason, created_at)"
        " values ($1, $2, $3, 'tests', $4)",
        friction_point_id,
        cluster_id,
        weight,
        now(),
    )
    return cluster_id


async def make_answer(cluster_id: UUID, author: Actor, *, title: str, visibility: str = "public") -> UUID:
    """An answer that others were helped by, as a post of a topic nobody needs to read in these tests."""
    answer_id, post_id = new_id(), new_id()
    await execute(
        "insert into answer (id, kind, source_id, parent_id, cluster_id, author_id, visibility, title, excerpt, accepted,"
        " created_at) values ($1, 'post', $2, $3, $4, $5, $6, $7, 'Do this.', true, $8)",
        answer_id,
        post_id,
        new_id(),
        cluster_id,
        author.person_id,
        visibility,
        title,
        now(),
    )
    return post_id


async def forget_email(person: Actor) -> None:
    """Take the person's address away."""
    await execute("update person set email = null where id = $1", person.person_id)


async def email_of(person: Actor) -> str:
    """The person's address."""
    return str(await fetch_value("select email from person where id = $1", person.person_id))


async def stored(table: str) -> list[dict[str, Any]]:
    """Every row, oldest first."""
    return [dict(row) for row in await fetch_all(f'select * from "{table}" order by created_at, id')]


@dataclass
class MemoryChannel:
    """A channel that keeps what it is given, and is down while told so."""

    delivered: list[OutgoingMessage] = field(default_factory=list)
    refusal: Exception | None = None

    async def deliver(self, message: OutgoingMessage) -> None:
        """Keep it, or refuse as told."""
        if self.refusal:
            raise self.refusal
        self.delivered.append(message)

    async def ping(self) -> str:
        """In memory."""
        if self.refusal:
            raise Unavailable("down")
        return "memory"
