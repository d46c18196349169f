"""The desk for programs: its views, filters, saved views, and one thing done with many tickets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, delete, get, post, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.desk.arranging_many import Batch, arrange_tickets, get_batch, take_back_batch
from kb.desk.grammar import parse_filter
from kb.desk.saved_views import (
    SavedView,
    change_view,
    get_saved_view,
    list_saved_views,
    order_views,
    remove_view,
    save_view,
)
from kb.desk.views import VIEWS, DeskLine, count_views, list_tickets
from kb.tickets.access import find_ticket_id
from kb.tickets.tagging import TicketTagCount, list_ticket_tags
from server.desk.forms import read_view
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of, part_of
from server.security.guards import requires

Asked = Request[Any, Any, Any]
ANSWER = [requires(Permission.TICKET_ANSWER)]


@dataclass(frozen=True, slots=True)
class QueueOut:
    """A view of the desk, the filter it is, and how many tickets stand in it; the solved are not counted."""

    name: str
    filter: str
    tickets: int | None


@dataclass(frozen=True, slots=True)
class DeskTicketOut:
    """A ticket as a row of the desk. `state` is open (our turn), pending (the customer's) or solved; `waiting_since` is since when it is.

    `due_at` is the next moment something was promised for; `snoozed_until` is null while `is_snoozed` where its customer's next message
    ends it; `problem` is the number of the ticket it is linked to, `incidents` how many are linked to it; `last_line` how the last
    message begins.
    """

    id: UUID
    number: int
    url: str
    subject: str
    state: str
    channel: str
    priority: str
    tags: list[str]
    requester: str
    account: str | None
    plan: str | None
    assignee: str | None
    team: str | None
    last_line: str
    messages: int
    problem: int | None
    incidents: int
    due_at: datetime | None
    is_overdue: bool
    is_snoozed: bool
    snoozed_until: datetime | None
    waiting_since: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ManyTicketsIn:
    """The numbers of at most a hundred tickets, and what is done with them.

    `detail` is an agent's id or a team's ("" for nobody and none), a priority, tags with commas between them, or until when to snooze: a
    moment, or "" until the customer writes. Solving and merging (into the oldest) need none.
    """

    tickets: list[int]
    action: Literal["assign", "team", "priority", "tag", "untag", "snooze", "solve", "merge"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TicketBatchOut:
    """What was done, and with which tickets; the others stood so already."""

    id: UUID
    action: str
    tickets: list[int]
    undone: bool


@dataclass(frozen=True, slots=True)
class ViewIn:
    """A filter and the name it is kept under. A shared one is there for every agent."""

    name: str
    filter: str
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class ViewCreated:
    """What was made."""

    id: UUID


@dataclass(frozen=True, slots=True)
class OrderIn:
    """Views by their ids, in the caller's own order; those left out stand behind, by name."""

    views: list[UUID]


@get("/api/v1/ticket-queues", guards=ANSWER)
async def api_list_queues(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[QueueOut]:
    """The desk's views."""
    counts = await count_views(actor)
    queues = [QueueOut(name, filter_, counts.get(name)) for name, filter_ in VIEWS.items()]
    return part_of(queues, lambda one: one, lambda one: one.name, cursor=cursor, limit=limit)


@get("/api/v1/desk/tickets", guards=ANSWER)
async def api_list_desk(
    request: Asked,
    actor: Actor,
    queue: str = "open",
    filter: str | None = None,  # noqa: A002 - the word in the address
    cursor: CursorIn = "",
    limit: LimitIn = 50,
) -> Items[DeskTicketOut]:
    """The tickets of a view, or those that a filter such as `is:open priority:high tag:billing older:2d refund` finds, in their order.

    422 for a cursor of another order; what a filter does not understand is taken as words.
    """
    filter_ = parse_filter(read_view(queue) if filter is None else filter)
    found = await list_tickets(actor, filter_, cursor=cursor, limit=check_limit(limit))
    return items_of(found.lines, found.next_cursor, lambda one: _row(request, one))


@get("/api/v1/ticket-tags", guards=ANSWER)
async def api_list_ticket_tags(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[TicketTagCount]:
    """The desk's own tags, those on most tickets that are not solved first."""
    found = await list_ticket_tags(actor)
    return part_of(found, lambda one: one, lambda one: one.name, cursor=cursor, limit=limit)


@post("/api/v1/ticket-batches", guards=ANSWER)
async def api_arrange_tickets(actor: Actor, data: ManyTicketsIn) -> TicketBatchOut:
    """Do one thing with many tickets, with all of them or with none."""
    ids = [await find_ticket_id(actor, number) for number in data.tickets[:101]]
    return _batch(await arrange_tickets(actor, ids, data.action, detail=data.detail))


@get("/api/v1/ticket-batches/{batch_id:uuid}", guards=ANSWER)
async def api_get_ticket_batch(actor: Actor, batch_id: UUID) -> TicketBatchOut:
    """What was done, and whether it was taken back."""
    return _batch(await get_batch(actor, batch_id))


@delete("/api/v1/ticket-batches/{batch_id:uuid}", guards=ANSWER, status_code=200)
async def api_take_back_ticket_batch(actor: Actor, batch_id: UUID) -> TicketBatchOut:
    """Take all of it back; what somebody changed since stays."""
    await take_back_batch(actor, batch_id)
    return _batch(await get_batch(actor, batch_id))


@get("/api/v1/ticket-views", guards=ANSWER)
async def api_list_views(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[SavedView]:
    """Saved views: the caller's own and those shared, in the caller's order."""
    found = await list_saved_views(actor)
    return part_of(found, lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/ticket-views", guards=ANSWER)
async def api_save_view(actor: Actor, data: ViewIn) -> ViewCreated:
    """Keep a filter under a name. 409 where the caller keeps as many as one may."""
    return ViewCreated(await save_view(actor, data.name, data.filter, is_shared=data.is_shared))


@get("/api/v1/ticket-views/{view_id:uuid}", guards=ANSWER)
async def api_get_view(actor: Actor, view_id: UUID) -> SavedView:
    """One saved view; another's that is not shared is not found."""
    return await get_saved_view(actor, view_id)


@put("/api/v1/ticket-views/{view_id:uuid}", guards=ANSWER, status_code=204)
async def api_change_view(actor: Actor, view_id: UUID, data: ViewIn) -> None:
    """Change one of the caller's own; another's is not found."""
    await change_view(actor, view_id, data.name, data.filter, is_shared=data.is_shared)


@delete("/api/v1/ticket-views/{view_id:uuid}", guards=ANSWER)
async def api_remove_view(actor: Actor, view_id: UUID) -> None:
    """Remove one of the caller's own; another's is not found."""
    await remove_view(actor, view_id)


@put("/api/v1/ticket-views/order", guards=ANSWER, status_code=204)
async def api_order_views(actor: Actor, data: OrderIn) -> None:
    """The caller's own order of saved views."""
    await order_views(actor, data.views)


def _row(request: Asked, t: DeskLine) -> DeskTicketOut:
    base: str = request.app.state.services.settings.base_url
    same = {name: getattr(t, name) for name in DeskTicketOut.__slots__ if hasattr(t, name)}
    others = {
        "url": f"{base}/tickets/{t.number}",
        "tags": list(t.tags),
        "account": t.account_name,
        "messages": t.message_count,
    }
    return DeskTicketOut(**{**same, **others})


def _batch(batch: Batch) -> TicketBatchOut:
    return TicketBatchOut(batch.id, batch.action, list(batch.numbers), batch.is_undone)
