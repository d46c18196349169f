"""Pain points weighed, issues filed from them, what trackers told us, releases."""

from decimal import Decimal

from piccolo.columns import JSONB, UUID, BigInt, Integer, Numeric, Real, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class PainPoint(Table, db=DB, tablename="pain_point"):
    """A cluster weighed; rebuilt by `weigh_pain_points`, never edited."""

    cluster_id = UUID(primary_key=True)
    person_count = Integer(default=0)
    account_count = Integer(default=0)
    silent_count = Integer(default=0)
    question_count = Integer(default=0)
    signal_count = Integer(default=0)
    recent_count = Integer(default=0)
    previous_count = Integer(default=0)
    monthly_revenue = Numeric(digits=(14, 2), default=Decimal(0))
    lane = Text()
    weight = Real(default=0.0)
    first_pain_at = Timestamptz(null=True, default=None)
    last_pain_at = Timestamptz(null=True, default=None)
    weighed_at = Timestamptz(default=now)


class Issue(Table, db=DB, tablename="issue"):
    """A pain point filed. `packet` is the evidence as it stood then."""

    id = UUID(primary_key=True, default=new_id)
    number = BigInt()
    cluster_id = UUID()
    title = Text()
    body_source = Text()
    packet = JSONB()
    tracker = Text()
    external_id = Text(null=True, default=None)
    external_url = Text(null=True, default=None)
    state = Text(default="filing")
    filing_error = Text(null=True, default=None)
    filed_by = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
    filed_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class IssueEvent(Table, db=DB, tablename="issue_event"):
    """A line of an issue's history."""

    id = UUID(primary_key=True, default=new_id)
    issue_id = UUID()
    kind = Text()
    reason = Text()
    actor_name = Text()
    created_at = Timestamptz(default=now)


class IssuePerson(Table, db=DB, tablename="issue_person"):
    """Somebody the issue hurt, and when the decision to tell them was made."""

    issue_id = UUID(primary_key=True)
    person_id = UUID()
    told_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class TrackerDelivery(Table, db=DB, tablename="tracker_delivery"):
    """A webhook under the tracker's own id, so that a redelivery is answered and ignored."""

    delivery_id = Text(primary_key=True)
    tracker = Text()
    event = Text()
    payload = JSONB()
    outcome = Text()
    received_at = Timestamptz(default=now)


class Release(Table, db=DB, tablename="release"):
    """A version of the product."""

    version = Text(primary_key=True)
    notes = Text()
    released_at = Timestamptz(default=now)
