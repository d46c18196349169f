"""Mail that comes in: a mail server or a mail service hands the raw message over."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, post

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.notices.receiving import receive_mail
from kb.notices.site import site_of
from server.security.guards import requires
from server.wiring import Services


@dataclass(frozen=True, slots=True)
class ReceivedOut:
    """What became of it: `posted`, `refused` with the reason, or `taken` while another call is at it."""

    state: str
    reason: str
    post_id: UUID | None


@post("/api/v1/mail/inbound", guards=[requires(Permission.MAIL_RECEIVE)], status_code=200)
async def api_receive_mail(request: Request[Any, Any, Any], actor: Actor, services: Services) -> ReceivedOut:
    """The body is the message as it came (RFC 5322). A mail that cannot be posted is kept with its reason and is no error."""
    site = site_of(services.settings)
    received = await receive_mail(actor, await request.body(), site, screen=services.screen)
    return ReceivedOut(received.state, received.reason, received.post_id)
