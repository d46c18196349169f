"""Imports as staff see them: how far each came, what was refused and why, which files could not be kept."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.imports.catching_up import read_catching_up
from kb.imports.queries import (
    FileView,
    ImportView,
    RefusalView,
    get_import,
    list_files_left,
    list_imports,
    list_refusals,
)
from server.imports.pages import ImportPage, ImportsPage
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of, listed
from server.pages import render
from server.security.guards import requires

READ = [requires(Permission.TICKET_ANSWER)]
Asked = Request[Any, Any, Any]
ONE = "/api/v1/imports/{import_id:uuid}"


@get("/imports", guards=READ)
async def show_imports(request: Asked, actor: Actor) -> Response[str]:
    """All imports."""
    imports, imported = await list_imports(actor), await read_catching_up(actor)
    return render(request, "imports/imports.html", ImportsPage(say("Imports"), imports, imported))


@get("/imports/{import_id:uuid}", guards=READ)
async def show_import(
    request: Asked, actor: Actor, import_id: UUID, cursor: str = "", files: str = ""
) -> Response[str]:
    """One import."""
    one = await get_import(actor, import_id)
    refusals = await list_refusals(actor, import_id, cursor=cursor)
    left = await list_files_left(actor, import_id, cursor=files)
    return render(request, "imports/import.html", ImportPage(one.source, one, refusals, left))


@get("/api/v1/imports", guards=READ)
async def api_list_imports(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[ImportView]:
    """The latest import of every source, newest first. How far the loop is with what they brought, `GET /api/v1/loop` tells."""
    return listed(await list_imports(actor), lambda one: str(one.id), cursor=cursor, limit=limit)


@get(ONE, guards=READ)
async def api_get_import(actor: Actor, import_id: UUID) -> ImportView:
    """One import."""
    return await get_import(actor, import_id)


@get(f"{ONE}/refusals", guards=READ)
async def api_list_refusals(
    actor: Actor, import_id: UUID, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[RefusalView]:
    """Rows that were refused, by stage and line, each with its reason."""
    page = await list_refusals(actor, import_id, cursor=cursor, limit=check_limit(limit))
    return items_of(page.rows, page.next, lambda one: one)


@get(f"{ONE}/files", guards=READ)
async def api_list_files_left(
    actor: Actor, import_id: UUID, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[FileView]:
    """Files of the source's messages that are not kept: those that failed, then those that wait to be fetched."""
    page = await list_files_left(actor, import_id, cursor=cursor, limit=check_limit(limit))
    return items_of(page.rows, page.next, lambda one: one)


IMPORTS_ROUTES: list[Any] = [
    show_imports,
    show_import,
    api_list_imports,
    api_get_import,
    api_list_refusals,
    api_list_files_left,
]
