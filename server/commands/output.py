"""What commands say: results on standard output, progress and complaints on standard error."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

told = Console(stderr=True, highlight=False)
"""For people: progress, notes, complaints."""


def print_json(document: Any) -> None:
    """One JSON document on standard output, and nothing else there."""
    sys.stdout.write(json.dumps(document, indent=2, default=str) + "\n")


def print_line(text: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(message: str, fields: Mapping[str, str]) -> None:
    """A refusal, with what to do for each field."""
    told.print(f"[red]{message}[/red]")
    for name, advice in fields.items():
        told.print(f"  {name}: {advice}", markup=False)


def progress_bar() -> Progress:
    """A bar on standard error; it disappears into plain lines where that is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=told,
        transient=False,
    )
