"""Still stuck: a question from a product's page, as a ticket of whoever the product vouches for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from kb.answers.reusing import record_use
from kb.core.errors import NotFound, NotSignedIn
from kb.core.saying import say
from kb.help.identifying import Caller
from kb.signals.wire.places import clean_page_url
from kb.tickets.asking import NewTicket, OpenedTicket, open_ticket

log = structlog.get_logger()

MAX_TRIED = 5


@dataclass(frozen=True, slots=True)
class HelpQuestion:
    """What was typed, where, and which answers had been opened before: they did not help, and the ledger should know."""

    subject: str
    body: str
    page_url: str | None = None
    tried: tuple[UUID, ...] = ()


async def ask_from_page(caller: Caller, question: HelpQuestion) -> OpenedTicket:
    """Raises `NotSignedIn` for somebody nobody vouched for (they ask in the forum), `Invalid` with fields, `TooMany`."""
    if not caller.is_known:
        raise NotSignedIn(say("Ask in the community: this page does not say who you are."), {"token": say("missing")})
    page_url = clean_page_url(question.page_url)
    opened = await open_ticket(caller.actor, NewTicket(question.subject, question.body, "widget", page_url))
    await _note_tried(caller, question.tried[:MAX_TRIED], page_url)
    return opened


async def _note_tried(caller: Caller, tried: Sequence[UUID], page_url: str | None) -> None:
    """The ticket is open; an answer retired meanwhile takes nothing from it."""
    for answer_id in dict.fromkeys(tried):
        try:
            await record_use(caller.actor, answer_id=answer_id, kind="re_asked", surface="widget", page_url=page_url)
        except NotFound:
            log.info("help.tried_answer_is_gone", answer_id=str(answer_id))
