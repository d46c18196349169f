"""People as staff see them: the list, one person's timeline, and what an admin may change."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.insights import timeline
from kb.people import queries
from kb.people.managing import change_role
from server.code_names import name_of
from server.pages import flash, render
from server.people.forms import read_role, role_or_none
from server.people.pages import PeoplePage, TimelinePage
from server.security.guards import requires

Asked = Request[Any, Any, Any]
READ = [requires(Permission.PERSON_READ)]
MANAGE = [requires(Permission.PERSON_MANAGE)]


@get("/people", guards=READ)
async def show_people(
    request: Asked, actor: Actor, q: str = "", role: str = "", after: UUID | None = None
) -> Response[Any]:
    """Everybody, newest first, or those the words and the role leave."""
    found = await queries.list_people(actor, words=q[:200], role=role_or_none(role), after=after)
    older = f"/people?{urlencode({'q': q, 'role': role, 'after': found[-1].id})}" if len(found) == queries.PAGE else ""
    return render(request, "people/people.html", PeoplePage(say("People"), found, q, role, older))


@get("/people/{person_id:uuid}/timeline", guards=READ)
async def show_timeline(
    request: Asked, actor: Actor, person_id: UUID, before: str = "", kind: str = ""
) -> Response[Any]:
    """One person's history in one order, all of it or one kind; asked for by a part of another page, the moments alone."""
    person = await queries.get_person(actor, person_id)
    moments = await timeline.list_moments(
        actor, person_id, kinds=(kind,) if kind else (), before=read_cursor(before), limit=timeline.PAGE + 1
    )
    shown = moments[: timeline.PAGE]
    last = f"{shown[-1].at.isoformat()}~{shown[-1].id}" if len(moments) > timeline.PAGE else ""
    may_manage = actor.may(Permission.PERSON_MANAGE) and actor.person_id != person_id
    page = TimelinePage(person.name, person, shown, last, not before, may_manage, kind)
    is_part = "hx-request" in request.headers
    return render(request, "people/_moments.html" if is_part else "people/timeline.html", page)


@post("/people/{person_id:uuid}/role", guards=MANAGE)
async def give_role(request: Asked, actor: Actor, person_id: UUID) -> Response[Any]:
    """Change what somebody may do."""
    role = role_or_none(await read_role(request))
    if role is None:
        raise Invalid(say("Unknown role."), {"role": say("choose one of the list")})
    await change_role(actor, person_id, role)
    return _back(person_id, say("The role is now {role}.", role=name_of(role.value)))


def _back(person_id: UUID, said: str) -> Response[Any]:
    return flash(Redirect(f"/people/{person_id}/timeline", status_code=303), "good", said)


def read_cursor(text: str) -> tuple[datetime, UUID] | None:
    """The time and id a page begins after. Raises `NotFound` for a cursor this site never made."""
    if not text:
        return None
    at, _, last = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(last)
    except ValueError:
        raise NotFound(say("There is no such page.")) from None
