"""Another model takes over whole or not at all, however it is interrupted, and nobody notices meanwhile."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.activating import BATCH, Activation, activate_model
from kb.clusters.calibration import Purpose, find_floor
from kb.clusters.following import FollowingEmbedder
from kb.clusters.models import KeptModel, find_active_model, forget_model, list_models
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, NotAllowed, NotFound, Unavailable
from kb.core.policy import Role
from kb.search.suggesting import suggest
from tests.support.clusters_factories import seed_questions
from tests.support.confirmed_factories import confirm_duplicates, told_twice
from tests.support.factories import make_person
from tests.support.services import ROOT

Deliver = Callable[[], Awaitable[int]]

OLD, NEW, POOR = HashingEmbedder(), HashingEmbedder(1024), HashingEmbedder(4)
PAIRS = [told_twice(n) for n in range(80)]


class Watched(HashingEmbedder):
    """Counts the texts it is given, and does something else once, in the middle of its work."""

    def __init__(self, dimensions: int, meanwhile: Callable[[], Awaitable[object]] | None = None) -> None:
        super().__init__(dimensions)
        self.texts = 0
        self._meanwhile = meanwhile

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        if self._meanwhile and self.texts > BATCH:
            meanwhile, self._meanwhile = self._meanwhile, None
            await meanwhile()
        return await super().embed(texts)


async def activate(new: HashingEmbedder, *, force: bool = False) -> Activation:
    return await activate_model(SYSTEM, name=new.fingerprint, new=new, old=OLD, force=force)


async def kept() -> dict[str, KeptModel]:
    return {one.model.fingerprint: one for one in await list_models()}


async def active_fingerprint() -> str | None:
    active = await find_active_model()
    return active.fingerprint if active else None


async def test_a_better_model_takes_over_with_floors_of_its_own_and_the_old_one_stays_at_hand(db: str) -> None:
    await confirm_duplicates(PAIRS, OLD)

    done = await activate(NEW)

    models = await kept()
    assert (done.refusal, done.model.fingerprint) == ("", NEW.fingerprint)
    assert done.before
    assert done.after
    assert done.after.precision_at_1 >= done.before.precision_at_1
    assert models[NEW.fingerprint].model.is_active
    assert not models[NEW.fingerprint].model.is_building
    assert (models[NEW.fingerprint].vectors, models[OLD.fingerprint].vectors) == (160, 160)
    assert not (await find_floor(Purpose.JOIN, fingerprint=NEW.fingerprint)).is_shipped
    assert (await find_floor(Purpose.JOIN, fingerprint=OLD.fingerprint)).is_shipped


async def test_a_worse_model_is_refused_with_the_figures_that_fell_and_nothing_changes(db: str) -> None:
    await confirm_duplicates(PAIRS, OLD)

    done = await activate(POOR)

    assert "precision@1 falls from 1.000 to 0." in done.refusal
    assert await active_fingerprint() == OLD.fingerprint
    assert await fetch_value("select count(*) from calibration") == 0
    assert (await activate(POOR, force=True)).refusal == ""
    assert await active_fingerprint() == POOR.fingerprint


async def test_with_too_few_confirmed_questions_nobody_can_tell_so_it_is_refused_unless_forced(db: str) -> None:
    await confirm_duplicates(PAIRS[:5], OLD)

    done = await activate(NEW)

    assert "10 confirmed questions are too few" in done.refusal
    assert await active_fingerprint() == OLD.fingerprint
    assert (await activate(NEW, force=True)).refusal == ""
    assert await active_fingerprint() == NEW.fingerprint


async def test_killed_in_the_middle_it_changes_nothing_and_goes_on_where_it_stopped(
    db: str, deliver_all: Deliver
) -> None:
    await confirm_duplicates(PAIRS, OLD)
    await _activate_and_kill(db, batches=2)

    halfway = await kept()
    assert halfway[NEW.fingerprint].vectors == 2 * BATCH
    assert halfway[NEW.fingerprint].model.is_building
    assert await active_fingerprint() == OLD.fingerprint
    await seed_questions(deliver_all, ["Webhooks are not signed any more"])

    again = Watched(NEW.dimensions)
    assert (await activate(again)).refusal == ""

    no_answer_texts = 240
    assert again.texts == 161 - 2 * BATCH + no_answer_texts, "what was built before the kill is not built again"
    assert await active_fingerprint() == NEW.fingerprint


async def _activate_and_kill(url: str, *, batches: int) -> None:
    arguments = ("-m", "tests.support.activating_and_dying", url, str(NEW.dimensions), str(batches))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    assert await process.stdout.readline() == b"stopped\n"
    process.kill()
    await process.wait()


async def test_a_question_asked_meanwhile_is_served_by_the_old_model_and_has_both_vectors_in_the_end(
    db: str, deliver_all: Deliver
) -> None:
    await confirm_duplicates(PAIRS, OLD)
    reader = await make_person()
    found: list[str] = []

    async def ask_and_search() -> None:
        await seed_questions(deliver_all, ["Webhooks are not signed any more"])
        suggestions = await suggest(reader, "Why are webhooks not signed any more?", embedder=OLD)
        found.extend(item.title for item in suggestions.items)

    done = await activate(Watched(NEW.dimensions, ask_and_search))

    assert done.refusal == ""
    assert found == ["Webhooks are not signed any more"]
    models = await kept()
    assert (models[NEW.fingerprint].vectors, models[OLD.fingerprint].vectors) == (161, 161)
    assert await fetch_value("select count(*) from question where considered_at is null") == 0


async def test_a_question_that_comes_in_just_before_the_switch_is_embedded_first(
    db: str, deliver_all: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After everything was built and measured: the switch looks once more, under its lock."""
    await confirm_duplicates(PAIRS, OLD)
    from kb.clusters import activating  # noqa: PLC0415 - patched below by name

    measure = activating.derive_calibration

    async def measure_late(*args: object) -> object:
        measured = await measure(*args)  # type: ignore[arg-type]
        await seed_questions(deliver_all, ["Webhooks are not signed any more"])
        return measured

    monkeypatch.setattr(activating, "derive_calibration", measure_late)

    assert (await activate(NEW)).refusal == ""

    assert (await kept())[NEW.fingerprint].vectors == 161


