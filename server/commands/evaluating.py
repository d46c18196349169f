"""How good the loop's judgements are, on data that people labelled."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kb.clusters.evaluating import StreamScores, evaluate_clusters, evaluate_stream
from kb.clusters.reading_labelled import LabelledTexts, read_labelled
from kb.core.errors import Invalid
from kb.demo.asking_assistant import examine_assistant
from kb.ports.embedder import Embedder
from kb.search.evaluating import MOST_ASKED, WayScores, evaluate_duplicates
from kb.search.reading_duplicates import read_duplicates
from server.building import build_embedder
from server.commands.output import print_json, print_line, told
from server.commands.scratch import run_in_scratch_database
from server.commands.surroundings import settings_for

app = typer.Typer(help="Measure against labelled data.", no_args_is_help=True)


def _file(path: Path | None, data_file: Path | None) -> Path:
    """Named either way. Raises `Invalid` where it is named twice or not at all."""
    named = [one for one in (path, data_file) if one is not None]
    if len(named) != 1:
        raise Invalid("Name one file to evaluate.", {"--data": "a .csv, .tsv or .jsonl file"})
    return named[0]


@app.command("clusters")
def evaluate_clusters_of(  # noqa: PLR0913, PLR0917 - each an option people type
    path: Annotated[Path | None, typer.Argument(help="A .csv, .tsv or .jsonl file.", show_default=False)] = None,
    data_file: Annotated[
        Path | None, typer.Option("--data", help="The file, if it is not the argument.", show_default=False)
    ] = None,
    text: Annotated[str, typer.Option(help="Column with the question.")] = "text",
    label: Annotated[
        str, typer.Option(help="Column with the problem it belongs to; used to score and for nothing else.")
    ] = "label",
    stream: Annotated[
        bool, typer.Option("--stream", help="Let them arrive one by one, with refreshes, and score what was served.")
    ] = False,
    order: Annotated[
        str, typer.Option(help="With --stream: random, later-kinds (new kinds of question appear later), or file.")
    ] = "random",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Cluster the questions of a file as a refresh would, and compare with its labels.

    Example: answerloop eval clusters --data train.csv --text text --label category --json
    """
    labelled = read_labelled(_file(path, data_file), text_column=text, label_column=label)
    told.print(f"Embedding {len(labelled.texts):,} questions …")
    embedder = build_embedder(settings_for())
    if stream:
        print_stream(asyncio.run(_stream(labelled, embedder, order)), as_json=as_json)
        return
    scores = asdict(asyncio.run(evaluate_clusters(labelled.texts, labelled.labels, embedder)))
    scores["seconds"] = scores["embed_seconds"] + scores["cluster_seconds"]
    if as_json:
        print_json(scores)
        return
    for name, value in scores.items():
        print_line(f"{name.replace('_', ' '):<18} {value:.3f}" if isinstance(value, float) else f"{name:<18} {value}")


async def _stream(labelled: LabelledTexts, embedder: Embedder, order: str) -> StreamScores:
    def progress(there: int) -> None:
        told.print(f"{there:,} of {len(labelled.texts):,} have arrived …")

    return await evaluate_stream(labelled.texts, labelled.labels, embedder, order=order, progress=progress)


def print_stream(scores: StreamScores, *, as_json: bool) -> None:
    """Quality as served and after the last refresh, then what each refresh changed."""
    if as_json:
        print_json(asdict(scores))
        return
    print_line(f"{'':<12} {'V':>6} {'ARI':>6} {'F1':>6}")
    for name, quality in (("as served", scores.served), ("refreshed", scores.refreshed)):
        print_line(f"{name:<12} {quality.v_measure:6.3f} {quality.adjusted_rand:6.3f} {quality.pair_f1:6.3f}")
    print_line(
        f"{scores.questions:,} questions of {scores.labels} kinds: {scores.clusters} clusters, {scores.alone} alone"
    )
    print_line(f"moved at a refresh: {scores.moved:.1%} on average, {scores.moved_later:.1%} in the later half")
    print_line(f"left by the next refresh where the online step had put them: {scores.agreed:.1%}")
    online = f"{scores.online_milliseconds_p50:.1f} ms (p95 {scores.online_milliseconds_p95:.1f} ms)"
    print_line(f"online step {online}, {len(scores.refreshes)} refreshes in {scores.refresh_seconds:.0f} s")
    for one in scores.refreshes:
        share = one.moved / one.stood if one.stood else 0.0
        print_line(
            f"  at {one.questions:>7,}: {one.clusters:>5} clusters, {share:6.1%} moved, {one.settled} joined from alone"
        )


@app.command("duplicates")
def evaluate_duplicates_of(
    path: Annotated[
        Path | None,
        typer.Argument(help="A .csv, .tsv or .jsonl file, or a Stack Exchange dump's folder.", show_default=False),
    ] = None,
    data_file: Annotated[
        Path | None, typer.Option("--data", help="The file, if it is not the argument.", show_default=False)
    ] = None,
    text: Annotated[str, typer.Option(help="Column with the question.")] = "text",
    label: Annotated[str, typer.Option(help="Column with what it has in common with its duplicates.")] = "label",
    most: Annotated[int, typer.Option(min=1, help="Questions asked; all others are there to be found.")] = MOST_ASKED,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Ask labelled duplicates of each other by meaning, by words and by both, through the product's own search.

    A file holds a text and a label, or `question1`, `question2` and `is_duplicate`. It runs in a database of its own, dropped afterwards.

    Example: answerloop eval duplicates --data train.csv --label category --json
    """
    same = read_duplicates(_file(path, data_file), text_column=text, label_column=label)
    settings = settings_for()
    told.print(f"Embedding {len(same.texts):,} questions …")
    scores = run_in_scratch_database(settings, evaluate_duplicates(same, build_embedder(settings), most=most))
    if as_json:
        print_json(asdict(scores))
        return
    print_line(f"{scores.questions} questions, {scores.asked} asked; {scores.no_answer} texts without an answer")
    print_line(f"model {scores.model}, floor {scores.floor:.2f}")
    for name in ("dense", "words", "fused"):
        print_line(f"{name:<6} {_way(getattr(scores, name))}")


def _way(way: WayScores) -> str:
    found = f"precision@1 {way.precision_at_1:.3f}  precision@5 {way.precision_at_5:.3f}  MAP {way.mean_average_precision:.3f}"
    return f"{found}  answered {way.answered:.3f}  right when said {way.right_when_said:.3f}  silence {way.silence:.3f}"


@app.command("assistant")
def evaluate_assistant_of(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Let the assistant know the demo's topics and articles; ask it what the demo's tickets asked, and texts that nothing answers.

    The floor is the calibrated one for help. It runs in a database of its own, dropped afterwards.

    Example: answerloop eval assistant --json
    """
    settings = settings_for()
    told.print("Loading the demo community and grouping its questions …")
    embedder = build_embedder(settings)

    def progress(done: int) -> None:
        told.print(f"{done} asked …")

    scores = run_in_scratch_database(settings, examine_assistant(embedder, progress=progress))
    if as_json:
        print_json(asdict(scores))
        return
    print_line(f"{scores.questions} questions: answered {scores.answered:.1%}, of those right {scores.right:.1%}")
    print_line(f"asked back {scores.asked_back:.1%}, the right one among the choices {scores.right_among:.1%}")
    print_line(
        f"not known {scores.unknown:.1%}; silent on {scores.silence:.1%} of {scores.no_answer} texts without an answer"
    )
    print_line(f"a turn takes p50 {scores.milliseconds_p50:.0f} ms, p95 {scores.milliseconds_p95:.0f} ms")
