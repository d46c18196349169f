"""The models whose vectors are kept: which one is active, what the others are, and forgetting one."""

from dataclasses import dataclass

from kb.clusters.calibration import forget_known
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Model:
    """`name` is what a process loads it by ("" is the bundled one), None while no process has told. `is_building`: an
    activation is under way, or was interrupted."""

    id: int
    name: str | None
    fingerprint: str
    dimensions: int
    is_active: bool
    is_building: bool

    @property
    def shown(self) -> str:
        """The name, or the fingerprint's beginning where the name is empty."""
        return self.name or self.fingerprint.rsplit("-", 1)[0]


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A line of `answerloop model list`. `vectors` of `questions` are there."""

    model: Model
    vectors: int
    questions: int


_COLUMNS = "id, name, fingerprint, dimensions, active as is_active, building_since is not null as is_building"


async def find_active_model() -> Model | None:
    """The model questions are joined and searched with; None before the first question."""
    row = await fetch_one(f"select {_COLUMNS} from embedding_model where active")
    return Model(**row) if row else None


async def list_models() -> list[KeptModel]:
    """Every model with how many vectors it has, the active one first."""
    rows = await fetch_all(
        f"select {_COLUMNS}, (select count(*) from question_vector v where v.model_id = m.id) as vectors,"
        " (select count(*) from question) as questions from embedding_model m order by active desc, id"
    )
    return [KeptModel(Model(*tuple(row)[:-2]), row["vectors"], row["questions"]) for row in rows]


async def note_model_name(actor: Actor, model_id: int, name: str) -> None:
    """Write down what this model is loaded by, so that every other process can load it too."""
    async with unit_of_work(actor) as unit:
        await execute("update embedding_model set name = $2 where id = $1", model_id, name)
        unit.audit("model.name", "model", None, model=model_id, name=name)


async def forget_model(actor: Actor, name: str) -> KeptModel:
    """Delete a model's vectors, index and floors. `name` is its name or its fingerprint.

    Raises `NotFound`, `Conflict` for the active one and where several models bear the name.
    """
    actor.require(Permission.MODEL_MANAGE)
    found = [kept for kept in await list_models() if name in {kept.model.shown, kept.model.fingerprint}]
    if not found:
        raise NotFound(f"No model is called {name}; `answerloop model list` names them.")
    if len(found) > 1:
        raise Conflict(f"Several models are called {name}: name one by its fingerprint.")
    model = found[0].model
    if model.is_active:
        raise Conflict(f"{model.shown} is the active model: activate another one first.")
    async with unit_of_work(actor) as unit:
        await execute(f"drop index if exists question_vector_signs_{int(model.id)}")
        await execute("delete from question_vector where model_id = $1", model.id)
        await execute("delete from embedding_model where id = $1 and not active", model.id)
        unit.audit("model.forget", "model", None, fingerprint=model.fingerprint, vectors=found[0].vectors)
    forget_known()
    return found[0]
