"""The one way rows of the ledger may change: a person is taken out of them. What they did stays counted, as somebody's."""

import secrets
from uuid import UUID

from kb.core.database import execute


async def forget_person_in_ledger(person_id: UUID) -> int:
    """Inside a unit of work: their rows become a stranger's whom nobody can tell who it was; returns how many.

    All rows stay one stranger's, so no rank moves by more than their leaving their company's other people.
    """
    await execute("delete from answer_insertion where agent_id = $1", person_id)
    await execute("select set_config('answerloop.forgetting', 'person', true)")
    forgotten = await execute(
        "update answer_use set person_id = null, visitor = $2, address = null, page_url = null where person_id = $1",
        person_id,
        f"forgotten:{secrets.token_hex(12)}",
    )
    await execute("select set_config('answerloop.forgetting', '', true)")
    return forgotten
