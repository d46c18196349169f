"""Markdown as people write it becomes HTML that is safe to place in a page.

Two gates: the parser has raw HTML switched off, and an allow list cleans what it made. Each alone would do;
a fault in one must not reach a reader.
"""

import hashlib
import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.metadata import version
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.text.autolinks import link_bare_addresses
from kb.text.gate import TASK_STATES, clean_html
from kb.text.highlighting import MAX_COLOURED, highlight_code, knows_language
from kb.text.mentions import NOTHING_KNOWN, Known, link_mentions
from kb.text.pictures import size_pictures
from kb.text.plain_paragraphs import render_paragraphs
from kb.text.polls import PollText, take_polls
from kb.text.spoilers import mark_spoilers
from kb.text.storing import storable

MAX_SOURCE = 32_000
"""Characters. The parser is pure Python: the worst text of this size takes just under a second of CPU
(tests/kb/text/test_markdown.py), and cost grows with size. Stack Exchange stops at 30,000,
Discourse at 32,000."""

MAX_BRACKETS = 1_000
"""Each `[` may cost 0.1 ms of searching for its end; past this many, brackets stay text (a dump, not a page of links)."""

MAX_CELLS = 10_000
"""Short rows are filled up to the width of their table, so 32 kB could become 65,000 cells and three seconds.
Past this many the tables of a text stay text."""

RENDERER_VERSION = "5.{}.{}.{}".format(version("markdown-it-py"), version("nh3"), version("pygments"))
"""Stored beside the HTML; a text whose version differs is rendered again. Raise the first number when rules here change."""

_BLANK_LINES = re.compile(r"\n[ \t>]*\n")


@dataclass(frozen=True)
class RenderedText:
    """Stored beside its source."""

    html: str
    renderer_version: str
    poll: PollText | None = None


def render_markdown(source: str, known: Known = NOTHING_KNOWN, *, takes_poll: bool = False) -> RenderedText:
    """Refuses with `Invalid` past MAX_SOURCE; everything else renders, hostile or broken as it may be.

    Of what the text mentions (`find_mentioned`) only what is `known` becomes a link. With `takes_poll` a poll is taken out
    of the text and returned beside it; of several the last, with the problem that there may be only one.
    """
    if len(source) > MAX_SOURCE:
        message = say(
            "The text is {has} characters long; at most {most} are possible.", has=len(source), most=MAX_SOURCE
        )
        raise Invalid(message, {"body": message})
    if (paragraphs := render_paragraphs(source)) is not None:
        return RenderedText(paragraphs, RENDERER_VERSION)
    source = storable(source)
    return _rendered(source, known, takes_poll=takes_poll)


def _rendered(source: str, known: Known, *, takes_poll: bool) -> RenderedText:
    parser = _parser(links=source.count("[") <= MAX_BRACKETS, tables=_count_cells(source) <= MAX_CELLS)
    # Footnote anchors carry a mark of their text, so that two posts on one page do not share them.
    mark = hashlib.sha256(source.encode()).hexdigest()[:12]
    polls: list[PollText] | None = [] if takes_poll else None
    html = parser.render(source, {"docId": mark, "known": known, "polls": polls})
    return RenderedText(clean_html(html), RENDERER_VERSION, polls[-1] if polls else None)


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
    parser.core.ruler.push("task_states", _name_boxes)
    parser.core.ruler.push("pictures", size_pictures)
    parser.add_render_rule("fence", _render_fence)
    return parser.use(mark_spoilers).use(take_polls).use(link_bare_addresses).use(link_mentions)


def _align_by_class(state: StateCore) -> None:
    """The page's content policy allows no style attributes, so a cell's alignment becomes a class."""
    for token in state.tokens:
        style = token.attrs.pop("style", None) if token.type in {"td_open", "th_open"} else None
        if style:
            token.attrSet("class", "align-" + str(style).removeprefix("text-align:"))


def _name_boxes(state: StateCore) -> None:
    """The only raw HTML among the tokens is the task list's own box; it says nothing to who cannot see it."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "html_inline" and child.content.startswith("<input "):
                state_of = TASK_STATES["checked=" not in child.content]
                child.content = child.content.replace("<input ", f'<input aria-label="{state_of}" ', 1)


def _render_fence(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    """Coloured as far as `MAX_COLOURED` reaches over the whole text, else as the parser does it."""
    code, language = tokens[idx].content, tokens[idx].info.strip().split(maxsplit=1)[:1]
    spent = env.get("coloured", 0) + len(code)
    if not language or spent > MAX_COLOURED or not knows_language(language[0]):
        return self.fence(tokens, idx, options, env)
    env["coloured"] = spent
    return f'<pre><code class="language-{escape(language[0])}">{highlight_code(code, language[0])}</code></pre>\n'
