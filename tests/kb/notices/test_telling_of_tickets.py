"""Those who answer tickets are told: called by name in a note, or about to be late. The requester never is."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from kb.core.clock import clock_held_at, now
from kb.core.database import execute
from kb.core.policy import Role
from kb.notices.queries import list_notices
from kb.notices.sweeping import sweep_untold
from kb.notices.wording import lead_of
from kb.sla.policies import save_policy
from kb.sla.rules import Policy
from kb.sla.sweeping import watch_promises
from kb.tickets.answering import reply_to_ticket
from kb.tickets.assigning import assign_ticket
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]


async def test_an_agent_called_in_a_note_is_told_once_and_nobody_else_is(deliver_all: Deliver) -> None:
    bo, ines, member = await make_person(Role.AGENT), await make_person(Role.AGENT), await make_person()
    tove = await make_person(Role.AGENT, name="Tove")
    ticket = await make_ticket(ines)
    note = f"@{bo.username} and @{ines.username} and @{member.username}, have a look. @{tove.username} did."
    await reply_to_ticket(tove, ticket.id, note, "note")
    await deliver_all()
    await execute("update outbox_message set done_at = null where name = 'NoteWritten'")
    await deliver_all()

    [told] = (await list_notices(bo)).notices
    assert (told.kind, told.actor, told.path) == ("mention", "Tove", f"/desk/{ticket.number}")
    assert told.title == f"#{ticket.number} Invoices are sent twice"
    for other in (ines, member, tove):
        assert (await list_notices(other)).notices == []


async def test_a_note_whose_message_was_lost_is_told_by_the_sweep(db: str) -> None:
    bo, tove, began = await make_person(Role.AGENT), await make_person(Role.AGENT), now() - timedelta(minutes=5)
    with clock_held_at(began):
        ticket = await make_ticket()
        await reply_to_ticket(tove, ticket.id, f"@{bo.username}?", "note")
        await reply_to_ticket(tove, ticket.id, f"Write to @{bo.username}.")

    assert await sweep_untold() == 1
    assert await sweep_untold() == 0
    assert len((await list_notices(bo)).notices) == 1


async def test_whoever_has_the_ticket_hears_that_it_is_due_and_then_that_it_is_late(deliver_all: Deliver) -> None:
    admin, tove, other = await make_person(Role.ADMIN), await make_person(Role.AGENT), await make_person(Role.AGENT)
    await save_policy(admin, Policy("All", first_reply=timedelta(hours=1), warn_before=timedelta(minutes=20)))
    began = now() - timedelta(hours=3)
    with clock_held_at(began):
        ticket = await make_ticket()
        await assign_ticket(admin, ticket.id, tove.person_id)
        await deliver_all()
    for minutes in (45, 61):
        with clock_held_at(began + timedelta(minutes=minutes)):
            await watch_promises()
            await deliver_all()

    notices = (await list_notices(tove)).notices
    assert [str(lead_of(one)) for one in notices] == ["Overdue:", "Soon due:"]
    assert {one.path for one in notices} == {f"/desk/{ticket.number}"}
    assert (await list_notices(other)).notices == []
