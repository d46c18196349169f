"""Replies that agents wrote again and again, for tests of what becomes of them."""

from uuid import UUID

from kb.answers.collecting import collect_answers_of_messages
from kb.answers.macro_proposals import propose_macros
from kb.answers.recognising import recognise_copies
from tests.support.answers_factories import make_answered_ticket

RESET = "to reset your password, open Settings, choose Security and press Reset. The link is good for an hour."


async def write_again(cluster_id: UUID, times: int = 3, *, body: str = RESET) -> list[UUID]:
    """So many tickets of the cluster answered in the same words, and whatever is proposed of it; returns the replies."""
    replies = [
        (await make_answered_ticket(answer=f"Hello Ines,\n\n{body}\n\nTom", cluster_id=cluster_id))[1]
        for _ in range(times)
    ]
    await collect_answers_of_messages(replies)
    await recognise_copies()
    await propose_macros()
    return replies
