"""The help API, for the widget and for anything else on a product's page. Version 1; identity is told by headers:

`X-Write-Key` says which product, `X-Identity-Token` who it is (a JWT signed by the product), `X-Distinct-Id` what the page's
analytics call this browser.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Request, Response, route
from litestar.di import Provide

from kb.core.errors import TooMany
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.help.asking import HelpQuestion, ask_from_page
from kb.help.finding import Help, HelpAnswer, find_help
from kb.help.identifying import Caller
from kb.help.places import Place
from kb.help.using import record_help_use
from kb.languages.offered import LANGUAGES
from kb.languages.telling import tell
from kb.status.standing import list_standing
from kb.tickets.seeing import count_unread_tickets
from server.help.callers import HelpTyped, provide_caller, provide_place, provide_typed
from server.help.origins import AnyOrigin
from server.languages.negotiating import language_of
from server.search.holding_out import hold_out
from server.search.suggesting import spend_turn
from server.security.guards import requires
from server.status.api import StandingOut, standing_out
from server.wiring import Services

Asked = Request[Any, Any, Any]

OPEN: dict[str, Any] = {
    "guards": [requires(Permission.HELP_READ)],
    "middleware": [AnyOrigin()],
    "dependencies": {"caller": Provide(provide_caller), "place": Provide(provide_place, sync_to_thread=False)},
}
TYPED = Provide(provide_typed, sync_to_thread=False)


@dataclass(frozen=True, slots=True)
class AnswerOut:
    """One answer. `because` says why here, `why` what speaks for it; `body` is a tree of `[tag, children]`, safe to build, and empty
    where the answer is long: then `GET /api/v1/help/answers/{id}` has it. `direction` is how its `language` is written."""

    id: UUID
    title: str
    kind: str
    excerpt: str
    because: str
    why: str
    url: str
    author: str
    licence: str | None
    body: list[Any]
    language: str
    direction: str


@dataclass(frozen=True, slots=True)
class AskOut:
    """Where a question goes: `ticket` when the token says who asks, else `forum`, at the address to be opened."""

    kind: str
    url: str
    asker: str


@dataclass(frozen=True, slots=True)
class HelpOut:
    """At most three answers for a place, six to a text, best first; none is an answer too. `is_stuck`: they got stuck here just now.

    `fixed_in` is the release that would end what hurt them, "" where there is none they lack; `update` says so in words. `incidents` are
    those that stand and concern this product; `unread` counts the caller's tickets with a reply they have not seen. `label` is what a
    button that opens help says in the language asked for.
    """

    answers: list[AnswerOut]
    is_stuck: bool
    target: str
    fixed_in: str
    update: str
    ask: AskOut
    incidents: list[StandingOut]
    unread: int
    label: str


@dataclass(frozen=True, slots=True)
class UseIn:
    """What became of answers: `shown` (up to ten), `opened` or `said_solved` (one)."""

    kind: str
    answer_ids: list[UUID]
    page_url: str | None = None


@dataclass(frozen=True, slots=True)
class UsesRecorded:
    """How many rows the ledger got."""

    recorded: int


@dataclass(frozen=True, slots=True)
class QuestionIn:
    """A question; `tried` are answers that were opened and did not help."""

    subject: str = ""
    body: str = ""
    page_url: str | None = None
    tried: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """The ticket that was opened."""

    number: int
    url: str


@route(
    "/api/v1/help", http_method=["GET", "OPTIONS"], **{**OPEN, "dependencies": {**OPEN["dependencies"], "typed": TYPED}}
)
async def api_get_help(
    request: Asked,
    services: Services,
    caller: Caller,
    place: Place,
    typed: HelpTyped,
) -> Response[HelpOut]:
    """The best public answers for a page, the control last used on it, what hurt this person lately, and what they typed.

    A newer question with the same `typing`, a name the page made up for itself, ends this one: it then finds nothing.
    Whoever types more than anybody can gets silence, not an error. With `asking`, said of a text typed into a form that asks, a few
    people by lot are shown nothing, by whom the installation learns what suggestions spare.
    """
    base_url = services.settings.base_url
    try:
        if typed.text:
            await spend_turn(request, caller.actor, services)
        finding = find_help(
            caller,
            place,
            text=typed.text,
            embedder=services.embedder,
            base_url=base_url,
            ways=services.ways,
        )
        help_ = await services.newest.run(f"help:{typed.typing}" if typed.typing else "", finding) or Help()
    except TooMany:
        help_ = Help()
    note = None
    if typed.asking and help_.answers:
        answers = [answer.id for answer in help_.answers]
        is_silent, note = hold_out(caller.actor, services, "widget", typed.text, answers=answers)
        help_ = Help() if is_silent else help_
    return Response(await _help_out(request, caller, help_, base_url, is_typed=bool(typed.text)), background=note)


async def _help_out(request: Asked, caller: Caller, help_: Help, base_url: str, *, is_typed: bool) -> HelpOut:
    """Beside answers to a text nothing else is told: who types has been told it before."""
    language = language_of(request)
    standing = () if is_typed else await list_standing(caller.app.id)
    unread = await count_unread_tickets(caller.actor) if caller.is_known and not is_typed else 0
    update = say("What you ran into is fixed in {version}. Update to get it.", version=help_.fixed_in)
    return HelpOut(
        [_answer(answer, base_url, language) for answer in help_.answers],
        help_.is_stuck,
        help_.target,
        help_.fixed_in,
        tell(update, language) if help_.fixed_in else "",
        AskOut("ticket" if caller.is_known else "forum", f"{base_url}/ask", caller.actor.name),
        [standing_out(one, base_url, language) for one in standing],
        unread,
        tell(say("Help"), language),
    )


@route("/api/v1/help/uses", http_method=["POST", "OPTIONS"], status_code=200, **OPEN)
async def api_record_use(caller: Caller, data: UseIn) -> UsesRecorded:
    """Tell the reuse ledger what became of answers. `said_solved` also ends the episode it answers."""
    return UsesRecorded(
        await record_help_use(caller, kind=data.kind, answer_ids=data.answer_ids, page_url=data.page_url)
    )


@route("/api/v1/help/questions", http_method=["POST", "OPTIONS"], status_code=201, **OPEN)
async def api_ask(services: Services, caller: Caller, data: QuestionIn) -> QuestionAsked:
    """Still stuck: a ticket of the customer the token names. Without a token it is refused: anonymous people ask in the forum."""
    asked = await ask_from_page(caller, HelpQuestion(data.subject, data.body, data.page_url, tuple(data.tried)))
    return QuestionAsked(asked.number, f"{services.settings.base_url}/tickets/{asked.number}")


def _answer(answer: HelpAnswer, base_url: str, language: str) -> AnswerOut:
    return AnswerOut(
        id=answer.id,
        title=answer.title,
        kind=answer.kind,
        excerpt=answer.excerpt,
        because=tell(answer.because, language),
        why=tell(answer.why, language),
        url=f"{base_url}{answer.path}",
        author=answer.author,
        licence=answer.licence,
        body=answer.body,
        language=answer.language,
        direction=direction_of(answer.language),
    )


def direction_of(language: str) -> str:
    """How a text is written; "auto" where its language is not one we know."""
    return LANGUAGES[language].direction if language in LANGUAGES else "auto"
