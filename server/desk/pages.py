"""What the desk's pages receive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kb.core.saying import Said, say
from kb.desk.arranging_many import Batch
from kb.desk.grammar import OPERATORS, Operator
from kb.desk.presence import Presence
from kb.desk.rules import ROUTINGS
from kb.desk.saved_views import SavedView
from kb.desk.surroundings import Surroundings
from kb.desk.teams import Team, TeamDraft
from kb.desk.views import VIEWS, DeskLine
from kb.tickets.queries import Agent
from kb.tickets.rules import CHANNELS, PRIORITIES
from server.desk.forms import SNOOZES, UNCHOSEN, ManyForm, ViewForm
from server.pages import Page

VIEW_NAMES: dict[str, Said] = {
    "open": say("Open"),
    "mine": say("Mine"),
    "team": say("My teams"),
    "unassigned": say("Unassigned"),
    "waiting": say("Waiting"),
    "overdue": say("Overdue"),
    "all": say("All"),
    "snoozed": say("Snoozed"),
    "solved": say("Solved"),
}

VIEW_KEYS = {
    "open": "o",
    "mine": "m",
    "team": "t",
    "unassigned": "u",
    "waiting": "w",
    "overdue": "d",
    "all": "a",
    "snoozed": "s",
    "solved": "e",
}
"""What leads there after `g`."""

PRIORITY_NAMES: dict[str, Said] = {
    "urgent": say("urgent"),
    "high": say("high"),
    "normal": say("normal"),
    "low": say("low"),
}

ROUTING_NAMES: dict[str, tuple[Said, Said]] = {
    "hand": (say("By hand"), say("Somebody takes each ticket themselves.")),
    "round_robin": (say("In turn"), say("Each new ticket goes to whoever’s last one is longest ago.")),
    "least_open": (
        say("To who has least"),
        say("Each new ticket goes to whoever has the fewest that wait for a reply."),
    ),
}


TOPICS_ADDRESS = "/desk/topics"

Tab = tuple[str, str, int | None, str]
"""Address, name, how many stand there where that is counted, and the key after `g`."""


@dataclass(frozen=True, slots=True)
class DeskPage(Page):
    """A view of the desk. `view` is its name, "" for a filter of one's own, which `saved` may be kept as.

    `counts` has no entry for the solved: they only grow; `topics` is how many wait in the forum. `done` is what was just done and can
    be taken back; `form` and `errors` are a refused act, with what was chosen.
    """

    view: str
    filter: str
    notes: tuple[str, ...]
    lines: list[DeskLine]
    counts: Mapping[str, int]
    topics: int
    around: Surroundings
    next_cursor: str
    is_first: bool
    reader_id: str
    saved: SavedView | None = None
    done: Batch | None = None
    form: ManyForm = field(default_factory=ManyForm)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where this view is."""
        if self.view:
            return view_address(self.view)
        return f"/desk?saved={self.saved.id}" if self.saved else f"/desk?{urlencode({'filter': self.filter})}"

    @property
    def older(self) -> str:
        """The address of the next page, "" on the last one."""
        glue = "&" if "?" in self.address else "?"
        return f"{self.address}{glue}past={self.next_cursor}" if self.next_cursor else ""

    @property
    def tabs(self) -> list[Tab]:
        """The views: address, name, count, and the key after `g`."""
        return desk_tabs(self.counts, self.topics)

    @property
    def shows_state(self) -> bool:
        """Whether rows say whose turn it is: where a view holds both."""
        return not any(word in {"is:open", "is:waiting", "is:solved"} for word in self.filter.split())

    @property
    def operators(self) -> tuple[Operator, ...]:
        """What a filter understands."""
        return OPERATORS

    @property
    def assignees(self) -> list[tuple[str, str]]:
        """Whom a ticket can be given to: oneself first, then nobody, then the others."""
        others = [(str(one.id), one.name) for one in self.around.agents if str(one.id) != self.reader_id]
        return [(UNCHOSEN, say("Assign to …")), (self.reader_id, say("Me")), ("", say("Nobody")), *others]

    @property
    def teams(self) -> list[tuple[str, str]]:
        """Teams to give a ticket to; empty where there is none."""
        if not self.around.teams:
            return []
        named = [(str(one.id), one.name) for one in self.around.teams]
        return [(UNCHOSEN, say("Give to team …")), ("", say("No team")), *named]

    @property
    def priorities(self) -> list[tuple[str, str]]:
        """From what cannot wait to what can."""
        return [(UNCHOSEN, say("Priority …")), *((one, PRIORITY_NAMES[one]) for one in reversed(PRIORITIES))]

    @property
    def snoozes(self) -> list[tuple[str, str]]:
        """Until when."""
        return [(UNCHOSEN, say("Snooze …")), *((value, name) for value, (name, _) in SNOOZES.items())]


@dataclass(frozen=True, slots=True)
class SavedViewPage(Page):
    """A view to keep, or (`view`) one of one's own to change."""

    form: ViewForm
    view: SavedView | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def operators(self) -> tuple[Operator, ...]:
        """What a filter understands."""
        return OPERATORS


@dataclass(frozen=True, slots=True)
class SavedViewsPage(Page):
    """All views the reader sees, in their own order."""

    views: list[SavedView]

    @property
    def moved_up(self) -> list[str]:
        """For each view but the first the order with it one place further up, as the form sends it."""
        ids = [str(view.id) for view in self.views]
        return [",".join([*ids[: n - 1], ids[n], ids[n - 1], *ids[n + 1 :]]) for n in range(1, len(ids))]


@dataclass(frozen=True, slots=True)
class TeamsPage(Page):
    """All teams with their people, and the reader's own presence."""

    teams: list[Team]
    presence: Presence
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TeamPage(Page):
    """One team to change, or a new one (`team` is None). `agents` are those who are not in it yet."""

    draft: TeamDraft
    team: Team | None
    agents: list[Agent]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def routings(self) -> list[tuple[str, str, str]]:
        """The rules: value, name, what it does."""
        return [(one, *ROUTING_NAMES[one]) for one in ROUTINGS]

    @property
    def people(self) -> list[tuple[str, str]]:
        """Who can be added."""
        return [(str(one.id), one.name) for one in self.agents]

    @property
    def channels(self) -> tuple[str, ...]:
        """Ways tickets come in."""
        return CHANNELS


def desk_tabs(counts: Mapping[str, int], topics: int) -> list[Tab]:
    """The views, and behind them the forum's questions."""
    views: list[Tab] = [(view_address(one), VIEW_NAMES[one], counts.get(one), VIEW_KEYS[one]) for one in VIEWS]
    return [*views, (TOPICS_ADDRESS, say("Forum"), topics, "f")]


def view_address(view: str) -> str:
    """A view's address; the open one is the desk itself."""
    return "/desk" if view == "open" else f"/desk?queue={view}"
