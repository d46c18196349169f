"""`answerloop`: every command in one list."""

import sys

import typer

from kb.core.errors import KbError
from server.commands import (
    doctoring,
    evaluating,
    importing,
    importing_desks,
    importing_tables,
    looping,
    mail,
    migrating,
    models,
    receiving,
    searching,
    serving,
    starting,
    users,
)
from server.commands.output import complain

app = typer.Typer(
    name="answerloop",
    help="A community forum and a knowledge loop in one service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("up")(starting.up)
app.command("serve")(serving.serve)
app.command("work")(serving.work)
app.command("receive")(receiving.receive)
app.command("migrate")(migrating.migrate_database)
app.command("doctor")(doctoring.doctor)
app.command("loop")(looping.loop)
app.command("calibrate")(models.calibrate_floors)
importing.app.command("zendesk")(importing_desks.import_zendesk)
importing.app.command("intercom")(importing_desks.import_intercom)
importing.app.command("mbox")(importing_desks.import_mbox)
importing.app.command("csv")(importing_tables.import_csv)
importing.app.command("jsonl")(importing_tables.import_jsonl)
app.add_typer(importing.app, name="import")
app.add_typer(evaluating.app, name="eval")
app.add_typer(mail.app, name="mail")
app.add_typer(models.app, name="model")
app.add_typer(searching.app, name="search")
app.add_typer(users.app, name="user")


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
