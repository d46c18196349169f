"""Nothing that people read stands in a template or in Python without a way into their language."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "frontend" / "templates"

READ_ALOUD = ("title", "aria-label", "placeholder", "alt", "aria-description", "data-confirm")
"""Attributes whose text people read or hear."""

NO_TEXT = {"script", "style", "svg", "code", "pre", "kbd", "template"}
"""What stands inside is code, a key, or drawn."""

NAMES = {
    "Answerloop",
    "Markdown",
    "GitHub",
    "Discourse",
    "PostHog",
    "Segment",
    "Atom",
    "JSON",
    "UTC",
    "ID",
    "OpenAPI",
    "Redoc",
}
"""Proper names; the same in every language."""

NOT_FOR_PEOPLE = ("styleguide", "demo")
"""Pages for those who build the front end, and a product that is not ours."""

NO_TEXT_BLOCK = re.compile(r"\{% block (?:\w+_class|html_attrs) %\}.*?\{% endblock %\}", re.DOTALL)
"""Blocks whose text is a class."""

ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")
"""What a macro puts into a tag that stands elsewhere."""

REFUSALS = {
    "Invalid", "Conflict", "Gone", "NotFound", "NotAllowed", "TooMany", "TooLarge", "Unavailable", "PreconditionFailed", "NotSignedIn",
}  # fmt: skip

AT_A_CONSOLE = (
    "kb/adapters", "kb/imports", "kb/demo", "kb/migrations", "kb/signals/wire", "kb/core/settings.py", "kb/core/actor.py", "kb/clusters",
    "kb/forum/importing.py", "kb/search/reading_duplicates.py", "server/commands", "server/dev", "server/demo", "server/structured.py",
)  # fmt: skip
"""What operators read at a console and programs in an answer stays English, as their documentation does."""


def markup_alone(source: str) -> str:
    """The template with what Jinja puts out replaced by nothing people could read. Translated blocks go with their text."""
    kept: list[str] = []
    depth = 0
    for _line, kind, value in Environment(extensions=["jinja2.ext.i18n"]).lex(NO_TEXT_BLOCK.sub("", source)):
        if kind == "name" and value in {"trans", "endtrans"} and kept and kept[-1] == "\x00":
            depth += 1 if value == "trans" else -1
        if kind == "block_begin":
            kept.append("\x00")
        elif kind == "data" and not depth:
            kept.append(value)
        elif kind == "raw_begin":
            kept.append(" ")
    return "".join(kept).replace("\x00", "")


class Texts(HTMLParser):
    """The literal texts and spoken attributes of a piece of markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]
        self._silent += tag in NO_TEXT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in NO_TEXT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def untold_in(markup: str) -> list[str]:
    texts = Texts()
    texts.feed(markup)
    return [
        text.strip()
        for text in texts.found
        if [word for word in re.findall(r"[^\W\d_]{2,}", ATTRIBUTE.sub("", text)) if word not in NAMES]
    ]


@pytest.mark.parametrize(
    "template",
    sorted(
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if not str(path.relative_to(TEMPLATES)).startswith(NOT_FOR_PEOPLE)
    ),
)
def test_a_template_says_nothing_outside_gettext(template: str) -> None:
    assert untold_in(markup_alone((TEMPLATES / template).read_text())) == []


def test_the_scan_of_templates_finds_what_it_is_for() -> None:
    source = "{# Remark #}<p title=\"Told\">Said {{ _('This is told') }}</p>{% trans %}Too{% endtrans %}<code>git</code>{{ name }}<b>·</b>"
    assert untold_in(markup_alone(source)) == ["Told", "Said"]


def is_sentence(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return bool(re.search(r"[A-Za-z]{2}", text))
        case ast.JoinedStr():
            return any(
                isinstance(part, ast.Constant) and re.search(r"[A-Za-z]{2}", str(part.value)) for part in node.values
            )
        case ast.IfExp():
            return is_sentence(node.body) or is_sentence(node.orelse)
        case ast.BinOp():
            return is_sentence(node.left) or is_sentence(node.right)
        case ast.Dict():
            return any(is_sentence(value) for value in node.values)
    return False


def spoken_parts(call: ast.Call) -> Iterator[ast.expr]:
    """What a call hands to people: message and fields of a refusal, the line of a flash, the title of a page."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in REFUSALS:
        yield from call.args[:2]
        yield from (keyword.value for keyword in call.keywords if keyword.arg in {"message", "fields"})
    elif name == "flash":
        yield from call.args[2:3]
    elif name.endswith(("Page", "Form")) and call.args:
        yield call.args[0]
    yield from (
        keyword.value for keyword in call.keywords if name.endswith("Page") and keyword.arg in {"title", "description"}
    )


def untold_in_python(source: str) -> list[str]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [ast.unparse(part) for call in calls for part in spoken_parts(call) if is_sentence(part)]


@pytest.mark.parametrize("room", ["kb", "server", "jobs"])
def test_no_sentence_goes_to_people_without_say(room: str) -> None:
    files = (path for path in (ROOT / room).rglob("*.py") if not str(path.relative_to(ROOT)).startswith(AT_A_CONSOLE))

    assert [(path.name, text) for path in files for text in untold_in_python(path.read_text())] == []


def test_the_scan_of_python_finds_what_it_is_for() -> None:
    source = 'raise Invalid(say("Told."), {"title": f"At most {n} words."})\nflash(page, "good", "Saved.")\nHomePage("Home", x)\n'

    assert untold_in_python(source) == ["{'title': f'At most {n} words.'}", "'Saved.'", "'Home'"]
