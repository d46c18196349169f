"""A strict reader of JSON-LD: the types we use, with the properties schema.org gives them and those search engines demand."""

import json
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from kb.languages.offered import LANGUAGES

Thing = dict[str, Any]


class _Head(HTMLParser):
    """What a page says about itself."""

    def __init__(self) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.links: list[dict[str, str | None]] = []
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta":
            self.metas[str(given.get("property") or given.get("name"))] = given.get("content") or ""
        elif tag == "link":
            self.links.append(given)
        elif tag == "script" and given.get("type") == "application/ld+json":
            self._inside = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data

    def link(self, rel: str, **wanted: str) -> str | None:
        """The address of the one link of that kind, None without one."""
        found = [one.get("href") for one in self.links if one.get("rel") == rel and wanted.items() <= one.items()]
        assert len(found) <= 1
        return found[0] if found else None


def read_head(html: str) -> _Head:
    """Canonical address, metas and structured data of a page."""
    head = _Head()
    head.feed(html)
    return head


def read_things(html: str) -> dict[str, Thing]:
    """The page's things by their type, each checked whole."""
    scripts = read_head(html).scripts
    assert len(scripts) <= 1
    things = [thing for script in scripts for thing in json.loads(script)]
    for thing in things:
        assert thing.pop("@context") == "https://schema.org"
        _check(thing)
    return {thing["@type"]: thing for thing in things}


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _url(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in {"http", "https"} and bool(urlsplit(value).netloc)


def _moment(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def _count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _a(*kinds: str) -> Callable[[Any], bool]:
    def is_one(value: Any) -> bool:
        assert value["@type"] in kinds
        _check(value)
        return True

    return is_one


def _many(kind: str) -> Callable[[Any], bool]:
    return lambda values: isinstance(values, list) and bool(values) and all(_a(kind)(value) for value in values)


_WRITTEN = {"datePublished": _moment, "dateModified": _moment, "author": _a("Person"), "url": _url}
_KNOWN: dict[str, tuple[dict[str, Callable[[Any], bool]], set[str]]] = {
    "QAPage": ({"mainEntity": _a("Question")}, {"mainEntity"}),
    "Question": (
        {"name": _text, "text": _text, "answerCount": _count, "upvoteCount": _count, "acceptedAnswer": _a("Answer"),
         "suggestedAnswer": _many("Answer"), **_WRITTEN},
        {"name", "text", "answerCount", "author", "datePublished", "url"},
    ),
    "Answer": (
        {"text": _text, "upvoteCount": _count, **_WRITTEN},
        {"text", "upvoteCount", "author", "datePublished", "url"},
    ),
    "DiscussionForumPosting": ({"headline": _text, "text": _text, **_WRITTEN}, {"headline", "text", "author", "datePublished", "url"}),
    "TechArticle": (
        {"headline": _text, "description": _text, "inLanguage": LANGUAGES.__contains__, "mainEntityOfPage": _url, **_WRITTEN},
        {"headline", "inLanguage", "author", "datePublished", "dateModified", "url"},
    ),
    "Person": ({"name": _text, "url": _url}, {"name"}),
    "BreadcrumbList": ({"itemListElement": _many("ListItem")}, {"itemListElement"}),
    "ListItem": ({"position": _count, "name": _text, "item": _url}, {"position", "name", "item"}),
}  # fmt: skip
"""Of each type: what its properties may hold, and which must be there."""


def _check(thing: Thing) -> None:
    properties, needed = _KNOWN[thing["@type"]]
    given = {name: value for name, value in thing.items() if name != "@type"}
    assert needed <= given.keys() <= properties.keys(), given.keys()
    assert all(properties[name](value) for name, value in given.items()), given
    if thing["@type"] == "Question":
        answers = [*thing.get("suggestedAnswer", ()), *filter(None, [thing.get("acceptedAnswer")])]
        assert 1 <= len(answers) <= thing["answerCount"]
    if thing["@type"] == "BreadcrumbList":
        steps = thing["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert len(steps) >= 2
