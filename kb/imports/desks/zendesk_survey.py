"""All documents of a Zendesk read once: records gathered, what is not taken counted, what is spoken of and missing found."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from kb.imports.desks.spool import Spool
from kb.imports.desks.zendesk_shapes import moment_in, records_in
from kb.imports.json_documents import Document, read_documents, unwrapped
from kb.imports.loose_values import Loose, row_of, text_of
from kb.imports.running import Read

_PAGE = re.compile(r"(?<=[?&]page=)\d+")


class ZendeskSurvey:
    """Fills a spool. `passed_over` counts by kind in words what is not taken."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.passed_over: Counter[str] = Counter()
        self._pages: set[str] = set()
        self._next_pages: dict[str, str] = {}

    def documents(self, path: Path) -> Iterator[Read[Document]]:
        """Each document, read into the spool as it passes by."""
        for line, document in enumerate(read_documents(path), 1):
            if document.refusal:
                yield Read(line, refusal=f"{document.place}: {document.refusal}")
            elif problem := self._take(document):
                yield Read(line, refusal=f"{document.place}: {problem}")
            else:
                yield Read(line, document)

    def missing(self) -> Iterator[Read[Document]]:
        """Pages that a page names as the next, and comments' tickets, that lie in no document."""
        line = 0
        for address, place in self._next_pages.items():
            if address not in self._pages:
                line += 1
                yield Read(line, refusal=f"{place}: the page after it, {address}, is in no document")
        for comment, ticket in self._spool.orphans("comment", "ticket"):
            line += 1
            yield Read(line, refusal=f"comment {comment}: its ticket {ticket or '?'} is in no document")

    def _take(self, document: Document) -> str:
        """Why nothing was found in it; empty where something was."""
        found = list(records_in(document.value, document.place))
        for one in found:
            if one.is_taken:
                self._spool.put(one.kind, one.id, one.value, parent=one.parent, moment=moment_in(one))
            elif self._spool.put(f"not taken: {one.kind}", one.id, {}):
                self.passed_over[one.kind] += 1
        if any(one.is_taken for one in found):
            self._note_page(document)
        return "" if found or _is_empty_page(document) else "nothing known is in it"

    def _note_page(self, document: Document) -> None:
        body, address = unwrapped(document.value)
        following = _next_page(body)
        if following:
            self._next_pages[page_name(following)] = document.place
        own = address or _neighbour(following, -1) or _neighbour(text_of(body, "previous_page"), 1)
        if own:
            self._pages.add(page_name(own))


def _is_empty_page(document: Document) -> bool:
    body, _ = unwrapped(document.value)
    return any(isinstance(value, list) and not value for value in body.values())


def _next_page(body: Loose) -> str:
    """Where the list goes on; empty at its end, however this kind of list says so."""
    if body.get("end_of_stream") is True or row_of(body.get("meta")).get("has_more") is False:
        return ""
    return text_of(body, "after_url", "next_page") or text_of(row_of(body.get("links")), "next")


def _neighbour(address: str, step: int) -> str:
    """The address of the page so many after this, where pages have numbers."""
    if not _PAGE.search(address):
        return ""
    return _PAGE.sub(lambda number: str(int(number[0]) + step), address)


def page_name(address: str) -> str:
    """The address without host and ending, its parameters in order, so that one page has one name."""
    parts = urlsplit(address)
    query = sorted(pair for pair in parse_qsl(parts.query) if pair != ("page", "1"))
    return parts.path.removesuffix(".json") + (f"?{urlencode(query)}" if query else "")


def next_address(document: Loose) -> str:
    """Where a live source is read on after this answer; empty at the end of its list."""
    return _next_page(unwrapped(document)[0])
