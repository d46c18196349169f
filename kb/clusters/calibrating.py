"""`answerloop calibrate`: floors for the active model out of what people confirmed here, or the shipped ones kept, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.clusters.asking_known import Known, ask_known, languages_of
from kb.clusters.calibration import ALL, Floor, Purpose, find_floor, forget_known
from kb.clusters.choosing_floors import (
    ENOUGH_POSITIVES,
    TARGETS,
    Asked,
    Measured,
    Target,
    choose_floor,
    measure_floor,
)
from kb.clusters.models import Model, find_active_model
from kb.core.actor import Actor
from kb.core.database import execute_many
from kb.core.errors import Conflict, Unavailable
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.ports.embedder import Embedder
from kb.text.languages import UNSURE


@dataclass(frozen=True, slots=True)
class KeptFloor:
    """A floor that stays as it is for texts of `language`. `measured` is what it gives on the holdout here, None where there is
    too little to tell."""

    language: str
    floor: Floor
    reason: str
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """What came of it: floors that may be put in force, those that stay, and how many confirmed questions there were."""

    model: Model
    confirmed: int
    floors: tuple[Floor, ...]
    kept: tuple[KeptFloor, ...]


async def calibrate(actor: Actor, embedder: Embedder) -> Calibration:
    """Measure the active model and put what was found in force. Raises `Conflict` while nothing was asked yet."""
    actor.require(Permission.MODEL_MANAGE)
    model = await find_active_model()
    if model is None:
        raise Conflict("There is no question yet, so there is nothing to calibrate by.")
    if model.fingerprint != embedder.fingerprint:
        raise Unavailable(f"The active model is {model.shown}, not the one at hand.")
    calibration = await derive_calibration(model, await ask_known(model, embedder))
    async with unit_of_work(actor) as unit:
        await write_floors(unit, calibration.floors)
        unit.audit("model.calibrate", "model", None, fingerprint=model.fingerprint, floors=len(calibration.floors))
    forget_known()
    return calibration


async def derive_calibration(model: Model, known: Sequence[Known]) -> Calibration:
    """Floors chosen on one half and measured on the other. Writes nothing."""
    floors: list[Floor] = []
    kept: list[KeptFloor] = []
    for language in _languages(known):
        for purpose, target in TARGETS.items():
            found = await _derive(model, known, language, purpose, target)
            if isinstance(found, Floor):
                floors.append(found)
            else:
                kept.append(found)
    return Calibration(model, sum(one.asked.has_answer for one in known), tuple(floors), tuple(kept))


def _languages(known: Sequence[Known]) -> list[str]:
    """All together, and each language that has enough of its own to be told from the others."""
    counts = languages_of(known)
    return [ALL, *(name for name, count in counts.items() if count >= 2 * ENOUGH_POSITIVES and name != UNSURE)]


async def _derive(
    model: Model, known: Sequence[Known], language: str, purpose: Purpose, target: Target
) -> Floor | KeptFloor:
    choosing, holdout = _halves(known, language)
    in_force = await find_floor(purpose, fingerprint=model.fingerprint, language=language)
    there = min(_positives(choosing), _positives(holdout))
    if there < ENOUGH_POSITIVES:
        return KeptFloor(
            language, in_force, f"{there} confirmed questions in the smaller half, {ENOUGH_POSITIVES} are needed"
        )
    now = measure_floor(holdout, in_force.floor)
    floor = choose_floor(choosing, target)
    if floor is None:
        return KeptFloor(
            language, in_force, f"no floor reaches precision {target.precision} and silence {target.silence}", now
        )
    given = measure_floor(holdout, floor)
    if not given.meets(target):
        reason = f"{floor:.2f} gives precision {given.precision:.3f} and silence {given.silence:.3f} on the holdout"
        return KeptFloor(language, in_force, f"{reason}; {target.precision} and {target.silence} are wanted", now)
    recipe = f"lowest with precision {target.precision}, silence {target.silence} on half of the confirmed questions"
    return Floor(
        model=model.fingerprint,
        language=language,
        purpose=purpose,
        floor=floor,
        precision=given.precision,
        recall=given.recall,
        silence=given.silence,
        positives=given.positives,
        negatives=given.negatives,
        recipe=recipe,
    )


def _halves(known: Sequence[Known], language: str) -> tuple[list[Asked], list[Asked]]:
    """No-answer texts stand against every language."""
    mine = [one for one in known if language in {ALL, one.language} or not one.asked.has_answer]
    return [one.asked for one in mine if not one.is_held_out], [one.asked for one in mine if one.is_held_out]


def _positives(asked: Sequence[Asked]) -> int:
    return sum(one.has_answer for one in asked)


async def write_floors(unit: UnitOfWork, floors: Sequence[Floor]) -> None:
    """Put these floors in force, inside the unit that decided it."""
    await execute_many(
        "insert into calibration (fingerprint, language, purpose, floor, precision, recall, silence, positives, negatives, recipe,"
        "   calibrated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " on conflict (fingerprint, language, purpose) do update set floor = excluded.floor, precision = excluded.precision,"
        "   recall = excluded.recall, silence = excluded.silence, positives = excluded.positives, negatives = excluded.negatives,"
        "   recipe = excluded.recipe, calibrated_at = excluded.calibrated_at",
        [
            (
                f.model,
                f.language,
                f.purpose.value,
                f.floor,
                f.precision,
                f.recall,
                f.silence,
                f.positives,
                f.negatives,
                f.recipe,
                unit.now,
            )
            for f in floors
        ],
    )
