"""CPU seconds of one call, scaled to what a quiet machine would take.

Each try is set against a fixed piece of work done beside it, so that a busy machine does not fail a test and a
quadratic pattern still does.
"""

import time
from collections.abc import Callable

IDLE_SECONDS = 0.032
"""The fastest of 15 runs of `_reference_work` on a two-core machine that others were using too; most took twice as long.
So a call may take two seconds of raw CPU there and pass. Measure again on an idle machine."""


def cpu_seconds(call: Callable[[], object], tries: int = 3, enough: float = 1.0) -> float:
    best = float("inf")
    for _ in range(tries):
        slowdown = max(1.0, _cpu(_reference_work) / IDLE_SECONDS)
        best = min(best, _cpu(call) / slowdown)
        if best < enough:
            break
    return best


def _cpu(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


def _reference_work() -> int:
    return sum(len(str(number)) for number in range(200_000))
