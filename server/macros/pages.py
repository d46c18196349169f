"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.answers.macro_proposals import MacroProposal
from kb.core.saying import say
from kb.macros.placeholders import gap
from kb.macros.queries import MacroView
from kb.macros.rules import PLACEHOLDERS
from kb.tickets.acting import Acts, read_acts
from kb.tickets.rules import PRIORITIES
from server.desk.pages import PRIORITY_NAMES
from server.pages import Page
from server.tickets.along import name_acts
from server.tickets.forms import read_choice


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
    """What is typed; `revision` is the one it was based on, None for a new macro. All but name and body are what is done with the
    ticket when the reply is sent."""

    name: str = ""
    body: str = ""
    revision: int | None = None
    takes: bool = False
    team_id: str = ""
    priority: str = ""
    tags: str = ""
    solves: bool = False

    def acts(self) -> Acts:
        """What kb is asked to store. Raises `Invalid` naming the field that is wrong."""
        tags = self.tags.replace(",", " ").split()
        team_id = read_choice(self.team_id, "team_id")
        return read_acts(takes=self.takes, team_id=team_id, priority=self.priority, tags=tags, solves=self.solves)


@dataclass(frozen=True, slots=True)
class MacroFormPage(Page):
    """A macro being written: a new one, or `macro` being changed."""

    form: MacroForm
    teams: Sequence[tuple[str, str]]
    macro: MacroView | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def team_choices(self) -> list[tuple[str, str]]:
        """To whom the ticket can be given; empty where there is no team."""
        return [("", say("As it is")), *self.teams] if self.teams else []

    @property
    def priorities(self) -> list[tuple[str, str]]:
        """From what cannot wait to what can."""
        return [("", say("As it is")), *((one, PRIORITY_NAMES[one]) for one in reversed(PRIORITIES))]

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

    @property
    def acts(self) -> list[str]:
        """What is done with the ticket when it is sent."""
        teams = {self.macro.acts.team_id: self.macro.team} if self.macro.acts.team_id else {}
        return [name for _, name in name_acts(self.macro.acts, teams)]


def form_of(macro: MacroView) -> MacroForm:
    """The form of a macro as it stands."""
    acts = macro.acts
    return MacroForm(
        macro.name,
        macro.body,
        macro.revision,
        takes=acts.takes,
        team_id=str(acts.team_id or ""),
        priority=acts.priority or "",
        tags=", ".join(acts.tags),
        solves=acts.solves,
    )


_PLACES: list[tuple[str, str]] = [
    *((f"{{{{{name}}}}}", means) for name, means in PLACEHOLDERS.items()),
    (gap("…"), say("what you fill in yourself; say what belongs there")),
]
