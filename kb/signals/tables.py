"""The room's tables, mirroring kb/migrations/initial/50_signals.sql."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Integer, Real, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Event(Table, db=DB, tablename="event"):
    id = UUID(primary_key=True, default=new_id)
    app_id = UUID()
    dedupe_key = Text()
    name = Text()
    distinct_id = Text()
    person_id = UUID(null=True, default=None)
    session_id = Text(null=True, default=None)
    page_url = Text(null=True, default=None)
    route = Text(null=True, default=None)
    element = Text(null=True, default=None)
    element_text = Text(null=True, default=None)
    expects_bursts = Boolean(default=False)
    heard = Boolean(default=False)
    verified = Boolean(default=False)
    release = Text(null=True, default=None)
    properties = JSONB(default="{}")
    occurred_at = Timestamptz()
    received_at = Timestamptz(default=now)
    examined_at = Timestamptz(null=True, default=None)


class Identity(Table, db=DB, tablename="identity"):
    app_id = UUID(primary_key=True)
    distinct_id = Text()
    person_id = UUID()
    verified = Boolean(default=False)
    created_at = Timestamptz(default=now)


class FrictionPoint(Table, db=DB, tablename="friction_point"):
    id = UUID(primary_key=True, default=new_id)
    number = BigInt()
    app_id = UUID()
    kind = Text()
    route = Text()
    element = Text()
    label = Text()
    signal_count = Integer(default=0)
    first_at = Timestamptz()
    last_at = Timestamptz()


class FrictionCluster(Table, db=DB, tablename="friction_cluster"):
    friction_point_id = UUID(primary_key=True)
    cluster_id = UUID()
    weight = Real()
    reason = Text()
    created_at = Timestamptz(default=now)


class Episode(Table, db=DB, tablename="episode"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID(null=True, default=None)
    distinct_id = Text(null=True, default=None)
    cluster_id = UUID(null=True, default=None)
    merged_from = UUID(null=True, default=None)
    friction_point_id = UUID(null=True, default=None)
    state = Text(default="seen")
    state_reason = Text()
    started_at = Timestamptz()
    last_pain_at = Timestamptz()
    reported_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class Signal(Table, db=DB, tablename="signal"):
    id = UUID(primary_key=True, default=new_id)
    detector = Text()
    friction_point_id = UUID()
    episode_id = UUID()
    person_id = UUID(null=True, default=None)
    distinct_id = Text()
    session_id = Text(null=True, default=None)
    verified = Boolean()
    evidence = Array(base_column=UUID())
    first_event_id = UUID()
    release = Text(null=True, default=None)
    occurred_at = Timestamptz()
    found_at = Timestamptz(default=now)
