"""`python -m jobs`: the worker process."""

from jobs.wiring import make_tools
from jobs.worker import run_worker
from kb.core.logging import set_up_logging
from kb.core.settings import load_settings


def main() -> None:
    """Work until told to stop."""
    settings = load_settings()
    set_up_logging(settings["LOG_LEVEL"])
    run_worker(settings, make_tools)


if __name__ == "__main__":
    main()
