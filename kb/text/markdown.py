"""Markdown as people write it becomes HTML that is safe to place in a page.

Two gates: the parser has raw HTML switched off, and an allow list cleans what it made. Each alone would do;
a fault in one must not reach a reader.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from kb.core.errors import Invalid
from kb.text.autolinks import link_bare_addresses

MAX_SOURCE = 32_000
"""Characters. The parser is pure Python: the worst text of this size takes just under a second of CPU
(tests/kb/text/test_markdown.py), and cost grows with size. Stack Exchange stops at 30,000,
Discourse at 32,000."""

MAX_BRACKETS = 1_000
"""Each `[` may cost 0.1 ms of searching for its end; past this many, brackets stay text (a dump, not a page of links)."""

MAX_CELLS = 10_000
"""Short rows are filled up to the width of their table, so 32 kB could become 65,000 cells and three seconds.
Past this many the tables of a text stay text."""

RENDERER_VERSION = "1.{}.{}".format(version("markdown-it-py"), version("nh3"))
"""Stored beside the HTML; a text whose version differs is rendered again. Raise the first number when rules here change."""

SCHEMES = {"http", "https", "mailto"}

_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
_ATTRIBUTES = {
    "a": {"href", "title", "id", "class"},
    "code": {"class"},
    "img": {"src", "alt", "title"},
    "input": {"checked", "disabled", "class"},
    "li": {"class", "id"},
    "ol": {"class", "start"},
    **{tag: {"class"} for tag in ("hr", "section", "sup", "td", "th", "ul")},
}
_CLASSES = {"contains-task-list", "task-list-item", "task-list-item-checkbox"} | {
    "footnote-ref", "footnote-backref", "footnote-item", "footnotes", "footnotes-list", "footnotes-sep",
    "align-left", "align-center", "align-right",
}  # fmt: skip
_LANGUAGE = re.compile(r"language-[\w+#.-]{1,40}")
_FOOTNOTE_ID = re.compile(r"fn(ref)?-[0-9a-f]{12}-[0-9]+(:[0-9]+)?")
_BLANK_LINES = re.compile(r"\n[ \t>]*\n")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class RenderedText:
    """Stored beside its source."""

    html: str
    renderer_version: str


def render_markdown(source: str) -> RenderedText:
    """Refuses with `Invalid` past MAX_SOURCE; everything else renders, hostile or broken as it may be."""
    if len(source) > MAX_SOURCE:
        message = f"The text is {len(source):,} characters long; at most {MAX_SOURCE:,} are possible."
        raise Invalid(message, {"body": message})
    source = _UNSTORABLE.sub("\ufffd", source)
    parser = _parser(links=source.count("[") <= MAX_BRACKETS, tables=_count_cells(source) <= MAX_CELLS)
    # Footnote anchors carry a mark of their text, so that two posts on one page do not share them.
    mark = hashlib.sha256(source.encode()).hexdigest()[:12]
    return RenderedText(_gate(parser.render(source, {"docId": mark})), RENDERER_VERSION)


def _count_cells(source: str) -> int:
    """What the tables would hold at most: per block of lines, the widest line of dashes times the lines."""
    return sum(_widest_rule(block) * (block.count("\n") + 1) for block in _BLANK_LINES.split(source))


def _widest_rule(block: str) -> int:
    rules = (line for line in block.splitlines() if "-" in line and not line.strip("|-: \t>"))
    return max((line.count("|") + 1 for line in rules if "|" in line), default=0)


@cache
def _parser(*, links: bool, tables: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").use(tasklists_plugin)
    parser.disable(["html_block", "html_inline"])
    if links:
        parser.use(footnote_plugin)
    else:
        parser.disable(["link", "image", "reference"])
    if tables:
        parser.enable("table")
    parser.core.ruler.push("cell_alignment", _align_by_class)
    return parser.use(link_bare_addresses)


def _align_by_class(state: StateCore) -> None:
    """The page's content policy allows no style attributes, so a cell's alignment becomes a class."""
    for token in state.tokens:
        style = token.attrs.pop("style", None) if token.type in {"td_open", "th_open"} else None
        if style:
            token.attrSet("class", "align-" + str(style).removeprefix("text-align:"))


def _gate(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed_value,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        set_tag_attribute_values={"img": {"loading": "lazy", "referrerpolicy": "no-referrer"}},
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    )


def _allowed_value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "id":
        return value if _FOOTNOTE_ID.fullmatch(value) else None
    if attribute == "class" and tag == "code":
        return value if _LANGUAGE.fullmatch(value) else None
    if attribute == "class":
        return " ".join(name for name in value.split() if name in _CLASSES) or None
    if attribute == "src" and value.lower().startswith("mailto:"):
        return None
    return value
