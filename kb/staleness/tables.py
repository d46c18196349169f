"""The room's tables, as kb/migrations/kb_2026_11_27t06_00_00_000061.py makes them."""

from piccolo.columns import JSONB, UUID, Date, Integer, Real, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB


class ArticleDay(Table, db=DB, tablename="article_day"):
    """What happened with an article on one day."""

    article_id = UUID(primary_key=True)
    day = Date()
    readers = Integer()
    asked_again = Integer()
    visitors = Integer()
    sent = Integer()
    rewritten = Integer()


class ArticleDayDone(Table, db=DB, tablename="article_day_done"):
    """A day that was rolled up."""

    day = Date(primary_key=True)
    done_at = Timestamptz(default=now)


class ArticleStaleness(Table, db=DB, tablename="article_staleness"):
    """How surely an article lets people down, and how many meet it; measured afresh each day, never edited."""

    article_id = UUID(primary_key=True)
    failure = Real()
    traffic = Integer()
    weight = Real()
    measured_at = Timestamptz(default=now)


class ArticleEvidence(Table, db=DB, tablename="article_evidence"):
    """One kind of evidence against an article, with the figures it is said with."""

    article_id = UUID(primary_key=True)
    kind = Text()
    strength = Real()
    detail = JSONB()
