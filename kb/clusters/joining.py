"""Online clustering: a new question joins the cluster its nearest questions are in, founds one, or stays alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.clusters.binding import Binding, find_binding
from kb.clusters.calibration import Purpose, find_floor
from kb.clusters.counting import recount_clusters
from kb.clusters.embedding import ensure_vectors
from kb.clusters.events import note_event
from kb.clusters.following import embedder_in_force
from kb.clusters.graph import choose_neighbour_count
from kb.clusters.messages import QuestionClustered
from kb.clusters.models import Model, find_active_model
from kb.clusters.nearest import Space, find_nearest
from kb.clusters.rules import SHIPPED_FLOORS, Choice, ClusterChoice, Floors, Near, choose_cluster
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Unavailable
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.ports.embedder import Embedder
from kb.text.languages import UNSURE

NOT_FOLLOWED = "Another embedding model is active; this process has not followed it yet."


async def join_questions(question_ids: Sequence[UUID], embedder: Embedder) -> None:
    """Give each question its vector and its place. Safe to repeat: a question already considered is left as it is.

    Raises `Unavailable` where this embedder's model is not the active one: the process has not followed yet.
    """
    held = await embedder_in_force(embedder)
    await _demand_held(held)
    await ensure_vectors(question_ids, held)
    active = await _demand_held(held)
    if active:
        for question_id in question_ids:
            await _join(question_id, active)


async def _demand_held(held: Embedder) -> Model | None:
    """The active model, which must be the one held; None while none is. Another's neighbours would decide nothing."""
    active = await find_active_model()
    if active and active.fingerprint != held.fingerprint:
        raise Unavailable(NOT_FOLLOWED)
    return active


async def _join(question_id: UUID, model: Model) -> None:
    waiting = await fetch_one("select language from question where id = $1 and considered_at is null", question_id)
    if waiting is None:
        return
    binding = await find_binding(question_id)
    language = waiting["language"] or UNSURE
    choice = _as_people_said(binding) if binding.is_held else await _choose(question_id, model, language, binding)
    async with unit_of_work(SYSTEM) as unit:
        await _demand_active(model)
        await _act(unit, question_id, choice)


def _as_people_said(binding: Binding) -> ClusterChoice:
    choice = Choice.JOIN if binding.place else Choice.ALONE
    return ClusterChoice(choice, "people decided where it belongs", 1.0, cluster_id=binding.place)


async def _choose(question_id: UUID, model: Model, language: str, binding: Binding) -> ClusterChoice:
    situation = await _look_around(question_id, model, language)
    return choose_cluster(
        [n for n in situation.neighbours if not {n.question_id, n.cluster_id} & binding.forbidden],
        floors=situation.floors,
        cluster_sizes=situation.cluster_sizes,
        question_count=situation.question_count,
    )


async def _demand_active(model: Model) -> None:
    """A switch waits for those who are writing a choice down, and who comes after it chooses afresh."""
    if not await fetch_value("select 1 from embedding_model where id = $1 and active for share", model.id):
        raise Unavailable(NOT_FOLLOWED)


@dataclass(frozen=True, slots=True)
class _Situation:
    """What the choice is made from."""

    neighbours: list[Near]
    cluster_sizes: dict[UUID, int]
    question_count: int
    floors: Floors


async def _look_around(question_id: UUID, model: Model, language: str) -> _Situation:
    count = int(await fetch_value("select count(*) from question_vector where model_id = $1", model.id))
    space = Space(model.id, model.dimensions)
    near = await find_nearest(question_id, space, limit=max(1, choose_neighbour_count(count)))
    ids = {one.cluster_id for one in near if one.cluster_id}
    sizes = await fetch_all("select id, question_count from cluster where id = any($1::uuid[])", list(ids))
    return _Situation(near, {row["id"]: row["question_count"] for row in sizes}, count, await _floors(model, language))


async def _floors(model: Model, language: str) -> Floors:
    """The corpus's own quantiles, and never under the floor calibrated for joining."""
    row = await fetch_one(
        "select novelty, founding from cluster_refresh where model_id = $1 order by id desc limit 1", model.id
    )
    measured = Floors(row["novelty"], row["founding"]) if row else SHIPPED_FLOORS
    least = (await find_floor(Purpose.JOIN, fingerprint=model.fingerprint, language=language)).floor
    return Floors(max(measured.novelty, least), max(measured.founding, least))


async def _act(unit: UnitOfWork, question_id: UUID, choice: ClusterChoice) -> None:
    """Write the choice down. The question's row is locked first: of two jobs only one finds it unconsidered."""
    mine = await fetch_one("select title from question where id = $1 and considered_at is null for update", question_id)
    if mine is None:
        return
    cluster_id = choice.cluster_id
    if choice.choice is Choice.FOUND and choice.companion_id:
        cluster_id = await _found_with(unit, choice.companion_id, choice.reason)
    await execute(
        "update question set cluster_id = $2, joined_by = case when $2::uuid is null then null else 'online' end,"
        " joined_reason = $3, similarity = $4, considered_at = $5 where id = $1",
        question_id,
        cluster_id,
        choice.reason,
        choice.similarity,
        unit.now,
    )
    if cluster_id:
        await recount_clusters([cluster_id])
        unit.emit(QuestionClustered(question_id, cluster_id))


async def _found_with(unit: UnitOfWork, companion_id: UUID, reason: str) -> UUID:
    """The cluster of the companion: a new one, unless the companion has found company in the meantime."""
    companion = await fetch_one("select cluster_id, title from question where id = $1 for update", companion_id)
    if companion is None or companion["cluster_id"]:
        return companion["cluster_id"] if companion else await found_cluster(unit, label="", reason=reason)
    cluster_id = await found_cluster(unit, label=companion["title"], reason=reason, representative_id=companion_id)
    await execute(
        "update question set cluster_id = $2, joined_by = 'online', joined_reason = $3, considered_at = $4 where id = $1",
        companion_id,
        cluster_id,
        reason,
        unit.now,
    )
    unit.emit(QuestionClustered(companion_id, cluster_id))
    return cluster_id


async def found_cluster(
    unit: UnitOfWork,
    *,
    label: str,
    reason: str,
    representative_id: UUID | None = None,
    cluster_id: UUID | None = None,
) -> UUID:
    """A new cluster; until the next refresh finds words for it, its first question's title is its label."""
    cluster_id = cluster_id or new_id()
    await execute(
        "insert into cluster (id, label, representative_id, created_at) values ($1, $2, $3, $4)",
        cluster_id,
        label,
        representative_id,
        unit.now,
    )
    await note_event(unit, cluster_id, "founded", reason=reason)
    return cluster_id
