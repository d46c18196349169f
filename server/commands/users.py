"""People, from the command line: the first admin of an installation has nobody to ask."""

from typing import Annotated

import typer

from kb.core.actor import SYSTEM
from kb.core.policy import Role
from kb.people.managing import create_person
from server.commands.output import print_line
from server.commands.surroundings import Data, database_at_hand, run_with_database

app = typer.Typer(help="Make and change people.", no_args_is_help=True)


@app.callback()
def users() -> None:
    """Keep `user` a group even while it holds one command."""


@app.command("create")
def create_user(
    email: Annotated[str, typer.Option(help="E-mail address they sign in with.")],
    name: Annotated[str, typer.Option(help="Name others see.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.MEMBER,
    data: Data = None,
) -> None:
    """Make a person who can sign in.

    Example: answerloop user create --email ada@example.org --name Ada --role admin
    """
    with database_at_hand(data) as settings:
        actor = run_with_database(settings, create_person(SYSTEM, email=email, name=name, password=password, role=role))
        print_line(f"{actor.name} ({actor.role.value}) can sign in as {email}.")
