"""Those whom a requester brings along in Cc: they get the answers, and may write in the ticket by mail."""

from uuid import UUID

from kb.core.database import execute
from kb.core.unit_of_work import UnitOfWork
from kb.mail.arrived import Arrived
from kb.mail.office import Office
from kb.mail.rules import MOST_PARTICIPANTS
from kb.mail.threading import find_signed
from kb.people.rules import email_error


async def bring_along(unit: UnitOfWork, ticket_id: UUID, arrived: Arrived, office: Office) -> None:
    """Part of another write, for a mail of the requester's own: whoever else it is addressed to takes part from now on."""
    others = [
        one
        for one in dict.fromkeys((*arrived.mail.to, *arrived.mail.cc))
        if one != arrived.mail.from_address and not is_ours(one, office) and not email_error(one)
    ]
    if others:
        await execute(
            "insert into ticket_participant (ticket_id, address, person_id, added_at)"
            " select $1, u.address, p.id, $3 from unnest($2::text[]) with ordinality as u (address, n)"
            " left join person p on lower(p.email) = u.address"
            " where u.address not in (select address from ticket_participant where ticket_id = $1) order by u.n"
            " limit greatest(0, $4 - (select count(*) from ticket_participant where ticket_id = $1))"
            " on conflict do nothing",
            ticket_id,
            others,
            unit.now,
            MOST_PARTICIPANTS,
        )


def is_ours(address: str, office: Office) -> bool:
    """Whether mail to this address comes to us."""
    domain = office.site.reply_domain
    is_reply = bool(domain) and address.endswith(f"@{domain}")
    local, _, host = address.rpartition("@")
    return is_reply or f"{local.partition('+')[0]}@{host}" in office.own or find_signed([address], office)[0]
