"""What the page of drafts receives."""

from dataclasses import dataclass

from kb.drafts.keeping import KeptDraft
from server.pages import Page


@dataclass(frozen=True, slots=True)
class DraftsPage(Page):
    """One's own drafts, the last written first."""

    drafts: list[KeptDraft]
