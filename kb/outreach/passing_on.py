"""Passing an agent's reply on to whoever asked: they need not come back to find out that they were answered."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import fetch_one
from kb.core.saying import say
from kb.languages.offered import SOURCE
from kb.outreach.telling import tell_once
from kb.outreach.triggers import TICKET_ANSWERED


async def pass_on_reply(ticket_id: UUID, message_id: UUID, *, language: str = SOURCE) -> None:
    """Send the reply to the ticket's requester, once, in `language` where they chose none.

    A note for staff is never sent, nor one's reply to oneself.
    """
    reply = await fetch_one(
        "select t.number, t.subject, t.requester_id, m.body_source, coalesce(p.name, '') as agent from ticket_message m"
        " join ticket t on t.id = m.ticket_id left join person p on p.id = m.author_id"
        " where m.id = $2 and t.id = $1 and m.kind = 'agent' and m.author_id is distinct from t.requester_id",
        ticket_id,
        message_id,
    )
    if reply is None:
        return
    await tell_once(
        SYSTEM,
        person_id=reply["requester_id"],
        problem=f"ticket:{ticket_id}",
        episode=f"reply:{message_id}",
        trigger_key=TICKET_ANSWERED,
        subject=f"Re: {reply['subject']}",
        body=reply["body_source"] + (f"\n\n{reply['agent']}" if reply["agent"] else ""),
        link=f"/tickets/{reply['number']}",
        link_text=say("Read and reply"),
        language=language,
    )
