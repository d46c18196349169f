"""Rows of a Stack Exchange dump file, one at a time with their lines, however large the file; bombs and broken XML refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax import SAXParseException  # nosec - only the exception; the parser is defused
from xml.sax.handler import ContentHandler  # nosec

from defusedxml import DefusedXmlException
from defusedxml.expatreader import create_parser

from kb.core.errors import Invalid

CHUNK = 256 * 1024

MAX_ROW_BYTES = 4 * 1024 * 1024
"""A post of Stack Exchange holds at most 30,000 characters; a row a hundred times that is no post."""


class _Collector(ContentHandler):
    def __init__(self, parser: Any) -> None:
        super().__init__()
        self.rows: list[tuple[int, dict[str, str]]] = []
        self._parser = parser

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - SAX's name
        if name == "row":
            self.rows.append((self._parser.getLineNumber(), dict(attrs)))


def read_xml_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and attributes of each `<row>`. Raises `Invalid` naming the line where the file breaks or a row is too large."""
    parser = create_parser(forbid_dtd=True)
    collector = _Collector(parser)
    parser.setContentHandler(collector)
    with path.open("rb") as file:
        try:
            for chunk in _measured(file, path):
                parser.feed(chunk)
                yield from collector.rows
                collector.rows.clear()
            parser.close()
        except SAXParseException as error:
            raise Invalid(
                f"{path.name} is broken XML at line {error.getLineNumber()}: {error.getMessage()}."
            ) from error
        except DefusedXmlException as error:
            raise Invalid(
                f"{path.name} declares entities or a document type; no dump does. It was not read."
            ) from error
        yield from collector.rows


def _measured(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """Chunks of the file; a stretch without the end of an element that outgrows MAX_ROW_BYTES is refused before it fills memory."""
    open_for = 0
    while chunk := file.read(CHUNK):
        end = chunk.rfind(b">")
        open_for = open_for + len(chunk) if end < 0 else len(chunk) - end
        if open_for > MAX_ROW_BYTES:
            raise Invalid(
                f"{path.name} holds a row of more than {MAX_ROW_BYTES // 2**20} MB; no dump does. Reading stopped there."
            )
        yield chunk
