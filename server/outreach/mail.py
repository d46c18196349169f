"""Mail that was written to files because no mail server is set, for staff to look at."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kb.core.permissions import Permission
from kb.core.saying import say
from server.building import open_mail_folder
from server.outreach.pages import MailListPage, MailPage
from server.pages import render
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.PERSON_MANAGE)]
"""Mail holds links that sign somebody in: for those who may give anybody any role."""


@get("/dev/mail", guards=READ, include_in_schema=False)
async def show_mail_folder(request: Request[Any, Any, Any], services: Services) -> Response[Any]:
    """What was written lately."""
    mails = await asyncio.to_thread(open_mail_folder(services.settings).list_mail)
    page = MailListPage(say("Written mail"), mails, server_is_set=bool(services.settings["SMTP_URL"]))
    return render(request, "outreach/mail_folder.html", page)


@get("/dev/mail/{mail_id:uuid}", guards=READ, include_in_schema=False)
async def show_mail(request: Request[Any, Any, Any], services: Services, mail_id: UUID) -> Response[Any]:
    """One mail, as text."""
    mail = await asyncio.to_thread(open_mail_folder(services.settings).get_mail, mail_id)
    return render(request, "outreach/mail.html", MailPage(mail.subject, mail))
