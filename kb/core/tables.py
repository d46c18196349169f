"""Tables every room writes through: the outbox and the audit log."""

from piccolo.columns import JSONB, UUID, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class OutboxMessage(Table, db=DB, tablename="outbox_message"):
    """A message to be handled at least once. A row is done when every handler has a delivery row."""

    id = UUID(primary_key=True, default=new_id)
    name = Text()
    payload = JSONB()
    created_at = Timestamptz(default=now)
    offered_at = Timestamptz(null=True, default=None)
    leased_by = Text(null=True, default=None)
    leased_until = Timestamptz(null=True, default=None)
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=now)
    done_at = Timestamptz(null=True, default=None)
    failed_at = Timestamptz(null=True, default=None)
    error = Text(null=True, default=None)


class OutboxDelivery(Table, db=DB, tablename="outbox_delivery"):
    """One handler has done its part for one message."""

    message_id = UUID(primary_key=True)
    handler = Text()
    delivered_at = Timestamptz(default=now)


class AuditLine(Table, db=DB, tablename="audit_line"):
    """Who did what to what. Never changed; survives undo."""

    id = UUID(primary_key=True, default=new_id)
    actor_id = UUID(null=True, default=None)
    actor_name = Text()
    action = Text()
    subject_kind = Text()
    subject_id = UUID(null=True, default=None)
    detail = JSONB()
    created_at = Timestamptz(default=now)


class RateCount(Table, db=DB, tablename="rate_count"):
    """How much of a limit was spent in the present window."""

    key_hash = Bytea(primary_key=True)
    spent = Integer()
    started_at = Timestamptz(default=now)


class WriteOnce(Table, db=DB, tablename="write_once"):
    """A write a program named by a key of its own: who claimed it, whether it was done, and what was answered."""

    owner = Bytea(primary_key=True)
    key = Bytea()
    request = Bytea()
    claim = UUID()
    started_at = Timestamptz(default=now)
    leased_until = Timestamptz()
    written_at = Timestamptz(null=True, default=None)
    status = Integer(null=True, default=None)
    headers = JSONB()
    body = Bytea(null=True, default=None)
