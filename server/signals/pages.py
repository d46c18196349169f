"""What the room's pages receive."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kb.signals.queries import EventSearch, FoundEvent
from server.pages import Page


@dataclass(frozen=True, slots=True)
class EventsPage(Page):
    """The search and what it found. `older` leads on, "" at the end."""

    search: EventSearch
    events: Sequence[FoundEvent]
    older: str

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for: an empty list then means something else."""
        return bool(self.search.person or self.search.event or self.search.element or self.search.page)

    def narrowed(self, **fields: str) -> str:
        """The address of the same search with some fields changed, from its beginning."""
        return events_address(self.search, **{"cursor": "", **fields})


def events_address(search: EventSearch, **fields: str) -> str:
    """Where this search is found."""
    values = {name: getattr(search, name) for name in ("person", "event", "element", "page", "cursor")} | fields
    query = urlencode({name: value for name, value in values.items() if value})
    return f"/events?{query}" if query else "/events"
