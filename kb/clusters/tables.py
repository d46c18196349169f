"""Questions, their vectors, clusters and what happened to them."""

from typing import Any

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    Bytea,
    Column,
    Integer,
    Real,
    SmallInt,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Vector(Column):
    """pgvector's type without a fixed length: each row carries the length of its own model, checked by the database."""

    value_type = str

    @property
    def column_type(self) -> str:
        """The type's name in Postgres."""
        return "vector"

    def __set__(self, obj: Any, value: str) -> None:
        obj.__dict__[self._meta.name] = value


class Cluster(Table, db=DB, tablename="cluster"):
    """Questions that want the same answer. `merged_into` redirects for ever."""

    id = UUID(primary_key=True, default=new_id)
    number = BigInt()
    label = Text()
    label_by = Text(default="words")
    representative_id = UUID(null=True, default=None)
    question_count = Integer(default=0)
    person_count = Integer(default=0)
    first_asked_at = Timestamptz(null=True, default=None)
    last_asked_at = Timestamptz(null=True, default=None)
    merged_into = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)
    refreshed_at = Timestamptz(null=True, default=None)


class Question(Table, db=DB, tablename="question"):
    """One problem somebody asked about. `source_id` is the topic or the ticket's message, `parent_id` topic or ticket.

    `alias_of` is the topic or ticket that is shown in its stead while its own is marked a duplicate.
    """

    id = UUID(primary_key=True, default=new_id)
    source_kind = Text()
    source_id = UUID()
    segment = SmallInt(default=0)
    parent_id = UUID()
    person_id = UUID(null=True, default=None)
    account_id = UUID(null=True, default=None)
    title = Text()
    text = Text()
    text_hash = Bytea()
    visibility = Text()
    page_url = Text(null=True, default=None)
    alias_kind = Text(null=True, default=None)
    alias_of = UUID(null=True, default=None)
    language = Text(null=True, default=None)
    asked_at = Timestamptz()
    cluster_id = UUID(null=True, default=None)
    joined_by = Text(null=True, default=None)
    joined_reason = Text(null=True, default=None)
    similarity = Real(null=True, default=None)
    considered_at = Timestamptz(null=True, default=None)
    generation = BigInt(default=0)
    created_at = Timestamptz(default=now)


class AsksNothing(Table, db=DB, tablename="asks_nothing"):
    """A topic, message or search that was looked into and holds no question, such as a short follow-up in a ticket."""

    source_kind = Text(primary_key=True)
    source_id = UUID()


class FailedSearch(Table, db=DB, tablename="failed_search"):
    """A search that found nothing: a member's, or (`visitor`) that of somebody who was not signed in."""

    id = UUID(primary_key=True, default=new_id)
    words = Text()
    settled = Text()
    person_id = UUID(null=True, default=None)
    visitor = Text(null=True, default=None)
    created_at = Timestamptz(default=now)


class UnhelpedReader(Table, db=DB, tablename="unhelped_reader"):
    """What somebody was trying to do whom an article did not help, with the revision they read."""

    id = UUID(primary_key=True, default=new_id)
    article_id = UUID()
    revision = Integer()
    words = Text()
    settled = Text()
    person_id = UUID(null=True, default=None)
    visitor = Text(null=True, default=None)
    created_at = Timestamptz(default=now)


class EmbeddingModel(Table, db=DB, tablename="embedding_model"):
    """A model whose vectors are kept. One is active; vectors of others are never compared with its own.

    `name` is what a process loads it by; `building_since` is set while its vectors are made beside those of the active one.
    """

    id = SmallInt(primary_key=True)
    fingerprint = Text()
    name = Text(null=True, default=None)
    dimensions = Integer()
    active = Boolean(default=False)
    building_since = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class QuestionVector(Table, db=DB, tablename="question_vector"):
    """A question's place in one model's space; `text_hash` tells whether the text has changed since."""

    question_id = UUID(primary_key=True)
    model_id = SmallInt()
    text_hash = Bytea()
    dimensions = Integer()
    vector = Vector()


class ClusterEvent(Table, db=DB, tablename="cluster_event"):
    """What happened to a cluster, by whom and why."""

    id = UUID(primary_key=True, default=new_id)
    cluster_id = UUID()
    kind = Text()
    actor_name = Text()
    reason = Text()
    detail = JSONB()
    created_at = Timestamptz(default=now)
    change_id = UUID(null=True, default=None)


