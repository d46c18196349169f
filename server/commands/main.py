"""`answerloop`: every command in one list. Each is imported when it is named, so that none waits for what the others need."""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from kb.core.errors import KbError
from server.commands.output import complain

COMMANDS = {
    "up": "starting.up",
    "serve": "serving.serve",
    "work": "working.work",
    "receive": "receiving.receive",
    "migrate": "migrating.migrate_database",
    "doctor": "doctoring.doctor",
    "loop": "looping.loop",
    "calibrate": "models.calibrate_floors",
    "import": "importing.app",
    "eval": "evaluating.app",
    "mail": "mail.app",
    "model": "models.app",
    "search": "searching.app",
    "user": "users.app",
}
"""Where each stands: a function, or a group of commands, of a file beside this one."""


class Imported(Mapping[str, Any]):
    """The commands by name, in the order they are listed."""

    def __getitem__(self, name: str) -> Any:
        module, _, what = COMMANDS[name].partition(".")
        found = getattr(import_module(f"server.commands.{module}"), what)
        alone = typer.Typer()
        if isinstance(found, typer.Typer):
            alone.add_typer(found, name=name)
        else:
            alone.command(name)(found)
        return get_group(alone).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Answerloop(TyperGroup):
    """All commands; Typer's own group would want them imported already."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        self.commands = Imported()  # type: ignore[assignment]  # nobody adds to them


app = typer.Typer(
    name="answerloop",
    cls=Answerloop,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def answerloop() -> None:
    """A community forum and a knowledge loop in one service."""


def main() -> None:
    """Run a command; a refusal of kb is one clear line and a non-zero status, never a traceback."""
    try:
        app()
    except KbError as refusal:
        complain(refusal.message, refusal.fields)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
