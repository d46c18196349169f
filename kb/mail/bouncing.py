"""What became of mail we sent: delivered, returned, complained about. Noted beside its message, where its agent sees it.

An address that returned mail for good, or complained, is sent nothing automatic any more.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_one
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.mail.kinds import Kind, KindName
from kb.mail.office import Office
from kb.mail.settling import Outcome, settle
from kb.mail.threading import own_ids
from kb.people.unreachable import note_unreachable

What = Literal["delivered", "delayed", "bounced", "complained"]


@dataclass(frozen=True, slots=True)
class DeliveryNews:
    """What a server or a mail service tells of one address. `mail_id` is our mail, None where it does not say which.

    `delayed` may still arrive. `is_for_good` speaks of the address of what bounced: a full mailbox is none to give up.
    """

    what: What
    address: str
    reason: str = ""
    mail_id: UUID | None = None
    is_for_good: bool = False

    @property
    def ends_mail(self) -> bool:
        """Whether nothing automatic goes to the address any more."""
        return self.what == "complained" or (self.what == "bounced" and self.is_for_good)


async def hear_of_failed_mail(received_id: UUID, kind: Kind, office: Office) -> None:
    """A mail that tells it. Believed for a mail of ours that it names, or for an address that such a mail went to."""
    news = news_of(kind, office)
    async with unit_of_work(SYSTEM) as unit:
        ticket_ids = [ticket_id for one in news if (ticket_id := await _note(one, unit))]
        known = bool(ticket_ids) or any([await _is_of_notices(one.mail_id) for one in news])
        outcome = Outcome(
            "reported" if known else "passed_over",
            kind.reason if known else f"{kind.reason} It names no mail of ours.",
            ticket_id=ticket_ids[0] if ticket_ids else None,
        )
        await settle(received_id, outcome)


def news_of(kind: Kind, office: Office) -> list[DeliveryNews]:
    """A report about several addresses is several pieces of news. Pure."""
    if kind.name is KindName.COMPLAINT and kind.complaint:
        mail_id = next(iter(own_ids([kind.complaint.about], office)), None)
        return [
            DeliveryNews("complained", one, f"Reported as {kind.complaint.what}.", mail_id)
            for one in kind.complaint.recipients or ("",)
        ]
    return [
        DeliveryNews(
            "delayed" if one.is_delayed else "bounced",
            one.recipient,
            one.explanation if one.status in one.explanation else f"{one.status} {one.explanation}".strip(),
            next(iter(own_ids([one.about], office)), None),
            one.is_permanent,
        )
        for one in kind.failures
    ]


async def note_delivery(news: DeliveryNews) -> bool:
    """News that a mail service signed, so that it is believed for any address; False where it is about no mail of ours."""
    async with unit_of_work(SYSTEM) as unit:
        if news.address and news.ends_mail:
            await note_unreachable(unit, news.address, _why(news.what), news.reason)
        return await _note(news, unit) is not None


async def _note(news: DeliveryNews, unit: UnitOfWork) -> UUID | None:
    """Write it down beside the mail; the ticket it was about."""
    if news.mail_id is None:
        return None
    mail = await fetch_one(
        "select id, ticket_id, address, copies from ticket_mail where id = $1 for update", news.mail_id
    )
    if mail is None:
        await _note_of_notice(news, unit)
        return None
    address = news.address or mail["address"]
    if address not in {mail["address"], *mail["copies"]}:
        return None
    await _move(mail, news, address, unit)
    if news.ends_mail and address == mail["address"]:  # of a copy anybody in the thread could invent it
        await note_unreachable(unit, address, _why(news.what), news.reason)
    if news.what in {"bounced", "complained"}:
        unit.audit("mail.fail", "ticket", mail["ticket_id"], mail=mail["id"], what=news.what, address=address)
    ticket_id: UUID = mail["ticket_id"]
    return ticket_id


async def _move(mail: asyncpg.Record, news: DeliveryNews, address: str, unit: UnitOfWork) -> None:
    """A complaint comes after a delivery, and a delivery after a delay; nothing takes back a complaint or a bounce.
    What a copy met is told, but the mail's state is that of its addressee."""
    is_copy = address != mail["address"]
    reason = f"{address}: {news.reason}" if is_copy else news.reason
    await execute(
        "update ticket_mail set told_at = $2, reason = case when $4 <> '' then $4 else reason end,"
        " state = case when $5 or $3 = 'delayed' or state in ('complained', 'withheld')"
        "   or (state = 'bounced' and $3 <> 'complained') then state else $3 end where id = $1",
        mail["id"],
        unit.now,
        news.what,
        reason[:1000].replace("\x00", ""),
        is_copy,
    )


async def _note_of_notice(news: DeliveryNews, unit: UnitOfWork) -> None:
    """A mail of kb/notices: its reader's address is what matters."""
    address = await _address_of_notice(news.mail_id)
    if address and news.address in {"", address} and news.ends_mail:
        await note_unreachable(unit, address, _why(news.what), news.reason)


async def _address_of_notice(mail_id: UUID | None) -> str:
    row = await fetch_one(
        "select lower(p.email) as email from notice_mail m join person p on p.id = m.person_id where m.id = $1", mail_id
    )
    return str(row["email"] or "") if row else ""


async def _is_of_notices(mail_id: UUID | None) -> bool:
    return bool(await _address_of_notice(mail_id))


def _why(what: What) -> Literal["bounced", "complained"]:
    return "complained" if what == "complained" else "bounced"
