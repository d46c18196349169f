"""The room's table, mirroring kb/migrations/kb_2026_11_27t06_00_00_000097.py."""

from piccolo.columns import UUID, Array, Boolean, Real, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class DeflectionSession(Table, db=DB, tablename="deflection_session"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID()
    surface = Text()
    arm = Text()
    share = Real()
    exempt = Boolean(default=False)
    answers = Array(base_column=UUID())
    clusters = Array(base_column=UUID())
    began_at = Timestamptz(default=now)
    last_at = Timestamptz(default=now)
