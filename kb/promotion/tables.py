"""The room's table, as kb/migrations/kb_2026_11_27t06_00_00_000060.py makes it."""

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Promotion(Table, db=DB, tablename="promotion"):
    """A proposal: to make an article of what is reused, or an issue of what is answered and still asked. One a cluster and kind.

    `why` are the figures as they stood, `volume` the people who had asked when it was proposed, or decided.
    """

    id = UUID(primary_key=True, default=new_id)
    cluster_id = UUID()
    kind = Text()
    state = Text(default="open")
    answer_id = UUID()
    why = JSONB()
    volume = Integer()
    proposed_at = Timestamptz(default=now)
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)
    reason = Text(default="")
    article_id = UUID(null=True, default=None)
    issue_id = UUID(null=True, default=None)
