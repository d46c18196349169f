"""Bodies that arrive as HTML (mail, Stack Exchange) become the Markdown this product stores."""

import re
from typing import Any

import nh3
from bs4 import BeautifulSoup
from bs4.element import Tag
from markdownify import MarkdownConverter as UntypedConverter

from kb.text.plain import is_too_deep, plain_from_html

MAX_CONVERTED = 300_000
"""Characters of HTML. Conversion takes about 3 s a megabyte; past this the plain text is kept instead."""

MAX_TAGS = 6_000
"""Opening and closing. Each costs about 0.1 ms; long newsletters have 3,000."""

MAX_ITEMS = 2_000
"""List items, whose numbering is counted again for every item."""

_TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "strike",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
_ATTRIBUTES = {
    "a": {"href"},
    "code": {"class"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "pre": {"class"},
}
_UNSEEN = {"script", "style", "title", "head", "noscript", "template", "svg", "math", "iframe", "object", "select"}
_LANGUAGE = re.compile(r"(?:lang|language)-([\w+#.-]{1,40})")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_OPENS_BLOCK = re.compile(r"^([ \t]*)([#+>=-]|\d{1,9}[.)](?=\s)|~~~|```)", re.MULTILINE)


def markdown_from_html(html: str) -> str:
    """Keeps code, lists, quotes, headings, data tables and links; an image becomes a link; never refuses."""
    if len(html) > MAX_CONVERTED or html.count("<") > MAX_TAGS or html.count("<li") > MAX_ITEMS or is_too_deep(html):
        return plain_from_html(html)
    clean = nh3.clean(
        html.replace("\x00", ""),
        tags=_TAGS,
        clean_content_tags=_UNSEEN,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    soup = BeautifulSoup(f"<body>{clean}</body>", "html.parser")  # bare, a lone address draws a warning
    try:
        markdown = _Converter().convert_soup(soup)
    except RecursionError:  # unclosed elements nest deeper than a count of tags can see
        return plain_from_html(html)
    return _BLANK_LINES.sub("\n\n", markdown).strip()


MarkdownConverter: Any = UntypedConverter
"""Its stub names none of the methods one overrides."""


class _Converter(MarkdownConverter):  # type: ignore[misc]
    """markdownify, with the few habits of mail and Stack Exchange that it does not know."""

    def __init__(self) -> None:
        super().__init__(heading_style="atx", bullets="-", escape_asterisks=True, escape_underscores=False)

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escapes what Markdown would take for syntax, and no more: people read and edit the result."""
        text = re.sub(
            r"([\\`*])(?=\S)|(?<!\w)(_)(?=\w)|(?<=\w)(_)(?!\w)|(\])(?=[(\[])|(<)(?=[a-zA-Z/!?])", r"\\\g<0>", text
        )
        return _OPENS_BLOCK.sub(_escape_opening, text)

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The fence is longer than any run of backticks within, so code cannot break out."""
        text = text.strip("\n")
        longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
        fence = "`" * (longest + 1)
        return f"\n\n{fence}{_code_language(el)}\n{text}\n{fence}\n\n" if text.strip() else ""

    def convert_s(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Whole blocks struck through have no Markdown; they stay as they are."""
        return text if "\n" in text or not text.strip() else f"~~{text.strip()}~~"

    convert_del = convert_strike = convert_s

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link to the picture; pictures that only count readers, and pictures within the mail, leave their name."""
        source, name = str(el.get("src") or ""), " ".join(str(el.get("alt") or "").split())
        if {str(el.get("width")), str(el.get("height"))} & {"0", "1"}:
            return ""
        if not source.startswith(("http:", "https:", "/")) or "a" in parent_tags:
            return name
        return (
            f"[{self.escape(name, parent_tags) or 'image'}](<{source}>)"
            if " " in source
            else f"[{name or 'image'}]({source})"
        )

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Mail uses tables for layout: only one with headings is a table to a reader."""
        return str(super().convert_table(el, text, parent_tags)) if el.find("th") else f"\n\n{text.strip()}\n\n"

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A row of a layout table is a line."""
        return str(super().convert_tr(el, text, parent_tags)) if _is_data(el) else f"\n{text.strip()}\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A bar within a cell would end it."""
        return (
            str(super().convert_td(el, text.replace("|", "\\|"), parent_tags)) if _is_data(el) else f"{text.strip()} "
        )


def _is_data(el: Tag) -> bool:
    table = el.find_parent("table")
    return table is not None and table.find("th") is not None


def _escape_opening(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark[:-1]}\\{mark[-1]}"


def _code_language(el: Any) -> str:
    inner = el.find("code")
    classes = [*(el.get("class") or []), *((inner.get("class") or []) if inner else [])]
    found = _LANGUAGE.search(" ".join(classes))
    return found.group(1) if found else ""
