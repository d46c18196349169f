"""Where an event happened: the page without its secrets, and the route that many pages share."""

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from kb.signals.wire.events import MAX_URL

_ID_SEGMENT = re.compile(
    r"^(?:\d+|[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}|[^@/]+@[^@/]+"
    r"|(?=[^/]*\d)[0-9a-fA-F]{8,}|(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9~]{16,}"
    r"|[A-Za-z]{1,8}[-_]\d{3,}|(?=[^/]*\d)[a-z]{1,6}_[A-Za-z0-9]{8,})$"
)
"""Numbers, UUIDs, addresses, hashes, long tokens, `inv-10482`, `in_1N4hGb2e`: what differs between customers."""

MAX_ROUTE = 300
_MAX_SEGMENTS = 20


def clean_page_url(url: str | None) -> str | None:
    """The address without query, password and fragment: those carry reset tokens and search words."""
    parts = _split(url)
    if parts is None:
        return None
    host = parts.netloc.rsplit("@", 1)[-1]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))[:MAX_URL] or None


def route_of(url: str | None) -> str | None:
    """The path with ids replaced by `:id`, so that the same screen of two customers is one route.

    A fragment that is itself a path (`#/settings`) is the route of a page that routes in the browser.
    """
    parts = _split(url)
    if parts is None:
        return None
    path = parts.fragment.lstrip("!") if parts.fragment.startswith(("/", "!/")) else parts.path
    path = path.split("?", 1)[0]
    segments = [":id" if _ID_SEGMENT.match(segment) else segment for segment in path.split("/") if segment]
    return ("/" + "/".join(segments[:_MAX_SEGMENTS]))[:MAX_ROUTE]


def _split(url: str | None) -> SplitResult | None:
    if not url:
        return None
    try:
        return urlsplit(url[: MAX_URL * 2])
    except ValueError:  # "http://[" and the like
        return None
