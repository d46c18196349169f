"""Where a mail that was read belongs: a topic, a ticket that is there, a new one, a delivery of ours, or people who look at it."""

import asyncio
from uuid import UUID

from kb.mail.adding import add_to_ticket
from kb.mail.arrived import Arrived
from kb.mail.bouncing import hear_of_failed_mail
from kb.mail.kinds import Kind, KindName, judge
from kb.mail.noting import note_automatic
from kb.mail.office import Means, Office
from kb.mail.opening import open_by_mail
from kb.mail.settling import Outcome, settle
from kb.mail.threading import find_signed, find_ticket_thread, ids_named, own_ids
from kb.mail.writing_up import write_up
from kb.notices.receiving import reply_by_mail

NOT_OURS = "It is not addressed to an address of ours that takes mail."
NOT_MADE = "The reply address is not one that we made."


async def route_mail(arrived: Arrived, means: Means) -> None:
    """Do what it asks and write down what became of it. Raises what its parts raise."""
    kind = judge_arrived(arrived, means.office)
    if kind.name is KindName.LOOP:
        await settle(arrived.id, Outcome("passed_over", kind.reason))
    elif kind.name in {KindName.BOUNCE, KindName.COMPLAINT}:
        await hear_of_failed_mail(arrived.id, kind, means.office)
    elif kind.name is KindName.PERSON:
        await _route_written(arrived, means)
    else:
        await _route_automatic(arrived, kind, means)


def judge_arrived(arrived: Arrived, office: Office) -> Kind:
    """Of what kind it is. By the Message-ID only a mail that we made is our own come back: colleagues share our domain."""
    if own_ids([arrived.mail.message_id], office):
        return Kind(KindName.LOOP, "It bears a Message-ID that we made.")
    return judge(arrived.mail, office.own)


async def _route_written(arrived: Arrived, means: Means) -> None:
    is_reply, signed = find_signed(arrived.recipients, means.office)
    if thread := await find_ticket_thread(arrived.mail, signed, means.office):
        await add_to_ticket(arrived, thread, means)
    elif signed and (post_id := await _post(arrived, signed, means)):
        await settle(arrived.id, Outcome("posted", post_id=post_id))
    elif arrived.is_for(means.office):
        await open_by_mail(arrived, means)
    else:
        await settle(arrived.id, Outcome("review", NOT_MADE if is_reply else NOT_OURS))


async def _post(arrived: Arrived, signed: UUID, means: Means) -> UUID | None:
    """As a reply in a topic; None where the address was made for no mail about one."""
    text = (await asyncio.to_thread(write_up, arrived.mail, is_public=True)).text
    return await reply_by_mail(signed, sender=arrived.mail.from_address, text=text, screen=means.screen)


async def _route_automatic(arrived: Arrived, kind: Kind, means: Means) -> None:
    """What a machine wrote answers nothing: noted where it belongs to a ticket, passed over where it answers other mail of ours."""
    _, signed = find_signed(arrived.recipients, means.office)
    if thread := await find_ticket_thread(arrived.mail, signed, means.office):
        await note_automatic(arrived, thread, kind)
    elif signed or own_ids(ids_named(arrived.mail), means.office):
        await settle(arrived.id, Outcome("passed_over", kind.reason))
    else:
        await settle(arrived.id, Outcome("review", kind.reason))