class ClusterChange(Table, db=DB, tablename="cluster_change"):
    """One thing that was changed, as a whole, by a person or (no `actor_id`) by a refresh; it can be undone."""

    id = UUID(primary_key=True, default=new_id)
    kind = Text()
    actor_id = UUID(null=True, default=None)
    actor_name = Text()
    reason = Text()
    detail = JSONB()
    created_at = Timestamptz(default=now)
    undone_by = UUID(null=True, default=None)


class ClusterMove(Table, db=DB, tablename="cluster_move"):
    """Where a change found a question and where it put it."""

    change_id = UUID(primary_key=True)
    question_id = UUID()
    from_cluster = UUID(null=True, default=None)
    to_cluster = UUID(null=True, default=None)
    joined_by = Text(null=True, default=None)
    joined_reason = Text(null=True, default=None)
    considered_at = Timestamptz(null=True, default=None)
    pin_touched = Boolean()
    pin_before = JSONB(null=True, default=None)


class QuestionBond(Table, db=DB, tablename="question_bond"):
    """A person's word about several questions: the same (one cluster), or apart (no cluster holds two sides)."""

    change_id = UUID(primary_key=True)
    kind = Text()
    question_id = UUID()
    side = SmallInt(default=0)
    lifted_by = UUID(null=True, default=None)


class ClusterProposal(Table, db=DB, tablename="cluster_proposal"):
    """What the last refresh would do to a large cluster and leaves to people."""

    id = UUID(primary_key=True, default=new_id)
    kind = Text()
    cluster_id = UUID()
    into_id = UUID(null=True, default=None)
    question_ids = Array(base_column=UUID())
    reason = Text()
    created_at = Timestamptz(default=now)
    decision = Text(null=True, default=None)
    decided_by = UUID(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)


class ClusterPin(Table, db=DB, tablename="cluster_pin"):
    """Where a person put a question."""

    question_id = UUID(primary_key=True)
    cluster_id = UUID(null=True, default=None)
    actor_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)


class ClusterLabel(Table, db=DB, tablename="cluster_label"):
    """What one audience reads as the cluster's name; the empty label where too few of it asked. `rests_on` vouch for it."""

    cluster_id = UUID(primary_key=True)
    visibility = Text()
    label = Text()
    label_by = Text(default="words")
    representative_id = UUID(null=True, default=None)
    rests_on = Array(base_column=UUID())
    question_count = Integer(default=0)
    read_at = Timestamptz(default=now)
    model_asked_at = Timestamptz(null=True, default=None)


class ClusterRefresh(Table, db=DB, tablename="cluster_refresh"):
    """A refresh, what it cost and changed, and the floors it measured among the vectors of its model."""

    id = UUID(primary_key=True, default=new_id)
    model_id = SmallInt(null=True, default=None)
    questions = Integer()
    clusters = Integer()
    changed = Integer()
    novelty = Real()
    founding = Real()
    seconds = Real()
    created_at = Timestamptz(default=now)


class Calibration(Table, db=DB, tablename="calibration"):
    """The floor in force for one model, language and purpose, and what it gave on questions it was not chosen by."""

    fingerprint = Text(primary_key=True)
    language = Text()
    purpose = Text()
    floor = Real()
    precision = Real()
    recall = Real()
    silence = Real()
    positives = Integer()
    negatives = Integer()
    recipe = Text()
    calibrated_at = Timestamptz(default=now)


class Duplicate(Table, db=DB, tablename="duplicate"):
    """An alias and its original, as people marked them. `clusters_before` is what undoing gives back to the alias's questions."""

    id = UUID(primary_key=True, default=new_id)
    alias_kind = Text()
    alias_id = UUID()
    original_kind = Text()
    original_id = UUID()
    state = Text()
    in_force = Boolean(default=False)
    reason = Text()
    evidence = Text()
    clusters_before = JSONB(null=True, default=None)
    created_at = Timestamptz(default=now)
    confirmed_at = Timestamptz(null=True, default=None)
    confirmed_by = UUID(null=True, default=None)
    contested_at = Timestamptz(null=True, default=None)
    contested_by = UUID(null=True, default=None)
    contest_reason = Text()
    undone_at = Timestamptz(null=True, default=None)
    undone_by = UUID(null=True, default=None)
    undo_reason = Text()


class DuplicateMark(Table, db=DB, tablename="duplicate_mark"):
    """One person's word that the alias was asked before."""

    duplicate_id = UUID(primary_key=True)
    person_id = UUID()
    reason = Text()
    created_at = Timestamptz(default=now)
