"""What is said of the widget, on the page for developers and in its README, is what it has."""

import html
import re
from collections.abc import Callable

import pytest

from server.developers.widget import WIDGET, Rows
from server.templating import FRONTEND
from tests.support.client import Client

README = (FRONTEND / "widget" / "README.md").read_text()
INDEX = (FRONTEND / "widget" / "index.ts").read_text()


def names(rows: Rows) -> set[str]:
    return {name for name, _ in rows}


def attributes() -> set[str]:
    taken = re.search(r"const \{([^}]*)\} = script\.dataset", INDEX)
    assert taken
    return {f"data-{name.split(':')[0].strip()}" for name in taken[1].split(",")}


def acts() -> set[str]:
    made = INDEX.split("Object.freeze({", 1)[1]
    return set(re.findall(r"^    (\w+)[:<(]", made, re.MULTILINE)) - {"return", "const"}


def events() -> set[str]:
    told = (FRONTEND / "widget" / "views.ts").read_text().split("interface Events {", 1)[1].split("}\n\n", 1)[0]
    return set(re.findall(r"^  (\w+): ", told, re.MULTILINE))


def variables() -> set[str]:
    return set(re.findall(r"--answerloop-[\w-]+", (FRONTEND / "widget" / "widget.css").read_text()))


@pytest.mark.parametrize(
    ("said", "has"),
    [
        (names(WIDGET.attributes), attributes()),
        ({re.sub(r"Answerloop\.(\w+)\(.*", r"\1", name) for name in names(WIDGET.acts)}, acts()),
        (names(WIDGET.events), events()),
        (names(WIDGET.variables), variables()),
    ],
    ids=["attributes", "acts", "events", "variables"],
)
def test_what_is_said_is_what_it_has(said: set[str], has: set[str]) -> None:
    assert len(has) >= 6
    assert said == has
    assert [name for name in has if name not in README] == []


async def test_the_page_for_developers_shows_all_of_it(new_client: Callable[[], Client]) -> None:
    page = html.unescape((await new_client().get("/developers")).text)

    for rows in (WIDGET.attributes, WIDGET.acts, WIDGET.events, WIDGET.variables):
        assert [name for name in names(rows) if f"<code>{name}</code>" not in page] == []
