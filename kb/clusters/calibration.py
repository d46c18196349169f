"""The floors in force: what an installation measured on its own questions, else what was measured before it was shipped.

A floor belongs to one model: cosines of two models are not on one scale. The table is small and read whole, at most every few
seconds a process.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from kb.core.database import DB, fetch_all

SHIPPED_FILE = Path(__file__).with_name("shipped_calibration.jsonl")

ANY_MODEL = "*"
"""The shipped row for models nobody measured."""

ALL = "all"
"""The floor for texts whose own language has none, and for those whose language is not known."""

FRESH_SECONDS = 5.0
"""How long a process goes on with what it read: a new calibration is in force everywhere within this time."""


class Purpose(StrEnum):
    """What a floor decides.

    `join`: nobody is asked, so under it a question is unlike all others. `duplicate`: what is suggested while somebody types,
    who judges for themselves. `help`: what is shown inside a product to somebody who wants to get on.
    """

    JOIN = "join"
    DUPLICATE = "duplicate"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Floor:
    """Similarity under which nothing is said, with what it gave on questions it was not chosen by.

    `precision`: of those at or above it, the share that was right; `recall`: of those that have an answer, the share found;
    `silence`: of the texts that have none, the share left alone.
    """

    model: str
    language: str
    purpose: Purpose
    floor: float
    precision: float
    recall: float
    silence: float
    positives: int
    negatives: int
    recipe: str
    is_shipped: bool = False


Floors = Mapping[tuple[str, str, Purpose], Floor]

_known: tuple[int, float, Floors] | None = None


async def find_floor(purpose: Purpose, *, fingerprint: str, language: str = ALL) -> Floor:
    """The floor for vectors of this model and texts of this language: the installation's own, else the shipped one."""
    calibrated = await _read_calibrated()
    for wanted in (language, ALL):
        if own := calibrated.get((fingerprint, wanted, purpose)):
            return own
    return find_shipped(purpose, fingerprint=fingerprint)


async def list_floors(fingerprint: str) -> list[Floor]:
    """Everything in force for a model: for each purpose the languages calibrated here, and what all others get."""
    calibrated = [f for f in (await _read_calibrated()).values() if f.model == fingerprint]
    everywhere = {f.purpose for f in calibrated if f.language == ALL}
    shipped = [find_shipped(p, fingerprint=fingerprint) for p in Purpose if p not in everywhere]
    return sorted([*calibrated, *shipped], key=lambda f: (list(Purpose).index(f.purpose), f.language))


def find_shipped(purpose: Purpose, *, fingerprint: str) -> Floor:
    """What is shipped for the model whose name the fingerprint begins with, else for models nobody measured."""
    fitting = [f for f in list_shipped() if f.purpose is purpose and fingerprint.startswith(f.model)]
    if fitting:
        return max(fitting, key=lambda f: len(f.model))
    return next(f for f in list_shipped() if f.purpose is purpose and f.model == ANY_MODEL)


@cache
def list_shipped() -> tuple[Floor, ...]:
    """The shipped floors; where each figure comes from stands in its recipe."""
    lines = SHIPPED_FILE.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return tuple(Floor(**{**row, "purpose": Purpose(row["purpose"])}, language=ALL, is_shipped=True) for row in rows)


def forget_known() -> None:
    """Read again at the next question; for whoever has just written, and for tests."""
    global _known
    _known = None


async def _read_calibrated() -> Floors:
    """The table, from memory while it is fresh. Another pool is another database: what was read from the last one is void."""
    global _known
    if _known is None or _known[0] != id(DB.pool) or time.monotonic() - _known[1] > FRESH_SECONDS:
        rows = await fetch_all(
            "select fingerprint as model, language, purpose, floor, precision, recall, silence, positives, negatives, recipe"
            " from calibration"
        )
        found = [Floor(**{**row, "purpose": Purpose(row["purpose"])}) for row in rows]
        _known = (id(DB.pool), time.monotonic(), {(f.model, f.language, f.purpose): f for f in found})
    return _known[2]
