"""Mail services call: with mail they took in for us, and with what became of mail they sent. They sign instead of signing in."""

import base64
import binascii
import hmac
from typing import Any

from litestar import Request, post
from litestar.datastructures import UploadFile

from kb.core.actor import SYSTEM
from kb.core.errors import NotAllowed
from kb.core.saying import say
from kb.mail import mailgun, postmark
from kb.mail.bouncing import DeliveryNews, note_delivery
from kb.mail.mailgun import MailgunMail
from kb.mail.office import office_of
from kb.mail.postmark import PostmarkEvent
from kb.mail.rebuilding import Piece
from kb.mail.rules import MAX_MAIL
from kb.mail.taking_in import take_in
from server.security.guards import PUBLIC
from server.wiring import Services

Asked = Request[Any, Any, Any]

SIGNED: dict[str, Any] = {**PUBLIC, "exclude_from_csrf": True}
LARGEST = MAX_MAIL * 3 // 2
"""Attachments come in base64 inside JSON."""


@post("/hooks/mail/postmark/{secret:str}", opt=SIGNED, status_code=200, request_max_body_size=LARGEST)
async def hear_postmark(request: Asked, services: Services, secret: str) -> dict[str, str]:
    """Both of Postmark's kinds of webhook, with POSTMARK_WEBHOOK_SECRET in the address."""
    return await _hear_postmark(request, services, secret)


@post("/hooks/mail/postmark", opt=SIGNED, status_code=200, request_max_body_size=LARGEST)
async def hear_postmark_with_password(request: Asked, services: Services) -> dict[str, str]:
    """The same with the secret as the password of HTTP's basic authentication."""
    return await _hear_postmark(request, services, _password(request.headers.get("authorization", "")))


async def _hear_postmark(request: Asked, services: Services, secret: str) -> dict[str, str]:
    wanted = services.settings["POSTMARK_WEBHOOK_SECRET"]
    if not wanted or not hmac.compare_digest(secret.encode(), wanted.encode()):
        raise NotAllowed(say("The secret is not right."))
    said = postmark.read_postmark(await request.body())
    if isinstance(said, PostmarkEvent):
        return {"outcome": await _outcome(postmark.news_of_event(said))}
    recipients = [said.original_recipient] if said.original_recipient else []
    taken = await take_in(SYSTEM, postmark.raw_of(said), "postmark", recipients=recipients)
    return {"outcome": "kept" if taken.is_new else "known", "id": str(taken.id)}


@post("/hooks/mail/mailgun", opt=SIGNED, status_code=200, request_max_body_size=LARGEST)
async def hear_mailgun(request: Asked, services: Services) -> dict[str, str]:
    """Mail that a route of Mailgun's hands on, as a form, and Mailgun's events, as JSON; MAILGUN_SIGNING_KEY proves both."""
    key = services.settings["MAILGUN_SIGNING_KEY"]
    if not key:
        raise NotAllowed(say("The signature is not right."))
    if request.headers.get("content-type", "").startswith("application/json"):
        event = mailgun.read_event(await request.body(), key=key)
        return {"outcome": await _outcome(mailgun.news_of_event(event, office_of(services.settings)))}
    mail = await _read_form(request, key)
    recipients = [mail.recipient] if mail.recipient else []
    taken = await take_in(SYSTEM, mailgun.raw_of(mail), "mailgun", recipients=recipients)
    return {"outcome": "kept" if taken.is_new else "known", "id": str(taken.id)}


async def _outcome(news: DeliveryNews | None) -> str:
    if news is None:
        return "ignored"
    return "noted" if await note_delivery(news) else "of no mail of ours"


async def _read_form(request: Asked, key: str) -> MailgunMail:
    """Its files only once its fields have proved whose it is."""
    form = await request.form()
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    mailgun.check_signature(mailgun.signature_of(fields), key=key)
    files = [
        (name, Piece(value.filename or name, value.content_type, await value.read(MAX_MAIL)))
        for name, value in form.multi_items()
        if isinstance(value, UploadFile)
    ]
    return MailgunMail(fields, files)


def _password(header: str) -> str:
    scheme, _, coded = header.partition(" ")
    try:
        said = base64.b64decode(coded, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return said.partition(":")[2]
