"""The state of the loop, from the command line."""

from dataclasses import asdict
from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.imports.catching_up import CatchingUp, read_catching_up
from kb.insights.loop import LoopState, read_loop
from server.commands.output import print_json, print_line, told
from server.commands.surroundings import Data, database_at_hand, run_with_database


def loop(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False, data: Data = None
) -> None:
    """Print how many episodes stand in each state (the states sum to all episodes), and how far the loop is with an import.

    Example: answerloop loop --json
    """
    with database_at_hand(data) as settings:
        state, imported = run_with_database(settings, _read())
    if as_json:
        print_json({**asdict(state), "imported": asdict(imported)})
        return
    if imported.left:
        wait = f", about {imported.minutes_left} min left" if imported.minutes_left else ""
        told.print(f"Imported questions read: {imported.done:,} of {imported.all:,}{wait}.", markup=False)
    for name, count in state.episodes.items():
        print_line(f"{name:<12} {count:>6}")
    print_line(f"{'all':<12} {state.all_episodes:>6}")


async def _read() -> tuple[LoopState, CatchingUp]:
    return await read_loop(SYSTEM), await read_catching_up(SYSTEM)
