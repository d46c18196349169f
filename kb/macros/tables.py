"""The room's one table, as kb/migrations makes it."""

from piccolo.columns import UUID, Array, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Macro(Table, db=DB, tablename="macro"):
    id = UUID(primary_key=True, default=new_id)
    name = Text()
    body = Text()
    author_id = UUID(null=True, default=None)
    revision = Integer(default=1)
    takes = Boolean(default=False)
    team_id = UUID(null=True, default=None)
    priority = Text(null=True, default=None)
    tags = Array(base_column=Text(), default=list)
    solves = Boolean(default=False)
    created_at = Timestamptz(default=now)
    updated_at = Timestamptz(default=now)
    archived_at = Timestamptz(null=True, default=None)
