"""The review folder: mail that nobody but people can place."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid, NotFound, TooMany
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.mail.queries import MISSING, PAGE, get_received_whole, list_review
from kb.mail.reviewing import HandMade, discard_mail, make_out, make_ticket, read_again, restore_mail
from kb.people.unreachable import call_reachable
from server.errors import STATUS
from server.mail.intake import means_of
from server.mail.pages import ReviewedMailPage, ReviewPage
from server.pages import flash, render
from server.security.guards import requires
from server.tickets.forms import read_cursor
from server.tickets.pages import next_page
from server.wiring import Services

ANSWER = [requires(Permission.TICKET_ANSWER)]
Asked = Request[Any, Any, Any]
LIST = "/mail"
ONE = f"{LIST}/{{mail_id:uuid}}"


@get(LIST, guards=ANSWER)
async def show_review(request: Asked, actor: Actor, past: str = "") -> Response[Any]:
    """What waits, the newest first."""
    found = await list_review(actor, before=read_cursor(past))
    older = next_page(LIST, found[-1].received_at, found[-1].id) if len(found) == PAGE else ""
    return render(request, "mail/review.html", ReviewPage(say("Mail to look at"), found, older, not past))


@get(ONE, guards=ANSWER)
async def show_reviewed(request: Asked, actor: Actor, mail_id: UUID) -> Response[Any]:
    """One mail."""
    return await _show(request, actor, mail_id)


@get(f"{ONE}/raw", guards=ANSWER)
async def download_raw(actor: Actor, mail_id: UUID) -> Response[bytes]:
    """The mail as it came."""
    return raw_response(mail_id, (await get_received_whole(actor, mail_id)).content)


@post(f"{ONE}/reading", guards=ANSWER)
async def try_again(actor: Actor, mail_id: UUID) -> Response[Any]:
    """Have it handled once more."""
    await read_again(actor, mail_id)
    return flash(Redirect(LIST, status_code=303), "good", say("It is read again. If that fails, it comes back here."))


@post(f"{ONE}/removal", guards=ANSWER)
async def discard(actor: Actor, mail_id: UUID) -> Response[Any]:
    """Put it aside; its page takes that back."""
    await discard_mail(actor, mail_id)
    return flash(Redirect(f"{LIST}/{mail_id}", status_code=303), "info", say("Put aside."))


@post(f"{ONE}/restoring", guards=ANSWER)
async def restore(actor: Actor, mail_id: UUID) -> Response[Any]:
    """Take it back into the folder."""
    await restore_mail(actor, mail_id)
    return flash(Redirect(f"{LIST}/{mail_id}", status_code=303), "good", say("It waits in the folder again."))


@post(f"{ONE}/ticket", guards=ANSWER)
async def make_ticket_of(request: Asked, actor: Actor, services: Services, mail_id: UUID) -> Response[Any]:
    """Open a ticket in the sender's name; a refusal shows the mail with everything typed."""
    sent = await request.form()
    typed = {name: value for name, value in sent.items() if isinstance(value, str)}
    form = HandMade(*(typed.get(name, "") for name in ("sender", "name", "subject", "body")))
    try:
        opened = await make_ticket(actor, mail_id, form, means_of(services))
    except (Invalid, TooMany) as refusal:
        return await _show(request, actor, mail_id, form, refusal)
    return flash(Redirect(f"/desk/{opened.number}", status_code=303), "good", say("It is a ticket now."))


@post(f"{LIST}/unreachable/removal", guards=ANSWER)
async def call_address_reachable(request: Asked, actor: Actor) -> Response[Any]:
    """Send automatic mail to an address again."""
    sent = await request.form()
    await call_reachable(actor, str(sent.get("address", "")))
    number = str(sent.get("ticket", ""))
    back = f"/desk/{number}" if number.isdecimal() else LIST
    return flash(Redirect(back, status_code=303), "good", say("Mail goes there again."))


def raw_response(mail_id: UUID, content: bytes | None) -> Response[bytes]:
    """To keep, never to show: what stands in a mail is for a mail program."""
    if content is None:
        raise NotFound(MISSING)
    headers = {
        "Content-Disposition": f'attachment; filename="{mail_id}.eml"',
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


async def _show(
    request: Asked,
    actor: Actor,
    mail_id: UUID,
    form: HandMade | None = None,
    refusal: Invalid | TooMany | None = None,
) -> Response[Any]:
    mail = await get_received_whole(actor, mail_id)
    legible = await make_out(mail)
    form = form or HandMade(legible.sender, legible.name, legible.subject, legible.text)
    errors = (refusal.fields or {"": refusal.message}) if refusal else {}
    page = ReviewedMailPage(mail.line.subject or say("A mail without a subject"), mail, legible, form, errors)
    return render(request, "mail/reviewed.html", page, status=STATUS[type(refusal)] if refusal else 200)
