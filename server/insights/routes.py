"""The loop's state, as a page and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.imports.catching_up import CatchingUp, read_catching_up
from kb.insights.loop import LoopState, read_loop
from server.insights.api_deflection import api_list_deflection_sessions, api_read_deflection
from server.insights.deflection import show_deflection, show_sessions
from server.pages import Page, render
from server.security.guards import requires

STATE_HELP = {
    "seen": say("Something hurt them; nobody knows yet which problem it is."),
    "clustered": say("We know which problem it is."),
    "filed": say("An issue stands in a tracker."),
    "shipped": say("The tracker says completed; they are about to be told."),
    "told": say("They know that a fix has shipped."),
    "recovered": say("It stopped hurting by itself or with help."),
    "dropped": say("Closed with a reason, such as a mistake of ours."),
}

TONES = {
    "seen": "warn",
    "clustered": "info",
    "filed": "accent",
    "shipped": "good",
    "told": "good",
    "recovered": "good",
    "dropped": "",
}


@dataclass(frozen=True, slots=True)
class LoopPage(Page):
    """Counts along the loop, and how far it is with what was imported."""

    loop: LoopState
    imported: CatchingUp

    @property
    def steps(self) -> list[tuple[str, int, str, str | None]]:
        """The loop as steps: verb, number, what it counts, where its rows are."""
        loop = self.loop
        return [
            (say("ask"), loop.questions, say("questions asked in topics and tickets"), "/clusters"),
            (say("cluster"), loop.clusters, say("clusters of questions that want the same answer"), "/clusters"),
            (say("answer"), loop.answers, say("answers that can be given again"), "/kb"),
            (say("promote"), loop.articles, say("articles published"), "/kb"),
            (say("detect"), loop.signals, say("signals found in product events"), "/events"),
            (say("weigh"), loop.pain_points, say("problems that hurt somebody"), "/triage"),
            (say("file"), loop.open_issues, say("issues open in a tracker"), "/issues"),
            (say("tell"), loop.told, say("people told that a fix has shipped"), "/issues"),
        ]

    @property
    def shares(self) -> list[tuple[str, int, str, str | None]]:
        """Episodes by state, for one stacked bar."""
        return [(state, count, TONES[state], None) for state, count in self.loop.episodes.items() if count]

    @property
    def states(self) -> list[tuple[str, int, str]]:
        """Every state with what it means."""
        return [(state, count, STATE_HELP[state]) for state, count in self.loop.episodes.items()]


@get("/loop", guards=[requires(Permission.LOOP_READ)])
async def show_loop(request: Request[Any, Any, Any], actor: Actor) -> Response[str]:
    """Where all pain stands."""
    loop, imported = await read_loop(actor), await read_catching_up(actor)
    return render(request, "insights/loop.html", LoopPage(say("The loop"), loop, imported))


@get("/api/v1/loop", guards=[requires(Permission.LOOP_READ)])
async def api_read_loop(actor: Actor) -> dict[str, Any]:
    """The same as `answerloop loop --json`; `imported` tells how far the loop is with texts that an import brought."""
    return {**asdict(await read_loop(actor)), "imported": asdict(await read_catching_up(actor))}


INSIGHTS_ROUTES: list[Any] = [
    show_loop,
    api_read_loop,
    show_deflection,
    show_sessions,
    api_read_deflection,
    api_list_deflection_sessions,
]
