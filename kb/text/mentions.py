"""`@name` and `#123` in prose: found before rendering, looked up by the caller, linked where they exist.

A link to a topic says its number and never its title: the HTML is stored, and who may read that topic can change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from kb.text.autolinks import link_tokens, split_free_text, text_token

MAX_LOOKED_UP = 50
"""Different names, and different numbers, of one text. More is a list, not a conversation; the rest stays text."""

_PERSON = r"(?<![\w@./-])@(?P<name>[A-Za-z0-9][A-Za-z0-9_-]{1,28}[A-Za-z0-9])(?![\w@])"
_TOPIC = r"(?<![\w#&/])#(?P<number>[1-9][0-9]{0,8})(?!\w)"
_EITHER = re.compile(f"{_PERSON}|{_TOPIC}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Whom and what a text may speak of: lower-cased usernames and topic numbers, in order, each once."""

    usernames: list[str]
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class Known:
    """Those that exist. `people` leads from the lower-cased username to the path of the profile, `topics` from number to path."""

    people: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[int, str] = field(default_factory=dict)


NOTHING_KNOWN = Known()


def find_mentioned(source: str) -> Mentioned:
    """Candidates in the Markdown as typed; those within code are among them, and only looked up in vain."""
    usernames: dict[str, None] = {}
    numbers: dict[int, None] = {}
    for match in _EITHER.finditer(source):
        if match["name"]:
            usernames[match["name"].lower()] = None
        else:
            numbers[int(match["number"])] = None
    return Mentioned(list(usernames)[:MAX_LOOKED_UP], list(numbers)[:MAX_LOOKED_UP])


def link_mentions(md: MarkdownIt) -> None:
    """A markdown-it plugin: run it after bare addresses, which may hold `@` and `#` themselves."""
    md.core.ruler.push("mentions", _link_all)


def _link_all(state: StateCore) -> None:
    known: Known = state.env.get("known", NOTHING_KNOWN)
    if not known.people and not known.topics:
        return
    for token in state.tokens:
        if token.type == "inline" and token.children and ("@" in token.content or "#" in token.content):
            token.children = split_free_text(token.children, lambda text: _split(text, known))


def _split(token: Token, known: Known) -> list[Token]:
    pieces: list[Token] = []
    end = 0
    for match in _EITHER.finditer(token.content):
        path = known.people.get(match["name"].lower()) if match["name"] else known.topics.get(int(match["number"]))
        if path is None:
            continue
        pieces.append(text_token(token.content[end : match.start()], token.level))
        pieces.extend(link_tokens(path, match.group(), token.level))
        pieces[-3].attrSet("class", "mention" if match["name"] else "topic-link")
        end = match.end()
    return [*pieces, text_token(token.content[end:], token.level)] if pieces else [token]
