"""Mail about a password: the link to choose one, and the word that one was chosen."""

from html import escape
from uuid import UUID, uuid5

from kb.core.database import fetch_one
from kb.core.saying import Said, say
from kb.languages.telling import tell
from kb.notices.composing import plain_mail
from kb.notices.site import Site
from kb.people.choosing_password import WrittenLink, write_password_links
from kb.people.messages import PasswordLinkAsked, PasswordSet
from kb.people.sessions import NOT_SUSPENDED
from kb.ports.channel import Channel, OutgoingMessage

_ASKED = (
    say("Choose a password"),
    say("Somebody, probably you, asked to choose a new password with this address."),
    say("It works once, for one hour."),
    say("If it was not you, do nothing: your password stays as it is."),
)
_SET = (
    say("A new password was set"),
    say("If it was you, all is well."),
    say("If it was not you, somebody else can read your mail. Make that safe first, then choose another password:"),
)


async def mail_password_link(asked: PasswordLinkAsked, channel: Channel, site: Site, *, takes_new: bool) -> int:
    """Send it to whoever has the address; returns how many mails went out: mostly one, none where nobody may have a link.
    Raises `Unavailable` when the channel is down."""
    links = await write_password_links(site.secret, asked.address, takes_new=takes_new)
    for at, link in enumerate(links):
        mail_id = uuid5(asked.asking_id, link.person_id.hex) if at else asked.asking_id
        await channel.deliver(_compose_link(mail_id, link, link.language or asked.language, site))
    return len(links)


def _compose_link(mail_id: UUID, link: WrittenLink, language: str, site: Site) -> OutgoingMessage:
    """No name stands in it: a stranger who signed up with somebody's address chose that, and would have us mail it."""
    subject, said, once, rest = (tell(sentence, language) for sentence in _ASKED)
    press, path = tell(_press(link), language), f"{site.base_url}/password/{link.token}"
    button = f'<p><a href="{escape(path)}"><b>{escape(press)}</b></a></p>'
    return OutgoingMessage(
        id=mail_id,
        address=link.address,
        subject=subject,
        text="\n\n".join([said, f"{press}:\n{path}", once, rest]),
        html=plain_mail(subject, f"<p>{escape(said)}</p>{button}<p>{escape(once)}</p>", escape(rest), language),
    )


def _press(link: WrittenLink) -> Said:
    if link.username:
        return say("Choose a password for @{username}", username=link.username)
    return say("Choose a password and a username, and see what you have written to us")


async def mail_password_set(told: PasswordSet, channel: Channel, site: Site) -> bool:
    """Tell them, unless they are gone or suspended meanwhile. Raises as `mail_password_link` does."""
    row = await fetch_one(
        f"select p.email, p.username, p.language from person p where p.id = $1 and p.email is not null and {NOT_SUSPENDED}",
        told.person_id,
    )
    if row is None:
        return False
    language = row["language"] or site.language
    subject, well, otherwise = (tell(sentence, language) for sentence in _SET)
    said = tell(
        say(
            "The account @{username} was given a new password on {moment}, and every session before has ended.",
            username=row["username"],
            moment=told.at,
        ),
        language,
    )
    link = f"{site.base_url}/forgot-password"
    await channel.deliver(
        OutgoingMessage(
            id=told.setting_id,
            address=row["email"],
            subject=subject,
            text=f"{said} {well}\n\n{otherwise}\n{link}",
            html=plain_mail(
                subject,
                f"<p>{escape(said)} {escape(well)}</p>",
                f'{escape(otherwise)} <a href="{escape(link)}">{escape(link)}</a>',
                language,
            ),
        )
    )
    return True
