"""The one mail that goes to an address nobody has confirmed: the link that confirms it."""

from html import escape
from uuid import UUID

from kb.notices.composing import plain_mail
from kb.notices.site import Site
from kb.people.confirming import find_unconfirmed_of, write_confirmation
from kb.ports.channel import Channel, OutgoingMessage


async def mail_confirmation(person_id: UUID, asking_id: UUID, channel: Channel, site: Site) -> bool:
    """Send it, unless the address is confirmed meanwhile. Raises `Unavailable` when the channel is down."""
    address = await find_unconfirmed_of(person_id)
    if address is None:
        return False
    link = f"{site.base_url}/confirm/{write_confirmation(site.secret, person_id, address)}"
    said = "Somebody, probably you, gave this address when they joined."
    rest = "If it was not you, do nothing: no other mail will come."
    await channel.deliver(
        OutgoingMessage(
            id=asking_id,
            address=address,
            subject="Confirm your e-mail address",
            text=f"{said} To be told by mail, confirm it:\n\n{link}\n\n{rest}",
            html=plain_mail(
                "Confirm your e-mail address",
                f'<p>{said}</p><p><a href="{escape(link)}"><b>Confirm this address</b></a></p>',
                rest,
            ),
        )
    )
    return True
