"""What the pages of imports receive."""

from dataclasses import dataclass

from kb.imports.catching_up import CatchingUp
from kb.imports.queries import Files, ImportView, Refusals
from server.pages import Page

NAMES = {
    "zendesk": "Zendesk",
    "intercom": "Intercom",
    "mbox": "mbox",
    "discourse": "Discourse",
    "stackexchange": "Stack Exchange",
}
"""What a kind of source is called everywhere; tables have no name of their own."""


@dataclass(frozen=True, slots=True)
class ImportsPage(Page):
    """The latest import of every source, and how far the loop is with what they brought."""

    imports: list[ImportView]
    imported: CatchingUp

    @property
    def rows(self) -> list[tuple[ImportView, str]]:
        """Each import, and what its kind of source is called; "" for a table."""
        return [(one, NAMES.get(one.kind, "")) for one in self.imports]


@dataclass(frozen=True, slots=True)
class ImportPage(Page):
    """One import with a page of what was refused and of the files it could not keep."""

    one: ImportView
    refusals: Refusals
    files: Files

    @property
    def name(self) -> str:
        """What its kind of source is called."""
        return NAMES.get(self.one.kind, "")
