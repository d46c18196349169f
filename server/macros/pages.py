"""What this room's pages receive."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.answers.macro_proposals import MacroProposal
from kb.core.saying import say
from kb.macros.placeholders import gap
from kb.macros.queries import MacroView
from kb.macros.rules import PLACEHOLDERS
from server.pages import Page


@dataclass(frozen=True, slots=True)
class ProposalsPage(Page):
    """Replies written again and again, the newest first; `older` leads on, "" at the end."""

    proposals: list[MacroProposal]
    older: str


@dataclass(frozen=True, slots=True)
class ProposalPage(Page):
    """One of them, as the macro it would become: as drafted, or as typed and refused."""

    proposal: MacroProposal
    name: str
    body: str
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def placeholders(self) -> list[tuple[str, str]]:
        """What is filled in by itself, with what stands for it, and what is not."""
        return _PLACES


@dataclass(frozen=True, slots=True)
class MacrosPage(Page):
    """Macros by name; with `words`, those that hold them."""

    macros: list[MacroView]
    words: str
    is_archived: bool


@dataclass(frozen=True, slots=True)
class MacroForm:
    """What is typed; `revision` is the one it was based on, None for a new macro."""

    name: str = ""
    body: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class MacroFormPage(Page):
    """A macro being written: a new one, or `macro` being changed."""

    form: MacroForm
    macro: MacroView | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def placeholders(self) -> list[tuple[str, str]]:
        """As on the page of a proposal."""
        return _PLACES

    @property
    def back(self) -> str:
        """Where nothing was changed."""
        return f"/desk/macros/{self.macro.id}" if self.macro else "/desk/macros"


@dataclass(frozen=True, slots=True)
class MacroPage(Page):
    """One macro, as agents read it."""

    macro: MacroView


_PLACES: list[tuple[str, str]] = [
    *((f"{{{{{name}}}}}", means) for name, means in PLACEHOLDERS.items()),
    (gap("…"), say("what you fill in yourself; say what belongs there")),
]
