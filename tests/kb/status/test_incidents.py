"""Incidents: who may tell of them, what everybody reads, and that every process soon knows."""

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.status.queries import get_incident, list_incidents
from kb.status.reporting import Said, open_incident, update_incident
from kb.status.rules import worst
from kb.status.standing import list_standing, standing_now
from tests.support.factories import make_person
from tests.support.signals_factories import make_product

LATE = Said("investigating", "minor", "Invoices are **sent late**. Nothing is lost.")


async def test_an_incident_stands_from_its_first_word_until_it_is_resolved_and_again_when_it_comes_back(
    db: str,
) -> None:
    agent = await make_person(Role.AGENT)
    number = await open_incident(agent, "  Invoices are sent late ", LATE)
    [standing] = await list_standing()
    assert (standing.title, standing.state, standing.impact) == ("Invoices are sent late", "investigating", "minor")
    assert standing.text == "Invoices are sent late. Nothing is lost."

    await update_incident(agent, number, Said("resolved", "none", "All of them are sent."))
    assert await list_standing() == ()
    over = await get_incident(number)
    assert (over.is_standing, [one.state for one in over.updates]) == (False, ["resolved", "investigating"])

    await update_incident(agent, number, Said("monitoring", "minor", "It came back."))
    assert [one.state for one in await list_standing()] == ["monitoring"]
    assert (await get_incident(number)).resolved_at is None


async def test_only_staff_who_speak_for_the_product_tell_and_what_they_tell_is_in_the_audit_log(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    number = await open_incident(manager, "Invoices are sent late", LATE)
    for who, refusal in (
        (await make_person(Role.MEMBER), NotAllowed),
        (await make_person(Role.MODERATOR), NotAllowed),
        (ANONYMOUS, NotSignedIn),
    ):
        with pytest.raises(refusal):
            await open_incident(who, "Invoices are sent late", LATE)
        with pytest.raises(refusal):
            await update_incident(who, number, LATE)

    assert await fetch_value("select count(*) from incident_update") == 1
    lines = await fetch_all("select action, actor_id from audit_line")
    assert [tuple(line) for line in lines] == [("incident.open", manager.person_id)]


async def test_what_is_missing_is_named_field_by_field_and_nothing_is_written(db: str) -> None:
    agent = await make_person(Role.AGENT)
    with pytest.raises(Invalid) as empty:
        await open_incident(agent, " ", Said("on fire", "huge", ""))
    with pytest.raises(Invalid) as unknown:
        await open_incident(agent, "Invoices are sent late", LATE, app_id=new_id())
    with pytest.raises(NotFound):
        await update_incident(agent, 999, LATE)

    assert set(empty.value.fields) == {"title", "state", "impact", "body"}
    assert set(unknown.value.fields) == {"app_id"}
    assert await list_incidents() == []


async def test_an_incident_of_one_product_does_not_trouble_the_others(db: str) -> None:
    agent, mine, other = await make_person(Role.AGENT), await make_product(), await make_product("wk_other")
    await open_incident(agent, "Invoices are sent late", LATE, app_id=mine.id)
    await open_incident(agent, "Signing in fails", Said("identified", "critical", "We know why."))

    assert [one.title for one in await list_standing(mine.id)] == ["Signing in fails", "Invoices are sent late"]
    assert [one.title for one in await list_standing(other.id)] == ["Signing in fails"]


async def test_many_newer_incidents_of_others_hide_neither_a_products_own_nor_the_worst(db: str) -> None:
    agent, mine, other = await make_person(Role.AGENT), await make_product(), await make_product("wk_other")
    await open_incident(agent, "Nobody can sign in", Said("identified", "critical", "We know why."), app_id=mine.id)
    for n in range(8):
        await open_incident(agent, f"Report {n} is late", LATE, app_id=other.id)

    assert [one.title for one in await list_standing(mine.id)] == ["Nobody can sign in"]
    assert worst([one.impact for one in await list_standing()]) == "critical"


async def test_what_stands_is_read_once_in_several_seconds_and_at_once_after_a_word_of_our_own(db: str) -> None:
    agent = await make_person(Role.AGENT)
    number = await open_incident(agent, "Invoices are sent late", LATE)
    assert standing_now() == ()
    await list_standing()

    await execute("update incident set title = 'Written by another process'")
    assert [one.title for one in await list_standing()] == ["Invoices are sent late"]
    await update_incident(agent, number, LATE)
    assert [one.title for one in await list_standing()] == ["Written by another process"]
    assert standing_now() == await list_standing()


@pytest.mark.parametrize(
    ("impacts", "is_"), [([], "none"), (["minor", "none"], "minor"), (["major", "critical"], "critical")]
)
def test_how_things_stand_is_the_worst_of_all(impacts: list[str], is_: str) -> None:
    assert worst(impacts) == is_
