"""A bare link alone in its paragraph, and the card that takes its place in rendered HTML."""

import re
from collections.abc import Collection, Mapping
from html import escape, unescape
from urllib.parse import urlsplit

MAX_URL = 1_000
"""Bytes: longer ones carry a session, not a page."""

MOST = 5
"""Cards in one text; it is a text, not a shelf."""

_ALONE = re.compile(r'<p>(<a href="([^"<>]{1,4000})"[^<>]*>)([^<>]{1,4000})</a></p>')


def is_listed(host: str, hosts: Collection[str]) -> bool:
    """Whether the host is one of these or below one of them."""
    host = host.lower().rstrip(".")
    return any(host == listed or host.endswith(f".{listed}") for listed in hosts)


def find_bare_links(html: str, hosts: Collection[str]) -> list[str]:
    """The addresses at listed hosts that stand alone in their paragraph, as typed; at most MOST, each once."""
    found = (unescape(match[2]) for match in _ALONE.finditer(html) if unescape(match[2]) == unescape(match[3]))
    return list(dict.fromkeys(url for url in found if _may_be_asked(url, hosts)))[:MOST]


def put_cards(html: str, cards: Mapping[str, tuple[str, str, str]]) -> str:
    """The HTML with each such link as a card: title, description, site by address. Put twice, it stays the same."""

    def card(match: re.Match[str]) -> str:
        facts = cards.get(unescape(match[2]))
        if facts is None or unescape(match[2]) != unescape(match[3]):
            return match[0]
        title, description, site = (escape(one) for one in facts)
        said = f"<p>{description}</p>" if description else ""
        return f'<div class="link-card">{match[1]}{title}</a>{said}<p class="link-card-site">{site}</p></div>'

    return _ALONE.sub(card, html)


def _may_be_asked(url: str, hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and len(url.encode()) <= MAX_URL and is_listed(host, hosts)
