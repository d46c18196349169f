"""What became of the help that was shown: rows of the reuse ledger, and the end of an episode."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from kb.answers.reusing import record_shown, record_use
from kb.answers.rules import UseKind
from kb.core.actor import SYSTEM
from kb.core.database import fetch_one
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.help.identifying import Caller
from kb.signals.episodes import move_episodes

TOLD_BY_WIDGET: tuple[UseKind, ...] = ("shown", "opened", "said_solved")
"""What a page may say of itself. Asking again is written down by asking."""

MAX_SHOWN = 10
USES_AN_HOUR = 300
"""Of one person or address: the ledger only grows, and a script must not fill it."""


async def record_help_use(caller: Caller, *, kind: str, answer_ids: Sequence[UUID], page_url: str | None) -> int:
    """Rows for the ledger; returns how many. Raises `Invalid` for other words, `NotFound` for an answer they may not read."""
    caller.actor.require(Permission.HELP_READ)
    use = next((known for known in TOLD_BY_WIDGET if known == kind), None)
    if use is None:
        raise Invalid(
            say("This use cannot be recorded."),
            {"kind": say("one of {known}", known=", ".join(TOLD_BY_WIDGET))},
        )
    if not 0 < len(answer_ids) <= MAX_SHOWN or (use != "shown" and len(answer_ids) != 1):
        raise Invalid(
            say("Name the answer."),
            {"answer_ids": say("1 to {most} where they were shown, else exactly one", most=MAX_SHOWN)},
        )
    await spend(f"help:use:{caller.actor.person_id or caller.visitor}", USES_AN_HOUR, timedelta(hours=1))
    if use == "shown":
        return await record_shown(caller.actor, answer_ids, "widget", visitor=caller.visitor, page_url=page_url)
    await record_use(
        caller.actor, answer_id=answer_ids[0], kind=use, surface="widget", visitor=caller.visitor, page_url=page_url
    )
    return 1


async def end_solved_episode(use_id: UUID) -> int:
    """Whoever said that an answer solved it is no longer in the episode it answers. Returns how many ended; safe to repeat.

    Pain that comes later is a new episode: they may be spoken to about it again.
    """
    row = await fetch_one(
        "select u.person_id, u.created_at, a.title, coalesce(c.merged_into, c.id) as cluster_id from answer_use u"
        " join answer a on a.id = u.answer_id join cluster c on c.id = coalesce(a.cluster_id, u.cluster_id)"
        " where u.id = $1 and u.kind = 'said_solved' and u.person_id is not null",
        use_id,
    )
    if row is None:
        return 0
    async with unit_of_work(SYSTEM):
        return await move_episodes(
            row["cluster_id"],
            to="recovered",
            reason=f"They said that “{row['title']}” solved it.",
            person_ids=[row["person_id"]],
            moment=row["created_at"],
        )
