"""How good the loop's judgements are, on data that people labelled."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kb.clusters.evaluating import evaluate_clusters
from kb.clusters.reading_labelled import read_labelled
from kb.search.evaluating import MOST_ASKED, WayScores, evaluate_duplicates
from kb.search.reading_duplicates import read_duplicates
from server.commands.migrating import Data
from server.commands.output import print_json, print_line, told
from server.commands.surroundings import run_in_scratch_database, settings_for
from server.wiring import build_embedder

app = typer.Typer(help="Measure against labelled data.", no_args_is_help=True)


@app.command("clusters")
def evaluate_clusters_of(
    data_file: Annotated[Path, typer.Option("--data", help="A .csv, .tsv or .jsonl file.")],
    text: Annotated[str, typer.Option(help="Column with the question.")],
    label: Annotated[
        str, typer.Option(help="Column with the problem it belongs to; used to score and for nothing else.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Cluster the questions of a file as a refresh would, and compare with its labels.

    Example: answerloop eval clusters --data train.csv --text text --label category --json
    """
    labelled = read_labelled(data_file, text_column=text, label_column=label)
    told.print(f"Embedding {len(labelled.texts):,} questions …")
    embedder = build_embedder(settings_for())
    scores = asdict(asyncio.run(evaluate_clusters(labelled.texts, labelled.labels, embedder)))
    scores["seconds"] = scores["embed_seconds"] + scores["cluster_seconds"]
    if as_json:
        print_json(scores)
        return
    for name, value in scores.items():
        print_line(f"{name.replace('_', ' '):<18} {value:.3f}" if isinstance(value, float) else f"{name:<18} {value}")


@app.command("duplicates")
def evaluate_duplicates_of(
    path: Annotated[Path, typer.Argument(help="A .csv, .tsv or .jsonl file, or a Stack Exchange dump's folder.")],
    text: Annotated[str, typer.Option(help="Column with the question.")] = "text",
    label: Annotated[str, typer.Option(help="Column with what it has in common with its duplicates.")] = "label",
    most: Annotated[int, typer.Option(min=1, help="Questions asked; all others are there to be found.")] = MOST_ASKED,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    data: Data = None,
) -> None:
    """Ask labelled duplicates of each other by meaning, by words and by both, through the product's own search.

    A file holds a text and a label, or `question1`, `question2` and `is_duplicate`. It runs in a database of its own, dropped afterwards.

    Example: answerloop eval duplicates train.csv --label category --json
    """
    same = read_duplicates(path, text_column=text, label_column=label)
    settings = settings_for(data)
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
