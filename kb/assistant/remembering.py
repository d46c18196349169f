"""What a conversation remembers after a reply."""

import json
from dataclasses import replace

from kb.assistant.access import Conversation
from kb.assistant.replies import Reply
from kb.core.database import execute


async def remember(talk: Conversation, reply: Reply) -> Conversation:
    """Inside the unit of work that holds its row locked; returns the conversation as it waits now."""
    flow = reply.flow
    await execute(
        "update conversation set last_question = $2, misses = $3, awaits = $4, flow_id = coalesce($5, flow_id),"
        " flow_version = coalesce($6, flow_version), flow_step = $7, flow_answers = $8::jsonb where id = $1",
        talk.id,
        reply.question,
        reply.misses,
        reply.awaits,
        flow.flow_id if flow else None,
        flow.version if flow else None,
        flow.step if flow else "",
        json.dumps(dict(flow.answers) if flow else {}),
    )
    return replace(talk, awaits=reply.awaits)
