"""HTML as plain text: what a reader would see, block by block, without syntax."""

import html
import re

import nh3

MAX_DEPTH = 400
"""Open elements inside each other. Real mails reach about 60; parsing time grows with the square of the depth."""

_BLOCKS = {
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
}  # fmt: skip
_VOID = {"br", "hr", "img", "input", "meta", "link", "col", "wbr", "p", "li", "td", "tr", "th", "dd", "dt"}
_UNSEEN = {"script", "style", "title", "head", "noscript", "template", "svg", "math", "iframe", "object", "select"}
_LOOKS_LIKE_HTML = re.compile(
    r"</?(?:a|b|blockquote|body|br|code|div|em|font|h[1-6]|hr|html|i|img|li|meta|ol|p|pre|span|strong|"
    r"style|table|td|tr|ul)"
    r"(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]{0,5000}>")
_CLEAN_TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
_SPACES = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n[ \n]*\n")


def looks_like_html(text: str) -> bool:
    """Whether it holds an element of HTML; `a < b` and `List<String>` do not count."""
    return _LOOKS_LIKE_HTML.search(text) is not None


def plain_from_html(source: str) -> str:
    """Blocks on lines of their own, entities resolved, scripts and styles gone with their content."""
    if is_too_deep(source):
        text = _ANY_TAG.sub(" ", source)
    else:
        clean = nh3.clean(source, tags=_BLOCKS, clean_content_tags=_UNSEEN, attributes={}, link_rel=None)
        text = _CLEAN_TAG.sub(_line_break, clean.replace("\r", ""))
    text = _SPACES.sub(" ", html.unescape(text))
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def _line_break(tag: re.Match[str]) -> str:
    closing, name = tag.groups()
    if name in {"td", "th"}:
        return " "
    return "\n" if closing or name in {"br", "hr"} else ""


def is_too_deep(source: str) -> bool:
    """A count of tags without parsing them; elements that HTML closes by itself are left out."""
    depth = 0
    for tag in _ANY_TAG.finditer(source):
        closing, name = tag.groups()
        if name.lower() not in _VOID:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > MAX_DEPTH:
                return True
    return False
