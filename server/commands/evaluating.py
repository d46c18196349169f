"""How good the loop's judgements are, on data that people labelled."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kb.clusters.evaluating import evaluate_clusters
from kb.clusters.evaluating_streams import Order, StreamScores, evaluate_stream
from kb.clusters.reading_labelled import read_labelled
from server.commands.output import print_json, print_line, told
from server.commands.surroundings import settings_for
from server.wiring import build_embedder

app = typer.Typer(help="Measure against labelled data.", no_args_is_help=True)


@app.callback()
def evaluations() -> None:
    """Keep `eval` a group even while it holds one command."""


@app.command("clusters")
def evaluate_clusters_of(
    data_file: Annotated[Path, typer.Option("--data", help="A .csv, .tsv or .jsonl file.")],
    text: Annotated[str, typer.Option(help="Column with the question.")],
    label: Annotated[
        str, typer.Option(help="Column with the problem it belongs to; used to score and for nothing else.")
    ],
    stream: Annotated[bool, typer.Option(help="Let the questions arrive one after another.")] = False,
    order: Annotated[Order, typer.Option(help="How they arrive with --stream.")] = Order.RANDOM,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Cluster the questions of a file as a refresh would, or one by one as they come, and compare with its labels.

    Example: answerloop eval clusters --data train.csv --text text --label category --stream --order later-kinds --json
    """
    labelled = read_labelled(data_file, text_column=text, label_column=label)
    told.print(f"Embedding {len(labelled.texts):,} questions …")
    embedder = build_embedder(settings_for())
    if stream:
        _tell_stream(asyncio.run(evaluate_stream(labelled.texts, labelled.labels, embedder, order=order)), as_json)
        return
    scores = asdict(asyncio.run(evaluate_clusters(labelled.texts, labelled.labels, embedder)))
    scores["seconds"] = scores["embed_seconds"] + scores["cluster_seconds"]
    if as_json:
        print_json(scores)
        return
    for name, value in scores.items():
        print_line(f"{name.replace('_', ' '):<18} {value:.3f}" if isinstance(value, float) else f"{name:<18} {value}")


def _tell_stream(scores: StreamScores, as_json: bool) -> None:
    means = {"changed_mean": scores.changed_mean, "kept_mean": scores.kept_mean}
    if as_json:
        print_json(asdict(scores) | means)
        return
    print_line(
        f"{scores.questions:,} questions in {scores.order} order, {scores.served_alone:,} of them alone at arrival"
    )
    for name, agreement in (("as served", scores.served), ("after refresh", scores.refreshed)):
        print_line(
            f"{name:<14} V {agreement.v_measure:.3f}  ARI {agreement.adjusted_rand:.3f}  F1 {agreement.pair_f1:.3f}"
        )
    print_line(f"{scores.clusters} clusters after the last refresh")
    for one in scores.refreshes:
        print_line(f"refresh at {one.questions:>7,}  changed {one.changed:.1%}  confirmed members kept {one.kept:.1%}")
    print_line(f"mean                changed {scores.changed_mean:.1%}  confirmed members kept {scores.kept_mean:.1%}")
