"""The one mail that goes to an address nobody has confirmed: the link that confirms it."""

from html import escape
from uuid import UUID

from kb.core.database import fetch_value
from kb.core.saying import say
from kb.languages.telling import tell
from kb.notices.composing import plain_mail
from kb.notices.site import Site
from kb.people.confirming import find_unconfirmed_of, write_confirmation
from kb.ports.channel import Channel, OutgoingMessage

_SENTENCES = (
    say("Confirm your e-mail address"),
    say("Somebody, probably you, gave this address when they joined."),
    say("Confirm this address"),
    say("If it was not you, do nothing: no other mail will come."),
)


async def mail_confirmation(person_id: UUID, asking_id: UUID, channel: Channel, site: Site) -> bool:
    """Send it, unless the address is confirmed meanwhile. Raises `Unavailable` when the channel is down."""
    address = await find_unconfirmed_of(person_id)
    if address is None:
        return False
    language = await fetch_value("select language from person where id = $1", person_id) or site.language
    link = f"{site.base_url}/confirm/{write_confirmation(site.secret, person_id, address)}"
    subject, said, press, rest = (tell(sentence, language) for sentence in _SENTENCES)
    ask = tell(say("To be told by mail, confirm it:"), language)
    await channel.deliver(
        OutgoingMessage(
            id=asking_id,
            address=address,
            subject=subject,
            text=f"{said} {ask}\n\n{link}\n\n{rest}",
            html=plain_mail(
                subject,
                f'<p>{escape(said)}</p><p><a href="{escape(link)}"><b>{escape(press)}</b></a></p>',
                escape(rest),
                language,
            ),
        )
    )
    return True
