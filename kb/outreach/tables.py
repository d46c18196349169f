"""The room's tables, as kb/migrations/initial/60_outreach.sql makes them. Only this room writes them."""

from piccolo.columns import UUID, Array, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Trigger(Table, db=DB, tablename="trigger"):
    id = UUID(primary_key=True, default=new_id)
    key = Text(unique=True)
    name = Text()
    detector = Text(null=True, default=None)
    channels = Array(base_column=Text())
    template = Text()
    max_age_seconds = Integer(null=True, default=None)
    enabled = Boolean(default=True)
    created_at = Timestamptz(default=now)


class Claim(Table, db=DB, tablename="claim"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID()
    problem = Text()
    episode = Text()
    trigger_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)


class OutreachMessage(Table, db=DB, tablename="message"):
    id = UUID(primary_key=True, default=new_id)
    claim_id = UUID()
    person_id = UUID()
    channel = Text()
    address = Text(null=True, default=None)
    subject = Text()
    body_source = Text()
    body_html = Text()
    link = Text(null=True, default=None)
    link_text = Text()
    state = Text(default="waiting")
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=now)
    error = Text(null=True, default=None)
    created_at = Timestamptz(default=now)
    sent_at = Timestamptz(null=True, default=None)
    seen_at = Timestamptz(null=True, default=None)


class Decision(Table, db=DB, tablename="decision"):
    id = UUID(primary_key=True, default=new_id)
    trigger_id = UUID()
    person_id = UUID(null=True, default=None)
    signal_id = UUID(null=True, default=None)
    problem = Text()
    outcome = Text()
    reason = Text()
    claim_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
