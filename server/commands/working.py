"""`answerloop work`: the worker process."""

import os
import sys


def work() -> None:
    """Deliver messages and run the schedule. Needs DATABASE_URL and REDIS_URL.

    Example: DATABASE_URL=postgresql://… REDIS_URL=redis://… answerloop work
    """
    os.execv(sys.executable, [sys.executable, "-m", "jobs"])  # noqa: S606 - a door does not import the other door
