"""The room's tables, as kb/migrations/kb_2026_11_27t01_00_00_000010.py makes them. Only this room writes them."""

from piccolo.columns import UUID, Array, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Webhook(Table, db=DB, tablename="webhook"):
    """An address that is told of some kinds of events. `audience` says whose eyes it stands for."""

    id = UUID(primary_key=True, default=new_id)
    name = Text()
    url = Text()
    kinds = Array(base_column=Text())
    audience = Text()
    secret = Text(secret=True)
    former_secret = Text(null=True, default=None, secret=True)
    former_until = Timestamptz(null=True, default=None)
    created_by = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
    paused_at = Timestamptz(null=True, default=None)
    paused_because = Text(default="")
    failing_since = Timestamptz(null=True, default=None)
    deleted_at = Timestamptz(null=True, default=None)


class WebhookDelivery(Table, db=DB, tablename="webhook_delivery"):
    """One event for one webhook; `body` is what was last sent."""

    id = UUID(primary_key=True, default=new_id)
    webhook_id = UUID()
    thing = Text()
    kind = Text()
    subject_id = UUID()
    happened_at = Timestamptz()
    created_at = Timestamptz(default=now)
    state = Text(default="waiting")
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=now)
    body = Text(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)


class WebhookAttempt(Table, db=DB, tablename="webhook_attempt"):
    """One request: what was answered, or why nothing was."""

    id = UUID(primary_key=True, default=new_id)
    delivery_id = UUID()
    number = Integer()
    started_at = Timestamptz(default=now)
    milliseconds = Integer(null=True, default=None)
    status = Integer(null=True, default=None)
    error = Text(default="")
    response = Text(default="")
