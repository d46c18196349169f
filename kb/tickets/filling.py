"""What the placeholders of a macro stand for in one ticket."""

from collections.abc import Mapping

from kb.core.actor import Actor
from kb.tickets.queries import TicketView


def list_values(ticket: TicketView, actor: Actor, *, base_url: str) -> Mapping[str, str]:
    """By the placeholder's name; what nobody knows is left out. The agent is the one who writes."""
    values = {
        "requester.name": ticket.requester,
        "requester.first_name": ticket.requester.split(" ")[0],
        "requester.email": ticket.requester_email,
        "account.name": ticket.account_name,
        "ticket.number": str(ticket.number),
        "ticket.subject": ticket.subject,
        "ticket.url": f"{base_url}/tickets/{ticket.number}",
        "agent.name": actor.name,
        "agent.first_name": actor.name.split(" ")[0],
    }
    return {name: value for name, value in values.items() if value}
