"""Pure decisions of this room: what a category may be called, hold and look like."""

import re

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.text.slugs import slugify

DEPTH = 3
"""Levels of categories. More are not found by readers: Zendesk and Help Scout stop at two, Intercom at three."""

NAME_MIN, NAME_MAX = 2, 60
DESCRIPTION_MAX = 300

ICONS = (
    "book", "sparkle", "settings", "user", "people", "ticket", "code", "chart", "bell", "mail", "lock", "search", "link", "bug",
    "document", "card", "phone",
)  # fmt: skip
"""Names in frontend/templates/shared/icons.html."""

COLOURS = ("", "teal", "blue", "indigo", "violet", "pink", "orange", "amber", "green")

EVERYTHING_ELSE = "everything-else"
"""The address of the articles that stand in no category their reader sees."""

RESERVED_SLUGS = frozenset({"new", "order", EVERYTHING_ELSE})
"""Words that mean something else after /kb/categories/."""

VISIBILITY = re.compile(r"public|members|staff|group:[0-9a-f-]{36}")


def check_category(*, name: str, description: str, icon: str, colour: str, visibility: str) -> None:
    """Raises `Invalid` naming every field that must change."""
    found = {
        "name": ""
        if NAME_MIN <= len(name) <= NAME_MAX
        else say("Use {least} to {most} characters.", least=NAME_MIN, most=NAME_MAX),
        "description": ""
        if len(description) <= DESCRIPTION_MAX
        else say("At most {most} characters.", most=DESCRIPTION_MAX),
        "icon": "" if icon in ICONS else say("Choose one of the icons."),
        "colour": "" if colour in COLOURS else say("Choose one of the colours."),
        "visibility": "" if VISIBILITY.fullmatch(visibility) else say("Choose who sees it."),
    }
    if wrong := {field: text for field, text in found.items() if text}:
        raise Invalid(say("The category needs another look."), wrong)


def choose_category_slug(name: str) -> str:
    """The end of its address; never one of the words that mean something else there."""
    slug = slugify(name)
    return f"{slug}-articles" if slug in RESERVED_SLUGS else slug
