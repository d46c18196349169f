"""Timers of a topic, for moderators: one form, and the same for programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from litestar import Request, Response, delete, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import access_topic_number
from kb.forum.queries import TopicHead, get_topic_page
from kb.forum.timers import CLOSE_QUIET, NewTimer, Timer, cancel_timer, set_timer
from server.errors import STATUS
from server.forum.forms import read_text_fields
from server.moments import in_utc
from server.pages import Page, flash, render
from server.security.guards import requires

ARRANGE = [requires(Permission.TOPIC_ARRANGE)]
Kind = Literal["close", "close_quiet", "bump"]


@dataclass(frozen=True, slots=True)
class TimerPage(Page):
    """The form, as typed; the topic's timers stand beside it."""

    topic: TopicHead
    what: str = CLOSE_QUIET
    quiet_days: str = "14"
    due_at: str = ""
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimerIn:
    """`due_at` for `close` and `bump`, `quiet_days` for `close_quiet`; `reason` is what a closed topic says."""

    due_at: datetime | None = None
    quiet_days: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TimersOut:
    """What the topic will do by itself."""

    timers: list[Timer]


@get("/t/{number:int}/timer", guards=ARRANGE)
async def timer_form(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """The form, and what is set."""
    topic = (await get_topic_page(actor, number)).topic
    return render(request, "forum/timer.html", TimerPage(say("Topic timer"), topic))


@post("/t/{number:int}/timer", guards=ARRANGE)
async def start_timer(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """Set; a refusal shows the form again with what was typed."""
    topic = (await get_topic_page(actor, number)).topic
    typed = await read_text_fields(request)
    page = TimerPage(
        say("Topic timer"),
        topic,
        typed.get("kind", ""),
        typed.get("quiet_days", ""),
        typed.get("due_at", ""),
        typed.get("reason", ""),
    )
    try:
        await set_timer(actor, topic.id, _timer(page))
    except Invalid as refusal:
        refused = TimerPage(
            page.title, topic, page.what, page.quiet_days, page.due_at, page.reason, errors=refusal.fields
        )
        return render(request, "forum/timer.html", refused, status=STATUS[Invalid])
    return flash(Redirect(topic.path, status_code=303), "good", say("The timer is set."))


@post("/t/{number:int}/timer/removal", guards=ARRANGE)
async def stop_timer(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """Cancel one."""
    topic = await access_topic_number(actor, number)
    await cancel_timer(actor, topic.id, (await read_text_fields(request)).get("kind", ""))
    return flash(Redirect(topic.path, status_code=303), "info", say("The timer is cancelled."))


@put("/api/v1/topics/{number:int}/timers/{kind:str}", guards=ARRANGE)
async def api_set_timer(actor: Actor, number: int, kind: str, data: TimerIn) -> TimersOut:
    """Set a timer of a kind (`close`, `close_quiet` or `bump`), or set it anew."""
    topic = await access_topic_number(actor, number)
    await set_timer(actor, topic.id, NewTimer(kind, in_utc(data.due_at), data.quiet_days, data.reason))
    return TimersOut((await get_topic_page(actor, number)).topic.timers)


@delete("/api/v1/topics/{number:int}/timers/{kind:str}", guards=ARRANGE)
async def api_cancel_timer(actor: Actor, number: int, kind: str) -> None:
    """Cancel a timer; doing it twice is fine."""
    await cancel_timer(actor, (await access_topic_number(actor, number)).id, kind)


def _timer(page: TimerPage) -> NewTimer:
    """What was typed. What is no number or no time is left out, and missed by whoever checks."""
    if page.what == CLOSE_QUIET:
        days = int(page.quiet_days) if page.quiet_days.isascii() and page.quiet_days.isdigit() else None
        return NewTimer(page.what, quiet_days=days, reason=page.reason)
    try:
        due_at = datetime.fromisoformat(page.due_at).replace(tzinfo=UTC)
    except ValueError:
        due_at = None
    return NewTimer(page.what, due_at, reason=page.reason)
