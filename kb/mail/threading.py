"""Which conversation a mail goes on with. A ticket's number in a subject opens nothing: anybody can guess it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kb.core.database import execute, fetch_one, fetch_value
from kb.mail.office import Office
from kb.mail.reading import ReadMail
from kb.notices.tokens import read_reply_token
from kb.people.corresponding import MAILED_AT

REPLY = "reply"

_TOKEN = re.compile(rf"{REPLY}\+([a-z2-7]{{1,64}})@(.+)")
_WRITTEN = re.compile(rf"{REPLY}\+[a-z2-7]{{1,64}}@[a-z0-9.-]{{1,252}}[a-z0-9]".encode())
_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^<>@\s]+)>")


PARTICIPANTS = "select tp.address from ticket_participant tp join ticket pt on pt.id = tp.ticket_id where t.id in (pt.id, pt.merged_into)"
"""Addresses with a part in ticket `t`, those of tickets merged into it among them."""


@dataclass(frozen=True, slots=True)
class TicketThread:
    """The ticket a mail is about. `requester` and `addressee` are addresses: who asked, and whom our mail went to; "" for none."""

    ticket_id: UUID
    requester: str
    addressee: str = ""


def find_signed(recipients: Iterable[str], office: Office) -> tuple[bool, UUID | None]:
    """Whether the mail went to reply addresses of ours at all, and the mail of ours that the first genuine one was made for."""
    domain = office.site.reply_domain
    tokens = [found[1] for one in recipients if (found := _TOKEN.fullmatch(one)) and domain and found[2] == domain]
    read = (read_reply_token(office.site.secret, token) for token in tokens)
    return bool(tokens), next((mail_id for mail_id in read if mail_id), None)


def reply_addresses_in(raw: bytes) -> list[str]:
    """Whatever looks like a reply address in a mail that nobody read, headers and text, in small letters. Pure."""
    return [found.decode() for found in dict.fromkeys(_WRITTEN.findall(raw.lower()))]


def own_ids(ids: Iterable[str], office: Office) -> list[UUID]:
    """Mails of ours among Message-IDs."""
    return [UUID(found[1]) for one in ids if (found := _OURS.fullmatch(one)) and found[2].lower() == office.site.domain]


async def find_ticket_thread(mail: ReadMail, signed: UUID | None, office: Office) -> TicketThread | None:
    """By the signed address, by our Message-IDs, and by those of mail that came before: then only its ticket's own people count."""
    named = ids_named(mail)
    ours = list(filter(None, (signed, *own_ids(named, office))))
    return (await _find_by_our_mail(ours) if ours else None) or await _find_by_their_mail(named, mail.from_address)


def ids_named(mail: ReadMail) -> list[str]:
    """The mails it says it answers, the nearest first."""
    return list(dict.fromkeys(filter(None, (mail.in_reply_to, *reversed(mail.references)))))


async def note_reply(received_id: UUID, recipients: Iterable[str], office: Office) -> None:
    """Note which mail of ours this one answers by its address, because what is said in a topic is for its readers alone."""
    is_reply, signed = find_signed(recipients, office)
    if is_reply:
        await execute(
            "update received_mail set is_reply = not exists (select 1 from ticket_mail where id = $2),"
            " topic_id = (select topic_id from notice_mail where id = $2) where id = $1",
            received_id,
            signed,
        )


async def is_participant(ticket_id: UUID, address: str) -> bool:
    """Whether the requester brought this address along."""
    return bool(
        await fetch_value(f"select 1 from ticket t where t.id = $1 and $2 in ({PARTICIPANTS})", ticket_id, address)
    )


def takes_mail(address: str, office: Office) -> bool:
    """Whether mail to this address, in small letters, is for us: one that takes requests, the one we send as, or a genuine reply's."""
    local, _, host = address.rpartition("@")
    return f"{local.partition('+')[0]}@{host}" in office.own or find_signed([address], office)[1] is not None


_GOES_ON = (
    " join ticket_message m on m.id = o.ticket_message_id join ticket was on was.id = m.ticket_id"
    " join ticket t on t.id = coalesce(was.merged_into, was.id) join person p on p.id = t.requester_id"
)
"""From a mail `o` by its message to where that stands now: a message may have been split off, its ticket merged into another."""

_WHOSE = f"t.id as ticket_id, coalesce({MAILED_AT}, '') as requester"


async def _find_by_our_mail(mail_ids: list[UUID]) -> TicketThread | None:
    """The first of them that was about a ticket."""
    row = await fetch_one(
        f"select o.address as addressee, {_WHOSE} from ticket_mail o {_GOES_ON} where o.id = any($1)"
        " order by array_position($1::uuid[], o.id) limit 1",
        mail_ids,
    )
    return TicketThread(**row) if row else None


async def _find_by_their_mail(named: list[str], sender: str) -> TicketThread | None:
    row = await fetch_one(
        f"select {_WHOSE} from received_mail o {_GOES_ON} where o.message_id = any($1) and o.state in ('opened', 'added')"
        f" and ({MAILED_AT} = $2 or $2 in ({PARTICIPANTS})) order by o.received_at desc limit 1",
        named,
        sender,
    )
    return TicketThread(**row) if row else None
