"""The room's tables, mirroring kb/migrations/initial/21_tickets.sql and the migration of 2026-11-27T06:00:00:000040."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Ticket(Table, db=DB, tablename="ticket"):
    id = UUID(primary_key=True, default=new_id)
    number = BigInt()  # given by the database
    subject = Text()
    requester_id = UUID()
    assignee_id = UUID(null=True, default=None)
    state = Text(default="open")
    channel = Text()
    page_url = Text(null=True, default=None)
    message_count = Integer(default=1)
    last_message_at = Timestamptz(default=now)
    solved_at = Timestamptz(null=True, default=None)
    priority = Text(default="normal")
    team_id = UUID(null=True, default=None)
    snoozed_at = Timestamptz(null=True, default=None)
    snoozed_until = Timestamptz(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    waiting_since = Timestamptz(default=now)
    to_route = Boolean(default=False)
    merged_into = UUID(null=True, default=None)
    source = Text(null=True, default=None)
    source_id = Text(null=True, default=None)
    created_at = Timestamptz(default=now)
    has_mail = Boolean(default=False)


class TicketMessage(Table, db=DB, tablename="ticket_message"):
    id = UUID(primary_key=True, default=new_id)
    ticket_id = UUID()
    author_id = UUID()
    kind = Text()
    position = Integer()
    body_source = Text()
    body_html = Text()
    renderer = Text()
    source = Text(null=True, default=None)
    source_id = Text(null=True, default=None)
    created_at = Timestamptz(default=now)


class TicketSatisfaction(Table, db=DB, tablename="ticket_satisfaction"):
    """What a customer said of how their ticket was handled."""

    ticket_id = UUID(primary_key=True)
    score = Text()
    comment = Text()
    given_at = Timestamptz(default=now)


class TicketTag(Table, db=DB, tablename="ticket_tag"):
    ticket_id = UUID(primary_key=True)
    name = Text()


class TicketLink(Table, db=DB, tablename="ticket_link"):
    incident_id = UUID(primary_key=True)
    problem_id = UUID()
    created_at = Timestamptz(default=now)


class TicketChange(Table, db=DB, tablename="ticket_change"):
    id = UUID(primary_key=True, default=new_id)
    kind = Text()
    ticket_id = UUID()
    other_id = UUID()
    before = JSONB()
    actor_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)


class TicketSeen(Table, db=DB, tablename="ticket_seen"):
    ticket_id = UUID(primary_key=True)
    position = Integer()
    seen_at = Timestamptz(default=now)
