"""The room's tables, mirroring the migration of 2026-11-27T06:00:00:000040."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Team(Table, db=DB, tablename="team"):
    id = UUID(primary_key=True, default=new_id)
    name = Text()
    routing = Text(default="hand")
    created_at = Timestamptz(default=now)


class TeamMember(Table, db=DB, tablename="team_member"):
    team_id = UUID(primary_key=True)
    person_id = UUID()
    turn = BigInt(default=0)


class TeamChannel(Table, db=DB, tablename="team_channel"):
    channel = Text(primary_key=True)
    team_id = UUID()


class DeskAgent(Table, db=DB, tablename="desk_agent"):
    person_id = UUID(primary_key=True)
    away_since = Timestamptz(null=True, default=None)
    capacity = Integer(null=True, default=None)
    view_order = Array(base_column=UUID())


class SavedView(Table, db=DB, tablename="saved_view"):
    id = UUID(primary_key=True, default=new_id)
    owner_id = UUID()
    name = Text()
    filter = Text()
    is_shared = Boolean(default=False)
    created_at = Timestamptz(default=now)


class TicketBatch(Table, db=DB, tablename="ticket_batch"):
    id = UUID(primary_key=True, default=new_id)
    action = Text()
    detail = Text()
    before = JSONB()
    actor_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
    undone_at = Timestamptz(null=True, default=None)
