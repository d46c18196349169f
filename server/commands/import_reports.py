"""What commands that import say at their end: counts on standard output, what was refused, and why, on standard error."""

import itertools
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from kb.imports.desks.attachments import FilesLeft
from kb.imports.running import Counts
from server.commands.output import print_json, print_line, told

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

SHOWN = 20
"""Refused rows of a stage that are told; all are in the table import_rejection."""


def report(
    stages: dict[str, Counts],
    *,
    as_json: bool,
    more: Mapping[str, int] | None = None,
    passed_over: Mapping[str, int] | None = None,
    files: FilesLeft | None = None,
) -> None:
    """`more` are counts beside the stages, of what is new."""
    _complain(stages, passed_over or {}, files)
    if as_json:
        told_of = {} if passed_over is None else {"passed_over": passed_over}
        print_json(
            {name: asdict(counts) for name, counts in stages.items()} | dict(more or {}) | told_of | _as_json(files)
        )
        return
    for stage, counts in stages.items():
        print_line(f"{stage:<10} {counts.imported:>7} new {counts.unchanged:>7} unchanged {counts.rejected:>7} refused")
    for name, count in (more or {}).items():
        print_line(f"{name:<10} {count!s:>7} new")
    if files and (files.kept or files.waiting or files.failed):
        print_line(f"{'files':<10} {files.kept:>7} kept {files.waiting:>7} waiting {files.failed:>7} failed")


def _complain(stages: Mapping[str, Counts], passed_over: Mapping[str, int], files: FilesLeft | None) -> None:
    for stage, counts in stages.items():
        for line, reason in itertools.islice(counts.rejections, SHOWN):
            told.print(f"{stage}, line {line}: {reason}", markup=False)
        if counts.rejected > SHOWN:
            told.print(f"{stage}: {counts.rejected - SHOWN} more rows refused; all are in the table import_rejection.")
    for kind, count in sorted(passed_over.items()):
        told.print(f"passed over: {count} {kind}", markup=False)
    for name, reason in itertools.islice(files.failures if files else (), SHOWN):
        told.print(f"file {name}: {reason}", markup=False)


def _as_json(files: FilesLeft | None) -> dict[str, Any]:
    return {"files": asdict(files)} if files else {}
