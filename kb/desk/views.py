"""The views agents work from: each a filter with a name. What stands in them, and how many."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.arguments import Arguments
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.permissions import Permission
from kb.desk.conditions import conditions
from kb.desk.grammar import TicketFilter, parse_filter
from kb.desk.orders import Place, order_name, order_of, read_place, write_place
from kb.text.excerpts import excerpt
from kb.text.plain import plain_from_html

PAGE = 50

VIEWS: dict[str, str] = {
    "open": "is:open",
    "mine": "-is:snoozed assignee:me",
    "team": "-is:snoozed team:mine",
    "unassigned": "is:open assignee:none",
    "waiting": "is:waiting",
    "overdue": "is:overdue",
    "all": "",
    "snoozed": "is:snoozed sort:wakes",
    "solved": "is:solved",
}
"""By name, in the order they are shown in. Open means it is our turn, waiting that it is the customer's."""

LINE = 160
"""Characters of the last message that a row shows, at most."""


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One row of a view. `last_line` is how the last message that its customer may read begins, `last_kind` whose it is.

    `problem` is the number of the ticket it is linked to, `incidents` how many are linked to it.
    """

    id: UUID
    number: int
    subject: str
    state: str
    channel: str
    priority: str
    requester: str
    account_name: str | None
    plan: str | None
    assignee: str | None
    team: str | None
    tags: tuple[str, ...]
    last_line: str
    last_kind: str
    message_count: int
    problem: int | None
    incidents: int
    is_overdue: bool
    due_at: datetime | None
    snoozed_until: datetime | None
    is_snoozed: bool
    waiting_since: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeskLines:
    """One page of a view. `next_cursor` is "" on the last one."""

    lines: list[DeskLine]
    next_cursor: str


async def list_tickets(actor: Actor, filter_: TicketFilter, *, cursor: str = "", limit: int = PAGE) -> DeskLines:
    """What the filter finds, in its order. Raises `Invalid` naming `cursor`."""
    actor.require(Permission.TICKET_ANSWER)
    name = order_name(filter_)
    place = read_place(cursor, name)
    as_of, args = place.as_of if place else now(), Arguments()
    at = args.place(as_of)
    order = order_of(filter_, f"{at}::timestamptz")
    found = conditions(actor, filter_, args, as_of=as_of)
    past = f" and {order.past(place.keys, args)}" if place else ""
    rows = await fetch_all(
        f"with page as materialized (select t.id, {order.selected} from ticket t where {found}{past}"
        f" order by {order.by} limit {args.place(limit + 1)}) {_LINES.format(at=at)}"
        f" order by {', '.join(f'page.k{n}{_down(order.is_descending)}' for n in range(len(order.columns)))}",
        *args,
    )
    page = rows[:limit]
    keys = tuple(page[-1][f"k{n}"] for n in range(len(order.columns))) if len(rows) > limit else ()
    return DeskLines([_line(row) for row in page], write_place(name, Place(as_of, keys)) if keys else "")


def _down(is_descending: bool) -> str:
    return " desc" if is_descending else ""


_LINES = """
select t.id, t.number, t.subject, t.state, t.channel, t.priority, p.name as requester, a.name as account_name, a.plan,
  s.name as assignee, e.name as team, t.message_count, t.due_at, t.snoozed_until, t.snoozed_at is not null as is_snoozed,
  t.waiting_since, t.created_at, coalesce(t.due_at <= {at}, false) and t.state <> 'solved' as is_overdue,
  array(select g.name from ticket_tag g where g.ticket_id = t.id order by g.name) as tags,
  (select count(*) from ticket_link l where l.problem_id = t.id) as incidents,
  (select y.number from ticket_link l join ticket y on y.id = l.problem_id where l.incident_id = t.id) as problem,
  m.kind as last_kind, m.html as last_html, page.*
from page join ticket t on t.id = page.id join person p on p.id = t.requester_id
left join account a on a.id = p.account_id left join person s on s.id = t.assignee_id left join team e on e.id = t.team_id
left join lateral (select m.kind, left(m.body_html, 1200) as html from ticket_message m where m.ticket_id = t.id and m.kind <> 'note'
  order by m.position desc limit 1) m on true"""


def _line(row: asyncpg.Record) -> DeskLine:
    told = {name: row[name] for name in DeskLine.__slots__ if name not in {"tags", "last_line", "last_kind"}}
    last_line = excerpt(plain_from_html(row["last_html"] or ""), LINE)
    return DeskLine(**told, tags=tuple(row["tags"]), last_line=last_line, last_kind=row["last_kind"] or "customer")


async def count_views(actor: Actor) -> dict[str, int]:
    """How many tickets stand in each view, in one statement; the solved are not counted, they only grow."""
    actor.require(Permission.TICKET_ANSWER)
    as_of, args = now(), Arguments()
    counted = {name: parse_filter(text) for name, text in VIEWS.items() if name != "solved"}
    filters = ", ".join(
        f"count(*) filter (where {conditions(actor, one, args, as_of=as_of)}) as {name}"
        for name, one in counted.items()
    )
    row = await fetch_one(f"select {filters} from ticket t where t.state <> 'solved' and t.merged_into is null", *args)
    return {name: int(row[name]) for name in counted} if row else {}
