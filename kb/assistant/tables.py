"""The room's tables, as the migration of 2026-11-27T06:00:00:000080 makes them. Only this room writes them."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Conversation(Table, db=DB, tablename="conversation"):
    """One chat of one person, or of whoever holds its secret."""

    id = UUID(primary_key=True, default=new_id)
    surface = Text()
    app_id = UUID(null=True, default=None)
    person_id = UUID(null=True, default=None)
    secret_hash = Bytea()
    visitor = Text()
    page_url = Text(null=True, default=None)
    turn_count = Integer(default=0)
    last_question = Text(default="")
    misses = SmallInt(default=0)
    awaits = Text(default="")
    address = Text(default="")
    flow_id = UUID(null=True, default=None)
    flow_version = Integer(null=True, default=None)
    flow_step = Text(default="")
    flow_answers = JSONB(default="{}")
    tags = Array(base_column=Text(), default=list)
    ticket_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
    last_turn_at = Timestamptz(default=now)


class Turn(Table, db=DB, tablename="turn"):
    """What one side said. What agents say afterwards stands in the ticket alone."""

    id = UUID(primary_key=True, default=new_id)
    conversation_id = UUID()
    position = Integer()
    speaker = Text()
    kind = Text()
    body = Text(default="")
    detail = JSONB(default="{}")
    asks = Boolean(default=False)
    created_at = Timestamptz(default=now)


class ChatAction(Table, db=DB, tablename="chat_action"):
    """What somebody confirmed with a button."""

    id = UUID(primary_key=True, default=new_id)
    conversation_id = UUID()
    turn_id = UUID()
    kind = Text()
    detail = JSONB()
    confirmed_at = Timestamptz(default=now)
    done_at = Timestamptz(null=True, default=None)
    error = Text(default="")


class Flow(Table, db=DB, tablename="flow"):
    """A predefined way through a conversation; off while `enabled_version` is null."""

    id = UUID(primary_key=True, default=new_id)
    name = Text()
    enabled_version = Integer(null=True, default=None)
    created_at = Timestamptz(default=now)


class FlowVersion(Table, db=DB, tablename="flow_version"):
    """One text of a flow."""

    flow_id = UUID(primary_key=True)
    number = Integer()
    source = Text()
    made_by = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
