"""The room's tables, as kb/migrations/kb_2026_11_27t06_00_00_000020.py and 22 make them. Only this room writes them."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class ReceivedMail(Table, db=DB, tablename="received_mail"):
    id = UUID(primary_key=True, default=new_id)
    digest = Bytea(unique=True)
    identity = Text(null=True, default=None, unique=True)
    came_by = Text()
    recipients = Array(base_column=Text())
    content = Bytea(null=True, default=None)
    size = Integer()
    state = Text(default="waiting")
    reason = Text()
    message_id = Text()
    sender = Text()
    subject = Text()
    left_out = JSONB(default="[]")
    person_id = UUID(null=True, default=None)
    post_id = UUID(null=True, default=None)
    is_reply = Boolean(default=False)
    topic_id = UUID(null=True, default=None)
    ticket_id = UUID(null=True, default=None)
    ticket_message_id = UUID(null=True, default=None)
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=now)
    received_at = Timestamptz(default=now)
    handled_at = Timestamptz(null=True, default=None)


class TicketMail(Table, db=DB, tablename="ticket_mail"):
    id = UUID(primary_key=True, default=new_id)
    ticket_id = UUID()
    ticket_message_id = UUID()
    kind = Text()
    address = Text()
    copies = Array(base_column=Text())
    state = Text(default="waiting")
    reason = Text()
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=now)
    created_at = Timestamptz(default=now)
    sent_at = Timestamptz(null=True, default=None)
    told_at = Timestamptz(null=True, default=None)


class TicketParticipant(Table, db=DB, tablename="ticket_participant"):
    ticket_id = UUID(primary_key=True)
    address = Text()
    person_id = UUID(null=True, default=None)
    added_at = Timestamptz(default=now)


class InboundMail(Table, db=DB, tablename="inbound_mail"):
    """Of the release before, which may still run; nothing here writes or reads it."""

    id = UUID(primary_key=True, default=new_id)
    message_id = Text(unique=True)
    sender = Text()
    recipient = Text()
    subject = Text()
    state = Text()
    reason = Text(null=True, default=None)
    person_id = UUID(null=True, default=None)
    topic_id = UUID(null=True, default=None)
    post_id = UUID(null=True, default=None)
    content = Bytea(null=True, default=None)
    received_at = Timestamptz(default=now)
