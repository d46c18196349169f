"""What was asked in chats, as questions to be clustered. Only those who read tickets read them: a talk is not a publication."""

from collections.abc import Sequence
from uuid import UUID

from kb.clusters.extracting import AskedInChat, extract_from_chats
from kb.core.database import fetch_all
from kb.text.redaction import redact

BATCH = 200


async def extract_chat_questions(turn_ids: Sequence[UUID]) -> list[UUID]:
    """Make the questions of these turns, personal data masked; returns the new ones. A turn that is gone asks nothing."""
    rows = await fetch_all(
        "select t.id, t.conversation_id, t.body, t.created_at, c.person_id, p.account_id, c.page_url from turn t"
        " join conversation c on c.id = t.conversation_id left join person p on p.id = c.person_id"
        " where t.id = any($1::uuid[]) and t.asks",
        list(turn_ids),
    )
    asked = [
        AskedInChat(
            id=row["id"],
            conversation_id=row["conversation_id"],
            words=redact(row["body"]).text,
            person_id=row["person_id"],
            account_id=row["account_id"],
            page_url=row["page_url"],
            asked_at=row["created_at"],
        )
        for row in rows
    ]
    return await extract_from_chats(asked)


async def sweep_chat_questions() -> int:
    """Turns that ask and that nobody looked into, a minute old and more; returns how many."""
    rows = await fetch_all(
        "select t.id from turn t where t.asks and t.created_at < now() - interval '1 minute'"
        " and not exists (select 1 from question q where q.source_kind = 'chat' and q.source_id = t.id)"
        " and not exists (select 1 from asks_nothing n where n.source_kind = 'chat' and n.source_id = t.id)"
        " order by t.id limit $1",
        BATCH,
    )
    await extract_chat_questions([row["id"] for row in rows])
    return len(rows)
