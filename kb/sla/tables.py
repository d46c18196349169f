"""The room's tables, mirroring the migration of 2026-11-27T06:00:00:000098."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class ServiceCalendar(Table, db=DB, tablename="service_calendar"):
    id = UUID(primary_key=True, default=new_id)
    name = Text()
    time_zone = Text()
    week = JSONB()
    holidays = Array(base_column=Date())
    created_at = Timestamptz(default=now)


class SlaPolicy(Table, db=DB, tablename="sla_policy"):
    id = UUID(primary_key=True, default=new_id)
    name = Text()
    position = Integer()
    is_on = Boolean(default=True)
    priorities = Array(base_column=Text())
    teams = Array(base_column=UUID())
    tags = Array(base_column=Text())
    plans = Array(base_column=Text())
    calendar_id = UUID(null=True, default=None)
    first_reply = Integer(null=True, default=None)
    next_reply = Integer(null=True, default=None)
    solution = Integer(null=True, default=None)
    warn_before = Integer()
    version = Integer(default=1)
    created_at = Timestamptz(default=now)


class SlaTicket(Table, db=DB, tablename="sla_ticket"):
    ticket_id = UUID(primary_key=True)
    policy_id = UUID(null=True, default=None)
    played_position = Integer(default=0)


class SlaClock(Table, db=DB, tablename="sla_clock"):
    id = UUID(primary_key=True, default=new_id)
    ticket_id = UUID()
    policy_id = UUID(null=True, default=None)
    kind = Text()
    started_at = Timestamptz()
    target = BigInt()
    spent = BigInt(default=0)
    running_since = Timestamptz(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    warn_at = Timestamptz(null=True, default=None)
    met_at = Timestamptz(null=True, default=None)
    warned_at = Timestamptz(null=True, default=None)
    breached_at = Timestamptz(null=True, default=None)
