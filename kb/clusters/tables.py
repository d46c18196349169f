"""Questions, their vectors, clusters and what happened to them."""

from typing import Any

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Bytea, Column, Integer, Real, SmallInt, Text, Timestamptz
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
    asked_at = Timestamptz()
    cluster_id = UUID(null=True, default=None)
    joined_by = Text(null=True, default=None)
    joined_reason = Text(null=True, default=None)
    similarity = Real(null=True, default=None)
    considered_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class EmbeddingModel(Table, db=DB, tablename="embedding_model"):
    """A model whose vectors are kept. One is active; vectors of others are never compared with its own."""

    id = SmallInt(primary_key=True)
    fingerprint = Text()
    dimensions = Integer()
    active = Boolean(default=False)
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


class ClusterPin(Table, db=DB, tablename="cluster_pin"):
    """Where a person put a question."""

    question_id = UUID(primary_key=True)
    cluster_id = UUID(null=True, default=None)
    actor_id = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)


class ClusterRefresh(Table, db=DB, tablename="cluster_refresh"):
    """A refresh, what it cost and changed, and the floors it measured."""

    id = UUID(primary_key=True, default=new_id)
    questions = Integer()
    clusters = Integer()
    changed = Integer()
    novelty = Real()
    founding = Real()
    seconds = Real()
    created_at = Timestamptz(default=now)


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
