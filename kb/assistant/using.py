"""What became of an answer that a conversation cited: rows of the reuse ledger."""

from datetime import timedelta
from uuid import UUID

from kb.answers.reusing import record_use
from kb.answers.rules import UseKind
from kb.assistant.access import Chatter, access_conversation
from kb.core.database import fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.rate_limits import spend
from kb.core.saying import say

TOLD: tuple[UseKind, ...] = ("opened", "said_solved")
"""What a reader says of an answer; that it was shown is written down with the answer."""

USES_AN_HOUR = 120


async def record_chat_use(chatter: Chatter, conversation_id: UUID, *, kind: str, answer_id: UUID) -> UUID:
    """One row. Raises `Invalid` for other words, `NotFound` for an answer this conversation did not cite or they may not read."""
    talk = await access_conversation(chatter, conversation_id)
    use = next((known for known in TOLD if known == kind), None)
    if use is None:
        raise Invalid(say("This use cannot be recorded."), {"kind": say("one of {known}", known=", ".join(TOLD))})
    cited = await fetch_value(
        "select 1 from turn where conversation_id = $1 and kind = 'answer' and detail -> 'answers' ? $2 limit 1",
        talk.id,
        str(answer_id),
    )
    if not cited:
        raise NotFound(say("This conversation did not name that answer."))
    await spend(f"chat:use:{chatter.key}", USES_AN_HOUR, timedelta(hours=1))
    return await record_use(
        chatter.actor,
        answer_id=answer_id,
        kind=use,
        surface="assistant",
        visitor=chatter.visitor,
        page_url=talk.page_url,
    )
