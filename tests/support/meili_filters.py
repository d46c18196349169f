"""Meilisearch's filter expressions, as far as we write them; refuses what the real one refuses."""

import re
from collections.abc import Callable
from typing import Any

Test = Callable[[dict[str, Any]], bool]

_TOKEN = re.compile(r"\s*(AND\b|OR\b|NOT\b|IN\b|!=|=|\(|\)|\[|\]|,|'[^']*'|\"[^\"]*\"|[\w-]+)")


class BadFilter(Exception):
    """What Meilisearch would say."""


def read_filter(text: str | None, filterable: set[str]) -> Test:
    """A test over documents. Raises `BadFilter` for an attribute that is not filterable or a sentence that makes no sense."""
    if text is None:
        return lambda _: True
    reader = _Reader(text, filterable)
    test = reader.either()
    if reader.peek() is not None:
        raise BadFilter(f"Found unexpected characters at the end of the filter: `{reader.peek()}`.")
    return test


class _Reader:
    def __init__(self, text: str, filterable: set[str]) -> None:
        self._tokens, at = [], 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if not found:
                raise BadFilter(f"Unexpected characters: `{text[at:]}`.")
            self._tokens.append(found[1])
            at = found.end()
        self._filterable = filterable

    def peek(self) -> str | None:
        return self._tokens[0] if self._tokens else None

    def take(self, *wanted: str) -> str:
        token = self._tokens.pop(0) if self._tokens else ""
        if not token or (wanted and token not in wanted):
            raise BadFilter(f"Was expecting {wanted or 'a value'}, found `{token}`.")
        return token

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek() == "OR":
            self.take()
            tests.append(self.both())
        return lambda document: any(test(document) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.peek() == "AND":
            self.take()
            tests.append(self.one())
        return lambda document: all(test(document) for test in tests)

    def one(self) -> Test:
        if self.peek() == "NOT":
            self.take()
            inner = self.one()
            return lambda document: not inner(document)
        if self.peek() == "(":
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        name = self.take()
        if name not in self._filterable:
            raise BadFilter(f"Attribute `{name}` is not filterable.")
        sign = self.take("=", "!=", "IN")
        values = self.values() if sign == "IN" else {self.take().strip("'\"")}
        return lambda document: (str(document.get(name)) in values) is (sign != "!=")

    def values(self) -> set[str]:
        self.take("[")
        values: set[str] = set()
        while self.peek() != "]":
            values.add(self.take().strip("'\""))
            if self.peek() == ",":
                self.take()
        self.take("]")
        return values
