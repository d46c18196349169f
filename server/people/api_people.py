"""People as staff see them, for programs: /api/v1/people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import get, put

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.insights import timeline
from kb.insights.activity import list_deeds
from kb.people import queries
from kb.people.managing import change_role
from kb.people.profiles import get_profile
from kb.people.queries import PersonDetails
from server.lists import CursorIn, Items, LimitIn, check_limit, page_of, part_of
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.PERSON_READ)]


@dataclass(frozen=True, slots=True)
class PersonOut:
    """A person as staff see them."""

    id: UUID
    name: str
    username: str | None
    email: str | None
    role: Role
    company: str | None
    plan: str | None
    created_at: datetime
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class MomentOut:
    """One thing that happened. `kind` is topic, ticket, signal, release, help (shown inside the product), use (of an answer) or message;
    `detail` says more in a code, `place` where; `url` is "" where nothing opens."""

    kind: str
    id: UUID
    at: datetime
    title: str
    detail: str
    place: str
    url: str


@dataclass(frozen=True, slots=True)
class DeedOut:
    """A topic asked or an answer given. `kind` is asked, answered or accepted."""

    kind: str
    title: str
    space: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RoleIn:
    """What they shall be: member, agent, product_manager, moderator or admin."""

    role: Role


@get("/api/v1/people", guards=READ)
async def api_list_people(
    actor: Actor, q: str = "", role: Role | None = None, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[PersonOut]:
    """Everybody, newest first, or those whose name, handle, address or company holds `q`."""
    most, past = check_limit(limit) + 1, read_cursor(cursor)
    found = await queries.list_people(actor, words=q[:200], role=role, after=past.id if past else None, limit=most)
    return page_of(found, _person, lambda one: (one.created_at, one.id), limit=limit)


@get("/api/v1/people/{person_id:uuid}/details", guards=READ)
async def api_get_person(actor: Actor, person_id: UUID) -> PersonOut:
    """One person."""
    return _person(await queries.get_person(actor, person_id))


@get("/api/v1/people/{person_id:uuid}/timeline", guards=READ)
async def api_list_moments(
    actor: Actor,
    services: Services,
    person_id: UUID,
    kind: Literal["topic", "ticket", "signal", "release", "help", "use", "message"] | None = None,
    cursor: CursorIn = "",
    limit: LimitIn = 50,
) -> Items[MomentOut]:
    """What they asked, what hurt, what came out, what help they saw and used, what they were told, newest first; or one `kind` of it."""
    most, base = check_limit(limit) + 1, services.settings.base_url
    kinds = (kind,) if kind else ()
    found = await timeline.list_moments(actor, person_id, kinds=kinds, before=read_cursor(cursor), limit=most)
    return page_of(
        found,
        lambda m: MomentOut(m.kind, m.id, m.at, m.title, m.detail, m.place, base + m.path if m.path else ""),
        lambda m: (m.at, m.id),
        limit=limit,
    )


@get("/api/v1/people/{username:str}/deeds", guards=[requires(Permission.TOPIC_READ)])
async def api_list_deeds(
    actor: Actor, services: Services, username: str, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[DeedOut]:
    """A member's newest topics and answers, of those the caller may read."""
    profile, base = await get_profile(actor, username), services.settings.base_url
    found = [DeedOut(d.kind, d.title, d.space, base + d.path, d.at) for d in await list_deeds(actor, profile.id)]
    return part_of(found, lambda one: one, lambda one: f"{one.at.isoformat()}{one.url}", cursor=cursor, limit=limit)


@put("/api/v1/people/{person_id:uuid}/role", guards=[requires(Permission.PERSON_MANAGE), *READ])
async def api_change_role(actor: Actor, person_id: UUID, data: RoleIn) -> PersonOut:
    """Change what somebody may do. Nobody changes their own: an installation is never left without an admin."""
    await change_role(actor, person_id, data.role)
    return _person(await queries.get_person(actor, person_id))


def _person(p: PersonDetails) -> PersonOut:
    return PersonOut(
        p.id, p.name, p.username, p.email, p.role, p.account_name, p.plan, p.created_at, p.suspended_at
    )  # fmt: skip


ROUTES: list[Any] = [api_list_people, api_get_person, api_list_moments, api_list_deeds, api_change_role]
