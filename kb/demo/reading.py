"""The demo community's files, and moments counted back from now so that the demo is never old."""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from kb.core.clock import now

COMMUNITY = Path(__file__).parent / "community"

Record = dict[str, Any]


def read_records(name: str) -> list[Record]:
    """All records of `name.jsonl`, or of `name-a.jsonl`, `name-b.jsonl` … where it is written in parts."""
    files = sorted({*COMMUNITY.glob(f"{name}.jsonl"), *COMMUNITY.glob(f"{name}-?.jsonl")})
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


@cache
def loading_began() -> datetime:
    """The moment all `days_ago` count back from: one for the whole loading."""
    return now()


def moment(days_ago: float) -> datetime:
    """That many days before the loading began."""
    return loading_began() - timedelta(days=days_ago)
