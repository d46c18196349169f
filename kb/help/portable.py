"""An answer as a tree of a few tags instead of HTML: a foreign page builds it element by element, so nothing in it can run.

A host page's Content-Security-Policy may forbid HTML from strings altogether (Trusted Types); a tree passes there too.
"""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

Node = Any
"""A text, or `[tag, children]`, or `["a", children, address]`; a picture is `["img", [what it shows], address]`."""

_KEPT = {
    "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "del", "s", "hr", "br", "kbd", "sub", "sup",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_VOID = {"br", "hr"}
_DROPPED = {"script", "style", "template", "input", "iframe", "object", "svg", "math"}
_SCHEMES = {"http", "https", "mailto"}

MAX_DEPTH = 40
"""Elements inside each other; deeper ones are flattened. Written answers reach about six."""


def portable_tree(html: str, *, base_url: str) -> list[Node]:
    """The tree of a body as our renderer made it. Pictures are to be shown as links: a foreign page must not load from elsewhere for us."""
    builder = _Builder(base_url)
    builder.feed(html)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    """Keeps a stack of open elements; what is not known passes its children to its parent."""

    def __init__(self, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Node] = []
        self._base_url = base_url
        self._open: list[tuple[str, list[Node]]] = [("", self.root)]
        self._dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropping += tag != "input"
        elif tag == "img":
            self._add_picture(dict(attrs))
        elif tag in _VOID:
            self._add([tag, []])
        else:
            self._begin(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED and tag != "input":
            self._dropping = max(0, self._dropping - 1)
        for index in range(len(self._open) - 1, 0, -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        if data.strip() or self._is_inside("pre", "p", "li", "code", "a"):
            self._add(data)

    def _begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        children: list[Node] = self._open[-1][1]
        if len(self._open) < MAX_DEPTH and not self._dropping:
            address = self._address(attributes.get("href")) if tag == "a" else None
            if address:
                children = self._add(["a", [], address])[1]
            elif tag in _KEPT or tag in _HEADINGS:
                children = self._add(["h" if tag in _HEADINGS else tag, []])[1]
        self._open.append((tag, children))

    def _add_picture(self, attributes: dict[str, str | None]) -> None:
        address = self._address(attributes.get("src"))
        if address:
            self._add(["img", [attributes["alt"]] if attributes.get("alt") else [], address])

    def _add(self, node: Node) -> Node:
        if not self._dropping:
            self._open[-1][1].append(node)
        return node

    def _address(self, written: str | None) -> str | None:
        """Absolute, because on a foreign page a path leads elsewhere; None for what is no web or mail address."""
        if not written:
            return None
        try:
            address = urljoin(f"{self._base_url}/", written)
            return address if urlsplit(address).scheme in _SCHEMES else None
        except ValueError:
            return None

    def _is_inside(self, *tags: str) -> bool:
        return any(tag in tags for tag, _ in self._open)
