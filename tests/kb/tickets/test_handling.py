"""Agent, team, priority and tags are set in one write, and the desk's words are nobody else's."""

import pytest

from kb.core.database import fetch_value
from kb.core.errors import Invalid, NotAllowed
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.tickets.handling import Handling, handle_ticket
from kb.tickets.queries import get_ticket
from kb.tickets.rules import TAGS_MOST
from kb.tickets.tagging import set_ticket_tags
from tests.kb.clusters.test_duplicates import everything
from tests.support.desk_factories import make_team
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket


async def test_what_differs_is_changed_and_told_once(db: str) -> None:
    agent = await make_person(Role.AGENT)
    team_id, ticket = await make_team(agent), await make_ticket()
    wanted = Handling(agent.person_id, team_id, "high", ["VIP Customer", "vip-customer", "Ölmühle"])
    for _ in range(2):
        await handle_ticket(agent, ticket.id, wanted)
    side = (await get_ticket(agent, ticket.number)).desk
    assert side is not None
    assert (side.priority, side.team, side.tags) == ("high", "Billing", ("vip-customer", "ölmühle"))
    changes = "select array_agg(action order by action) from audit_line where action like 'ticket.%' and action <> 'ticket.open'"
    assert await fetch_value(changes) == ["ticket.assign", "ticket.give_to_team", "ticket.prioritise", "ticket.tag"]
    await handle_ticket(agent, ticket.id, Handling(None, None, "low", ["ölmühle"]))
    side = (await get_ticket(agent, ticket.number)).desk
    assert side is not None
    assert (side.priority, side.team, side.tags) == ("low", None, ("ölmühle",))


async def test_what_somebody_changed_since_it_was_seen_stays_as_they_made_it(db: str) -> None:
    agent, other = await make_person(Role.AGENT), await make_person(Role.AGENT)
    team_id, ticket = await make_team(agent, routing="hand"), await make_ticket()
    await set_ticket_tags(agent, ticket.id, ["refund", "typo"])
    seen = Handling(None, None, "normal", ["refund", "typo"])
    await handle_ticket(other, ticket.id, Handling(other.person_id, team_id, "urgent", ["refund", "typo", "vip"], seen))

    await handle_ticket(agent, ticket.id, Handling(None, None, "normal", ["refund", "late"], seen))

    view = await get_ticket(agent, ticket.number)
    assert view.desk is not None
    assert (view.assignee_id, view.desk.team_id, view.desk.priority) == (other.person_id, team_id, "urgent")
    assert view.desk.tags == ("late", "refund", "vip")


async def test_a_refusal_changes_nothing_and_names_its_field(db: str) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    ticket = await make_ticket(ines)
    before = await everything()
    for wrong, field in (
        (Handling(ines.person_id, None, "high", []), "assignee_id"),
        (Handling(None, new_id(), "high", []), "team_id"),
        (Handling(None, None, "asap", []), "priority"),
        (Handling(None, None, "high", ["…"]), "tags"),
        (Handling(None, None, "high", [f"t{n}" for n in range(TAGS_MOST + 1)]), "tags"),
    ):
        with pytest.raises(Invalid) as refusal:
            await handle_ticket(agent, ticket.id, wrong)
        assert set(refusal.value.fields) == {field}
    assert await everything() == before
    for act in (handle_ticket(ines, ticket.id, Handling(None, None, "high", [])), set_ticket_tags(ines, ticket.id, [])):
        with pytest.raises(NotAllowed):
            await act
