"""The state of the loop, from the command line."""

from dataclasses import asdict
from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.insights.loop import read_loop
from server.commands.migrating import Data
from server.commands.output import print_json, print_line
from server.commands.surroundings import database_at_hand, run_with_database


def loop(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False, data: Data = None
) -> None:
    """Print how many episodes stand in each state; the states sum to all episodes.

    Example: answerloop loop --json
    """
    with database_at_hand(data) as settings:
        state = run_with_database(settings, read_loop(SYSTEM))
    if as_json:
        print_json(asdict(state))
        return
    for name, count in state.episodes.items():
        print_line(f"{name:<12} {count:>6}")
    print_line(f"{'all':<12} {state.all_episodes:>6}")
