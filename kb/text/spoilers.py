"""What spoils the surprise stays closed until a reader asks: `||words||` in a line, and a block between
`:::spoiler Its title` and `:::`.

The block is a <details>, the words a <span> that a pointer, a finger or the Tab key opens: both without scripts.
"""

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin

TITLE = "Spoiler"
_MARK = "|"
_OPENING = re.compile(r"\s*spoiler(\s|$)")
_TAG = re.compile(r"<(/?)(span|details)\b[^>]*>")


def mark_spoilers(md: MarkdownIt) -> None:
    """A markdown-it plugin for both forms."""
    md.inline.add_terminator_char(_MARK)
    md.inline.ruler.after("strikethrough", "spoiler", _tokenize)
    md.inline.ruler2.after("strikethrough", "spoiler", _pair_all)
    container_plugin(md, "spoiler", validate=lambda params, *_: bool(_OPENING.match(params)), render=_render_block)


def without_spoilers(html: str) -> str:
    """Rendered HTML without what stands in spoilers, for excerpts and lists. What is cut off within one is gone too."""
    kept, end, open_tags = [], 0, list[bool]()  # of each open element: whether it stands in a spoiler, or is one
    for tag in _TAG.finditer(html):
        inside = any(open_tags[-1:])
        if not tag[1]:
            if not inside and 'class="spoiler"' in tag[0]:
                kept.append(html[end : tag.start()])
            open_tags.append(inside or 'class="spoiler"' in tag[0])
        elif open_tags and open_tags.pop() and not any(open_tags[-1:]):
            end = tag.end()
    return "".join(kept) + ("" if any(open_tags) else html[end:])


def _tokenize(state: StateInline, silent: bool) -> bool:
    """Exactly two bars, not inside a word or between spaces: `a || b` and `a||b` are somebody's code."""
    if silent or state.src[state.pos] != _MARK:
        return False
    scanned = state.scanDelims(state.pos, canSplitWord=False)
    if scanned.length != 2:
        state.append_pending(_MARK * scanned.length)
        state.pos += scanned.length
        return True
    token = state.push("text", "", 0)
    token.content = _MARK * 2
    place = len(state.tokens) - 1
    state.delimiters.append(
        Delimiter(ord(_MARK), length=0, token=place, end=-1, open=scanned.can_open, close=scanned.can_close)
    )
    state.pos += 2
    return True


def _pair_all(state: StateInline) -> None:
    _pair(state, state.delimiters)
    for meta in state.tokens_meta:
        if meta and "delimiters" in meta:
            _pair(state, meta["delimiters"])


def _pair(state: StateInline, delimiters: list[Delimiter]) -> None:
    for opening in delimiters:
        if opening.marker == ord(_MARK) and opening.end != -1:
            _become(state.tokens[opening.token], "spoiler_open", 1).attrs = {"class": "spoiler", "tabindex": "0"}
            _become(state.tokens[delimiters[opening.end].token], "spoiler_close", -1)


def _become(token: Token, type_: str, nesting: Any) -> Token:
    token.type, token.tag, token.nesting, token.markup, token.content = type_, "span", nesting, _MARK * 2, ""
    return token


def _render_block(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType
) -> str:
    if tokens[idx].nesting != 1:
        return "</details>\n"
    title = tokens[idx].info.strip().removeprefix("spoiler").strip() or TITLE
    return f'<details class="spoiler"><summary>{_escape(title)}</summary>\n'


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
