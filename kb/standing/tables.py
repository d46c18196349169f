"""The room's tables, as kb/migrations/kb_2026_11_26t21_00_00_000031.py and 32 make them. Only this room writes them."""

from piccolo.columns import UUID, Array, BigInt, Date, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB


class ReadingDay(Table, db=DB, tablename="reading_day"):
    person_id = UUID(primary_key=True)
    day = Date()
    topics = Array(base_column=BigInt())


class TrustState(Table, db=DB, tablename="trust_state"):
    person_id = UUID(primary_key=True)
    since = Timestamptz(default=now)
    below_since = Timestamptz(null=True, default=None)
    locked_at = Timestamptz(null=True, default=None)
    locked_by = UUID(null=True, default=None)


class BadgeHolder(Table, db=DB, tablename="badge_holder"):
    badge = Text(primary_key=True)
    person_id = UUID()
    given_at = Timestamptz(default=now)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by = UUID(null=True, default=None)
