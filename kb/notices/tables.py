"""The room's tables, as kb/migrations/kb_2026_11_26t09_00_00_000010.py and 11 make them. Only this room writes them."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Watch(Table, db=DB, tablename="watch"):
    person_id = UUID(primary_key=True)
    kind = Text()
    target_id = UUID()
    level = Text()
    created_at = Timestamptz(default=now)


class NoticePreference(Table, db=DB, tablename="notice_preference"):
    person_id = UUID(primary_key=True)
    kind = Text()
    channel = Text()
    choice = Text()


class NoticeMail(Table, db=DB, tablename="notice_mail"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID()
    topic_id = UUID(null=True, default=None)
    day = Date(null=True, default=None)
    state = Text(default="waiting")
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=now)
    error = Text(null=True, default=None)
    created_at = Timestamptz(default=now)
    sent_at = Timestamptz(null=True, default=None)


class Notice(Table, db=DB, tablename="notice"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID()
    thing = Text()
    kind = Text()
    topic_id = UUID(null=True, default=None)
    post_id = UUID(null=True, default=None)
    duplicate_id = UUID(null=True, default=None)
    decision_id = UUID(null=True, default=None)
    article_id = UUID(null=True, default=None)
    ticket_id = UUID(null=True, default=None)
    actor_id = UUID(null=True, default=None)
    in_app = Boolean()
    mail_due_at = Timestamptz(null=True, default=None)
    push_due = Boolean(default=False)
    mail_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
    seen_at = Timestamptz(null=True, default=None)


class NoticeRound(Table, db=DB, tablename="notice_round"):
    thing = Text(primary_key=True)
    done_at = Timestamptz(default=now)


class PushSubscription(Table, db=DB, tablename="push_subscription"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID()
    endpoint = Text(unique=True)
    p256dh = Text()
    auth = Text()
    created_at = Timestamptz(default=now)
