"""Where on a product's pages somebody is, as events tell it: pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from kb.signals.wire.elements import MAX_FINGERPRINT
from kb.signals.wire.places import clean_page_url, route_of

MAX_RELEASE = 100
"""Characters; a longer version names no release we could know."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its address without secrets and by its route, the control somebody last used there, and the product's version."""

    page_url: str | None
    route: str | None
    element: str | None = None
    release: str | None = None

    @property
    def addresses(self) -> list[str]:
        """What questions asked from this page may have written down: the whole address, or its path."""
        if self.page_url is None:
            return []
        path = urlsplit(self.page_url).path
        return list(dict.fromkeys([self.page_url, path] if path else [self.page_url]))


def read_place(page: str, element: str = "", release: str = "") -> Place:
    """The place behind an address as a browser has it; an address that cannot be read is no place."""
    version = " ".join(release.replace("\x00", "").split())[:MAX_RELEASE]
    return Place(clean_page_url(page), route_of(page), element.strip()[:MAX_FINGERPRINT] or None, version or None)
