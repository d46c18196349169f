"""Tickets for tests."""

from kb.core.actor import Actor
from kb.core.policy import Role
from kb.tickets.asking import NewTicket, OpenedTicket, open_ticket
from tests.support.factories import make_person


async def make_ticket(
    requester: Actor | None = None,
    *,
    subject: str = "Invoices are sent twice",
    body: str = "Since Monday each invoice goes out **twice**.",
    channel: str = "form",
) -> OpenedTicket:
    """An open ticket of a member."""
    asker = requester or await make_person(Role.MEMBER)
    return await open_ticket(asker, NewTicket(subject=subject, body=body, channel=channel))
