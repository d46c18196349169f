"""Mail that comes in: a mail server or a mail service hands the raw message over."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, post

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.mail.handling import handle_mail
from kb.mail.office import Means, office_of
from kb.mail.queries import ReceivedLine, get_received
from kb.mail.rules import MAX_MAIL
from kb.mail.taking_in import take_in
from server.security.guards import requires
from server.wiring import Services


@dataclass(frozen=True, slots=True)
class ReceivedOut:
    """What became of it.

    `posted` in a topic; `opened` a ticket, `added` to one or `noted` there; `reported` about mail of ours; `repeated`, because it
    came before; `passed_over`, because nothing is to be done; `review`, because people must look at it; `waiting` to be tried again.
    `reason` says why, `ticket` is a number.
    """

    id: UUID
    state: str
    reason: str
    post_id: UUID | None
    ticket: int | None


@post(
    "/api/v1/mail/inbound",
    guards=[requires(Permission.MAIL_RECEIVE)],
    status_code=200,
    request_max_body_size=MAX_MAIL + 1024,
)
async def api_receive_mail(
    request: Request[Any, Any, Any], actor: Actor, services: Services, recipient: str = ""
) -> ReceivedOut:
    """The body is the message as it came (RFC 5322); `recipient` is the envelope's, if the headers do not name it.

    It is kept before it is read: any answer of 2xx means that it may be forgotten. The same mail again changes nothing.
    """
    taken = await take_in(actor, await request.body(), "api", recipients=[recipient] if recipient else [])
    await handle_mail(taken.id, means_of(services))
    return received_out(await get_received(actor, taken.id))


def means_of(services: Services) -> Means:
    """What handling mail needs, of this web process."""
    return Means(office_of(services.settings), services.files, services.screen)


def received_out(line: ReceivedLine) -> ReceivedOut:
    """As programs are told of it."""
    return ReceivedOut(line.id, line.state, line.reason, line.post_id, line.ticket)
