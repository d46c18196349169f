"""The room's one table, as kb/migrations makes it."""

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Draft(Table, db=DB, tablename="draft"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID()
    place = Text()
    title = Text()
    body = Text()
    space = Text()
    page_url = Text()
    more = JSONB()
    version = Integer(default=1)
    other_title = Text(null=True, default=None)
    other_body = Text(null=True, default=None)
    other_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
    updated_at = Timestamptz(default=now)
