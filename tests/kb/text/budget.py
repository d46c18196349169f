"""CPU seconds of one call as an idle machine would take them.

Each try is set against a fixed piece of work done beside it, so that a busy machine does not fail a test and a
quadratic pattern still does.
"""

import time
from collections.abc import Callable

IDLE_SECONDS = 0.032
"""What `_reference_work` took on the machine the budgets were written on, with nothing else running."""


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
