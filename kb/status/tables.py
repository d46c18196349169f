"""The room's tables. Only this room writes them."""

from piccolo.columns import UUID, BigInt, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Incident(Table, db=DB, tablename="incident"):
    id = UUID(primary_key=True, default=new_id)
    number = BigInt()  # given by the database
    title = Text()
    state = Text()
    impact = Text()
    app_id = UUID(null=True, default=None)
    started_at = Timestamptz(default=now)
    updated_at = Timestamptz(default=now)
    resolved_at = Timestamptz(null=True, default=None)


class IncidentUpdate(Table, db=DB, tablename="incident_update"):
    id = UUID(primary_key=True, default=new_id)
    incident_id = UUID()
    state = Text()
    impact = Text()
    body_source = Text()
    body_html = Text()
    renderer = Text()
    author_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
