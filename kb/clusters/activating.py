"""Another model becomes the active one: its vectors built beside the old, both measured, and switched whole or not at all.

Until the switch nothing changes for anybody: questions are joined and searched with the old model, whose vectors stay until
`forget_model`. Interrupted anywhere, it goes on where it stopped when it is asked for again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.clusters.asking_known import Known, ask_known
from kb.clusters.calibrating import Calibration, derive_calibration, write_floors
from kb.clusters.calibration import Purpose, forget_known
from kb.clusters.choosing_floors import ENOUGH_POSITIVES, TARGETS, choose_floor, measure_floor
from kb.clusters.embedding import ensure_model, ensure_vectors
from kb.clusters.models import Model, find_active_model, list_models
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.ports.embedder import Embedder

BATCH = 64

TOLERANCE = 0.01
"""A share that fell by less is the noise of a few hundred questions."""

OnProgress = Callable[[int, int], None]
"""Questions that have their vector, and all questions."""


@dataclass(frozen=True, slots=True)
class ModelScores:
    """What a model makes of the confirmed questions. `precision_at_1`: the nearest wants the same answer. `floor` is the lowest
    that meets the target for suggestions on one half (1.0 where none does); `recall` and `silence` are measured on the other."""

    confirmed: int
    precision_at_1: float
    floor: float
    recall: float
    silence: float


@dataclass(frozen=True, slots=True)
class Activation:
    """How it ended. `refusal` is empty where the model is active now; `before` is None where there was nothing to compare with."""

    model: Model
    before: ModelScores | None
    after: ModelScores | None
    calibration: Calibration | None
    refusal: str = ""


async def activate_model(
    actor: Actor,
    *,
    name: str,
    new: Embedder,
    old: Embedder,
    force: bool = False,
    on_progress: OnProgress = lambda done, total: None,
) -> Activation:
    """Build, measure, switch. `name` is what any process can load `new` by; `old` embeds as the active model does.

    A regression, or too few confirmed questions to tell, is refused unless forced; the vectors built stay for another try.
    """
    actor.require(Permission.MODEL_MANAGE)
    await _demand(old)
    model = await _begin(actor, name, new)
    if model.is_active:
        return Activation(model, None, None, None)
    await _build_vectors(model, new, on_progress)
    active = await find_active_model()
    before, after = await ask_known(active, old) if active else [], await ask_known(model, new)
    calibration = await derive_calibration(model, after)
    scores = score(before), score(after)
    refusal = "" if force else say_refusal(*scores)
    if refusal:
        return Activation(model, *scores, calibration, refusal)
    while not await _switch(actor, model, calibration):
        await _build_vectors(model, new, on_progress)
    forget_known()
    return Activation(await _get(model.fingerprint), *scores, calibration)


async def _demand(old: Embedder) -> None:
    active = await find_active_model()
    if active and active.fingerprint != old.fingerprint:
        message = f"The active model is {active.fingerprint}; what it was loaded by gives {old.fingerprint} now."
        raise Conflict(message, {"EMBED_MODEL": say("set it to the model that questions were embedded with")})


async def _begin(actor: Actor, name: str, new: Embedder) -> Model:
    """The model's row, with the name processes load it by. The very first model is active at once."""
    model_id = await ensure_model(new)
    async with unit_of_work(actor) as unit:
        await execute(
            "update embedding_model set name = $2, building_since = case when active then null else coalesce(building_since, $3) end"
            " where id = $1",
            model_id,
            name,
            unit.now,
        )
        unit.audit("model.build", "model", None, fingerprint=new.fingerprint, name=name)
    return await _get(new.fingerprint)


async def _get(fingerprint: str) -> Model:
    return next(kept.model for kept in await list_models() if kept.model.fingerprint == fingerprint)


async def _build_vectors(model: Model, embedder: Embedder, on_progress: OnProgress) -> None:
    """Pass after pass until one finds no question without its vector: some are asked or edited meanwhile."""
    total = int(await fetch_value("select count(*) from question"))
    done = total - int(await fetch_value(f"select count(*) from question q where {_LACKS}", model.id))
    on_progress(done, total)
    found = -1
    while found:
        found, after = 0, UUID(int=0)
        while missing := await _missing(model, after):
            await ensure_vectors(missing, embedder)
            found, after = found + len(missing), missing[-1]
            on_progress(min(done + found, total), total)
        done += found


_LACKS = "not exists (select 1 from question_vector n where n.question_id = q.id and n.model_id = $1 and n.text_hash = q.text_hash)"


async def _missing(model: Model, after: UUID) -> list[UUID]:
    rows = await fetch_all(
        f"select q.id from question q where q.id > $2 and {_LACKS} order by q.id limit {BATCH}", model.id, after
    )
    return [row["id"] for row in rows]


def score(known: Sequence[Known]) -> ModelScores:
    """Figures to compare two models by, each at the floor that suits it: their cosines are not on one scale."""
    target = TARGETS[Purpose.DUPLICATE]
    confirmed = [one.asked for one in known if one.asked.has_answer]
    floor = choose_floor([one.asked for one in known if not one.is_held_out], target)
    given = measure_floor([one.asked for one in known if one.is_held_out], 1.0 if floor is None else floor)
    right = sum(asked.is_right for asked in confirmed)
    return ModelScores(
        confirmed=len(confirmed),
        precision_at_1=right / len(confirmed) if confirmed else 0.0,
        floor=1.0 if floor is None else floor,
        recall=given.recall,
        silence=given.silence,
    )


def say_refusal(before: ModelScores, after: ModelScores) -> str:
    """Why the new model should not take over, or "". Without enough confirmed questions nobody knows, and it is not done blindly.

    Silence above its target is no loss: each model is measured at the lowest floor that meets the targets.
    """
    if min(before.confirmed, after.confirmed) < 2 * ENOUGH_POSITIVES:
        return f"{after.confirmed} confirmed questions are too few to compare by; {2 * ENOUGH_POSITIVES} are needed"
    worse = [
        f"{what} falls from {was:.3f} to {is_:.3f}"
        for what, was, is_ in (
            ("precision@1", before.precision_at_1, after.precision_at_1),
            ("recall at the floor", before.recall, after.recall),
            ("silence", min(before.silence, TARGETS[Purpose.DUPLICATE].silence), after.silence),
        )
        if is_ < was - TOLERANCE
    ]
    return "; ".join(worse)


async def _switch(actor: Actor, model: Model, calibration: Calibration) -> bool:
    """In one transaction, or (False) not at all because a question came in between that lacks its vector.

    No vector is written while it looks; whoever is about to write down a place of the old model is waited for.
    """
    async with unit_of_work(actor) as unit:
        await execute("lock table question_vector in share row exclusive mode")
        lacking = await fetch_value(
            "select 1 from question q join question_vector v on v.question_id = q.id and v.text_hash = q.text_hash"
            f" join embedding_model m on m.id = v.model_id and m.active where {_LACKS} limit 1",
            model.id,
        )
        if lacking:
            return False
        await execute("update embedding_model set active = false where active")
        await execute("update embedding_model set active = true, building_since = null where id = $1", model.id)
        await write_floors(unit, calibration.floors)
        unit.audit("model.activate", "model", None, fingerprint=model.fingerprint, floors=len(calibration.floors))
    return True
