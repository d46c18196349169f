"""What people decide about clusters: names, and where a question belongs. Every later refresh obeys."""

from uuid import UUID

from kb.clusters.counting import recount_clusters
from kb.clusters.events import note_event
from kb.clusters.messages import QuestionClustered
from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work

LABEL_LENGTH = 120


async def rename_cluster(actor: Actor, cluster_id: UUID, *, label: str) -> None:
    """Give it a name that no refresh changes. Raises `Invalid` for an empty or overlong one, `NotFound` for a merged cluster."""
    actor.require(Permission.CLUSTER_CORRECT)
    name = " ".join(label.split())
    if not 1 <= len(name) <= LABEL_LENGTH:
        raise Invalid("The name does not fit.", {"label": f"1 to {LABEL_LENGTH} characters"})
    async with unit_of_work(actor) as unit:
        before = await fetch_value(
            "select label from cluster where id = $1 and merged_into is null for update", cluster_id
        )
        if before is None:
            raise NotFound("There is no such cluster.")
        await execute("update cluster set label = $2, label_by = 'person' where id = $1", cluster_id, name)
        reason = f"named by {actor.name}; it was called “{before}”"
        await note_event(unit, cluster_id, "renamed", reason=reason, before=before, after=name)
        unit.audit("cluster.rename", "cluster", cluster_id, before=before, after=name)


async def move_question(actor: Actor, question_id: UUID, *, to: UUID | None) -> None:
    """Put a question into a cluster, or (None) leave it alone, and pin it there. Raises `NotFound` when either is not there."""
    actor.require(Permission.CLUSTER_CORRECT)
    async with unit_of_work(actor) as unit:
        question = await fetch_one("select cluster_id from question where id = $1 for update", question_id)
        there = to is None or await fetch_value("select 1 from cluster where id = $1 and merged_into is null", to)
        if question is None or not there:
            raise NotFound("There is no such question or cluster.")
        await execute(
            "insert into cluster_pin (question_id, cluster_id, actor_id, created_at) values ($1, $2, $3, $4)"
            " on conflict (question_id) do update set cluster_id = $2, actor_id = $3, created_at = $4",
            question_id,
            to,
            actor.person_id,
            unit.now,
        )
        await execute(
            "update question set cluster_id = $2, joined_by = 'person', joined_reason = $3, considered_at = $4 where id = $1",
            question_id,
            to,
            f"put here by {actor.name}",
            unit.now,
        )
        await recount_clusters({c for c in (question["cluster_id"], to) if c})
        for cluster_id in {c for c in (question["cluster_id"], to) if c}:
            await note_event(unit, cluster_id, "moved", reason=f"moved by {actor.name}", question=question_id, to=to)
        unit.audit("question.move", "question", question_id, before=question["cluster_id"], after=to)
        if to is not None:
            unit.emit(QuestionClustered(question_id, to))
