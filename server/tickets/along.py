"""What goes with a reply, as a form carries it: a ticked box for each act, with a word such as `priority:high` as its value."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.tickets.acting import Acts, read_acts
from server.desk.pages import PRIORITY_NAMES

KINDS = ("take", "team", "priority", "tag", "solve")
MOST = 40
"""Boxes of one form; macros hold fewer."""


def name_acts(acts: Acts, teams: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """A box's value and what stands beside it, for each act; that of a team not among these, which is gone, is left out."""
    named: list[tuple[str, str]] = []
    if acts.takes:
        named.append(("take", say("it is yours")))
    if acts.team_id and acts.team_id in teams:
        named.append((f"team:{acts.team_id}", say("given to {team}", team=teams[acts.team_id])))
    if acts.priority:
        named.append((f"priority:{acts.priority}", say("priority {priority}", priority=PRIORITY_NAMES[acts.priority])))
    named += [(f"tag:{tag}", say("tag {tag}", tag=tag)) for tag in acts.tags]
    if acts.solves:
        named.append(("solve", say("it is solved")))
    return named


def read_words(words: Iterable[str]) -> Acts:
    """Back from the boxes that are ticked; of several teams or priorities the last. Raises `Invalid` naming `acts`."""
    chosen: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for word in list(words)[:MOST]:
        kind, _, detail = word.partition(":")
        if kind not in chosen:
            raise _no_such()
        chosen[kind].append(detail)
    try:
        return read_acts(
            takes=bool(chosen["take"]),
            team_id=UUID(chosen["team"][-1]) if chosen["team"] else None,
            priority=chosen["priority"][-1] if chosen["priority"] else "",
            tags=chosen["tag"],
            solves=bool(chosen["solve"]),
        )
    except (Invalid, ValueError):
        raise _no_such() from None


def _no_such() -> Invalid:
    return Invalid(say("Not sent: what goes with it cannot be done."), {"acts": say("There is no such choice.")})
