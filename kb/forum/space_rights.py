"""What a space must look like, and who sees, asks and answers there: each right is `public`, `members`, `staff` or a group's."""

import re
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one, fetch_value
from kb.core.errors import Invalid
from kb.core.policy import GROUP, Role, narrow_to
from kb.core.saying import say

RIGHTS = ("public", "members", "staff")
NAME_MAX = 60
DESCRIPTION_MAX = 300
COLOURS = ("", "teal", "blue", "indigo", "violet", "pink", "orange", "amber", "green")
"""Names, not values: the style sheet knows what each is in light and in dark. "" lets the name choose."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEEDS_MORE = say("The space needs a little more.")


def check_space(name: str, description: str, colour: str, slug: str) -> None:
    """Raise `Invalid` naming every field that must change."""
    fields = {}
    if not 2 <= len(name) <= NAME_MAX:
        fields["name"] = say("Give it a name of 2 to {most} characters.", most=NAME_MAX)
    if len(description) > DESCRIPTION_MAX:
        fields["description"] = say("At most {most} characters.", most=DESCRIPTION_MAX)
    if colour not in COLOURS:
        fields["colour"] = say("Choose a colour of the list.")
    if not _SLUG.fullmatch(slug):
        fields["slug"] = say("Small letters, digits and single hyphens.")
    if fields:
        raise Invalid(_NEEDS_MORE, fields)


_REFUSALS = {
    ("staff", "ask"): say("Only staff ask here."),
    ("staff", "answer"): say("Only staff answer here."),
    ("group", "ask"): say("Only people of a certain group ask here."),
    ("group", "answer"): say("Only people of a certain group answer here."),
    ("members", "ask"): say("Only members ask here."),
    ("members", "answer"): say("Only members answer here."),
}


def refusal_of(right: str, is_archived: bool, verb: str) -> str:
    """Why somebody may not ask or answer in a space, in a sentence."""
    if is_archived:
        return say("This space is closed: it can be read, and nothing is added.")
    readers = "staff" if right == "staff" else "group" if right.startswith(GROUP) else "members"
    return _REFUSALS[readers, verb]


async def check_rights(actor: Actor, *, sees: str, asks: str, answers: str) -> None:
    """Part of a write. Nobody gives a space to a group they are not in: they would not see it themselves."""
    fields = {}
    if not await _is_right(sees):
        fields["visibility"] = say("Choose who may read it.")
    elif sees not in actor.visibilities and actor.role != Role.SYSTEM:
        fields["visibility"] = say(
            "You are not in this group and would not see the space yourself. Join the group first."
        )
    for name, right in (("who_asks", asks), ("who_answers", answers)):
        if not await _is_right(right) or right == "public":
            fields[name] = say("Choose members, staff or a group.")
    if fields:
        raise Invalid(_NEEDS_MORE, fields)


async def visibility_inside(actor: Actor, parent: str, sees: str) -> tuple[UUID | None, str]:
    """The parent's id and what is left of `sees` inside it. Part of a write: the parent's row is locked."""
    if not parent:
        return None, sees
    row = await fetch_one(
        "select id, parent_id, visibility, name from space where slug = $1 and visibility = any($2) for no key update",
        parent.replace("\x00", ""),
        actor.visibilities,
    )
    if row is None:
        raise Invalid(_NEEDS_MORE, {"parent": say("There is no such space.")})
    if row["parent_id"] is not None:
        raise Invalid(_NEEDS_MORE, {"parent": say("Spaces stand two deep at most: this one stands within another.")})
    left = narrow_to(row["visibility"], sees)
    if left is None:
        raise Invalid(
            _NEEDS_MORE,
            {"visibility": say("Not everybody of these sees {name}, which it would stand in.", name=row["name"])},
        )
    return row["id"], left


async def _is_right(right: str) -> bool:
    if right in RIGHTS:
        return True
    if not right.startswith(GROUP):
        return False
    try:
        group_id = UUID(right.removeprefix(GROUP))
    except ValueError:
        return False
    is_spelled_so = right == f"{GROUP}{group_id}"
    return is_spelled_so and bool(await fetch_value("select 1 from person_group where id = $1 for share", group_id))
