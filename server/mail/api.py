"""Mail for programs: the review folder, and what became of mail about a ticket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, delete, get, post, put

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.permissions import Permission
from kb.mail.queries import Delivery, Origin, ReceivedLine, get_received_whole, get_ticket_post, list_review
from kb.mail.reviewing import HandMade, discard_mail, make_out, make_ticket, read_again, restore_mail
from kb.people.unreachable import call_reachable
from kb.tickets.access import find_ticket_id
from server.lists import CursorIn, Items, LimitIn, check_limit, page_of
from server.mail.intake import means_of
from server.mail.reviewing import raw_response
from server.security.guards import requires
from server.wiring import Services

ANSWER = [requires(Permission.TICKET_ANSWER)]
LIST = "/api/v1/mail/review"
ONE = f"{LIST}/{{mail_id:uuid}}"


@dataclass(frozen=True, slots=True)
class ReviewedOut:
    """A mail in the review folder. `sender` and `subject` are empty until it was read; `size` is in bytes."""

    id: UUID
    state: str
    reason: str
    came_by: str
    sender: str
    subject: str
    size: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class MadeOutOut:
    """A mail with what can be made out of it; `problem` says why it cannot be read, `text` is then the beginning of what came."""

    mail: ReviewedOut
    recipients: list[str]
    sender: str
    name: str
    subject: str
    text: str
    files: list[str]
    problem: str


@dataclass(frozen=True, slots=True)
class HandMadeIn:
    """A ticket made of a mail by hand. `sender` is the address of whoever asks, `body` Markdown."""

    sender: str
    subject: str
    body: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class TicketMade:
    """The ticket's number."""

    number: int


@dataclass(frozen=True, slots=True)
class DeliveryOut:
    """A mail that went out with a message.

    `state` is waiting, sent, delivered, bounced, complained, failed or withheld; `kind` reply or acknowledgement.
    """

    message_id: UUID
    kind: str
    address: str
    copies: list[str]
    state: str
    reason: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeftOutOut:
    """An attachment that was not taken over, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class OriginOut:
    """The mail a message came with. `left_out` of it is only in the mail itself: `GET /api/v1/mail/review/{mail_id}/raw`."""

    message_id: UUID
    mail_id: UUID
    hint: str
    left_out: list[LeftOutOut]


@dataclass(frozen=True, slots=True)
class UnreachableOut:
    """An address that is sent nothing automatic: `why` is bounced, mail to it came back for good, or complained."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class TicketPostOut:
    """What mail has to do with a ticket. `participants` are addresses that its requester brought along; `unreachable` is there
    where the requester's own is out of reach."""

    deliveries: list[DeliveryOut]
    origins: list[OriginOut]
    participants: list[str]
    unreachable: UnreachableOut | None


@get(LIST, guards=ANSWER)
async def api_list_review(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[ReviewedOut]:
    """Mail that people must look at, the newest first."""
    found = await list_review(actor, before=read_cursor(cursor), limit=check_limit(limit) + 1)
    return page_of(found, _reviewed, lambda one: (one.received_at, one.id), limit=limit)


@get(ONE, guards=ANSWER)
async def api_get_reviewed(actor: Actor, mail_id: UUID) -> MadeOutOut:
    """One mail: of the folder, discarded, or part of a ticket."""
    mail = await get_received_whole(actor, mail_id)
    legible = await make_out(mail)
    return MadeOutOut(
        _reviewed(mail.line),
        list(mail.recipients),
        legible.sender,
        legible.name,
        legible.subject,
        legible.text,
        list(legible.files),
        legible.problem,
    )


@get(f"{ONE}/raw", guards=ANSWER)
async def api_get_raw(actor: Actor, mail_id: UUID) -> Response[bytes]:
    """The mail as it came (RFC 5322)."""
    return raw_response(mail_id, (await get_received_whole(actor, mail_id)).content)


@post(f"{ONE}/reading", guards=ANSWER, status_code=204)
async def api_read_again(actor: Actor, mail_id: UUID) -> None:
    """Have it handled as if it had just come. 409 where it is not in the folder."""
    await read_again(actor, mail_id)


@delete(ONE, guards=ANSWER)
async def api_discard_mail(actor: Actor, mail_id: UUID) -> None:
    """Put it aside. 409 where it is not in the folder."""
    await discard_mail(actor, mail_id)


@put(ONE, guards=ANSWER, status_code=204)
async def api_restore_mail(actor: Actor, mail_id: UUID) -> None:
    """Take a discarded one back. 409 for another."""
    await restore_mail(actor, mail_id)


@post(f"{ONE}/ticket", guards=ANSWER)
async def api_make_ticket(actor: Actor, services: Services, mail_id: UUID, data: HandMadeIn) -> TicketMade:
    """Open a ticket in the sender's name, with the mail's files. 409 where it is not in the folder."""
    made = HandMade(data.sender, data.name, data.subject, data.body)
    return TicketMade((await make_ticket(actor, mail_id, made, means_of(services))).number)


@get("/api/v1/tickets/{number:int}/mail", guards=ANSWER)
async def api_get_ticket_mail(actor: Actor, number: int) -> TicketPostOut:
    """What became of the mail about a ticket, and which mail its messages came with."""
    found = await get_ticket_post(actor, await find_ticket_id(actor, number))
    return TicketPostOut(
        [_delivery(one) for one in found.deliveries.values()],
        [_origin(one) for one in found.origins.values()],
        list(found.participants),
        UnreachableOut(found.unreachable.address, found.unreachable.why) if found.unreachable else None,
    )


@delete("/api/v1/mail/unreachable/{address:str}", guards=ANSWER)
async def api_call_reachable(actor: Actor, address: str) -> None:
    """Automatic mail goes to this address again, although mail to it came back or was complained about."""
    await call_reachable(actor, address)


def _reviewed(line: ReceivedLine) -> ReviewedOut:
    return ReviewedOut(
        line.id,
        line.state,
        line.reason,
        line.came_by,
        line.sender,
        line.subject,
        line.size,
        line.received_at,
    )


def _delivery(one: Delivery) -> DeliveryOut:
    return DeliveryOut(one.message_id, one.kind, one.address, list(one.copies), one.state, one.reason, one.sent_at)


def _origin(one: Origin) -> OriginOut:
    left_out = [LeftOutOut(file.name, file.reason) for file in one.left_out]
    return OriginOut(one.message_id, one.mail_id, one.hint, left_out)


ROUTES: list[Any] = [
    api_list_review,
    api_get_reviewed,
    api_get_raw,
    api_read_again,
    api_discard_mail,
    api_restore_mail,
    api_make_ticket,
    api_get_ticket_mail,
    api_call_reachable,
]