async def test_a_switch_that_fails_half_way_is_no_switch(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await confirm_duplicates(PAIRS, OLD)

    async def fail(*_: object) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr("kb.clusters.activating.write_floors", fail)

    with pytest.raises(Unavailable):
        await activate(NEW)

    assert await active_fingerprint() == OLD.fingerprint
    assert (await kept())[NEW.fingerprint].model.is_building


async def test_a_running_process_follows_the_switch_and_never_mixes_models(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.clusters.following.LOOK_AGAIN_SECONDS", 0.0)
    built = {"": OLD, NEW.fingerprint: NEW}
    process = FollowingEmbedder(built.__getitem__)
    await confirm_duplicates(PAIRS, OLD)
    assert (await process.embed(["anything"])).shape == (1, OLD.dimensions)

    await activate(NEW)

    with pytest.raises(Unavailable):
        await process.embed(["anything"])
    while not await _follows(process, NEW):
        await asyncio.sleep(0)
    assert (await process.embed(["anything"])).shape == (1, NEW.dimensions)


async def _follows(process: FollowingEmbedder, model: HashingEmbedder) -> bool:
    try:
        return (await process.in_force()).fingerprint == model.fingerprint
    except Unavailable:
        return False


async def test_what_embeds_must_be_the_active_model(db: str) -> None:
    await confirm_duplicates(PAIRS[:2], OLD)

    with pytest.raises(Conflict, match="The active model is"):
        await activate_model(SYSTEM, name="x", new=NEW, old=POOR)


async def test_a_former_model_is_forgotten_with_all_that_is_its_own_and_the_active_one_is_not(db: str) -> None:
    await confirm_duplicates(PAIRS, OLD)
    await activate(NEW)
    await execute("update embedding_model set name = 'old one' where fingerprint = $1", OLD.fingerprint)

    with pytest.raises(Conflict):
        await forget_model(SYSTEM, NEW.fingerprint)
    with pytest.raises(NotFound):
        await forget_model(SYSTEM, "no such model")
    gone = await forget_model(SYSTEM, "old one")

    assert gone.vectors == 160
    assert set(await kept()) == {NEW.fingerprint}
    assert await fetch_value("select count(*) from question_vector") == 160
    assert await fetch_value("select count(*) from pg_indexes where indexname like 'question_vector_signs_%'") >= 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.MODERATOR])
async def test_only_who_manages_models_changes_them(db: str, role: Role) -> None:
    actor = await make_person(role)
    attempts: list[Awaitable[object]] = [
        activate_model(actor, name="x", new=NEW, old=OLD),
        forget_model(actor, OLD.fingerprint),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            await attempt
