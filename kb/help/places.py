"""Where on a product's pages somebody is, as events tell it: pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from kb.signals.wire.elements import MAX_FINGERPRINT
from kb.signals.wire.places import clean_page_url, route_of


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its address without secrets and by its route, and the control somebody last used there."""

    page_url: str | None
    route: str | None
    element: str | None = None

    @property
    def addresses(self) -> list[str]:
        """What questions asked from this page may have written down: the whole address, or its path."""
        if self.page_url is None:
            return []
        path = urlsplit(self.page_url).path
        return list(dict.fromkeys([self.page_url, path] if path else [self.page_url]))


def read_place(page: str, element: str = "") -> Place:
    """The place behind an address as a browser has it; an address that cannot be read is no place."""
    return Place(clean_page_url(page), route_of(page), element.strip()[:MAX_FINGERPRINT] or None)
