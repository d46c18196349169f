"""The room's tables, as kb/migrations/kb_2026_11_26t21_00_00_000010.py makes them. Only this room writes them."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class ReviewItem(Table, db=DB, tablename="review_item"):
    """A post that somebody is to look at. A question stands for its topic; of one post one item waits at a time."""

    id = UUID(primary_key=True, default=new_id)
    post_id = UUID()
    sources = Array(base_column=Text())
    because = JSONB(default="[]")
    opened_at = Timestamptz(default=now)
    decided_at = Timestamptz(null=True, default=None)


class Flag(Table, db=DB, tablename="flag"):
    id = UUID(primary_key=True, default=new_id)
    item_id = UUID()
    post_id = UUID()
    person_id = UUID()
    reason = Text()
    note = Text(default="")
    has_standing = Boolean()
    outcome = Text(null=True, default=None)
    created_at = Timestamptz(default=now)


class ReviewDecision(Table, db=DB, tablename="review_decision"):
    id = UUID(primary_key=True, default=new_id)
    item_id = UUID()
    post_id = UUID()
    decision = Text()
    told = Text(default="")
    was_hidden = Boolean()
    was_waiting = Boolean()
    decided_by = UUID()
    decided_at = Timestamptz(default=now)
    undone_by = UUID(null=True, default=None)
    undone_at = Timestamptz(null=True, default=None)
    sanction_id = UUID(null=True, default=None)


class CannedReason(Table, db=DB, tablename="canned_reason"):
    """What a moderator often has to say; `{name}` becomes the author's name."""

    id = UUID(primary_key=True, default=new_id)
    name = Text(unique=True)
    text = Text()
    created_at = Timestamptz(default=now)
    archived_at = Timestamptz(null=True, default=None)
