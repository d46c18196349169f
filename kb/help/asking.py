"""Still stuck: a question from inside the product becomes a ticket that knows where it was asked."""

from kb.core.actor import Actor
from kb.core.errors import NotSignedIn
from kb.help.finding import Place
from kb.signals.wire.places import clean_page_url
from kb.tickets.asking import NewTicket, OpenedTicket, open_ticket


async def ask_from_product(actor: Actor, place: Place, *, title: str, text: str) -> OpenedTicket:
    """A ticket of this customer. Raises `NotSignedIn` for somebody nobody vouched for: the forum is open to them."""
    if not actor.is_signed_in:
        raise NotSignedIn("We do not know who is asking. Ask in the community instead.")
    return await open_ticket(
        actor, NewTicket(subject=title, body=text, channel="widget", page_url=clean_page_url(place.page_url))
    )
