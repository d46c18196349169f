"""Macros are written by agents, kept under one name each, and put away without being lost."""

import pytest

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.desk.teams import remove_team
from kb.macros.queries import fill, get_macro, list_macros
from kb.macros.writing import archive_macro, create_macro, edit_macro, restore_macro
from kb.tickets.acting import Acts
from tests.support.desk_factories import make_team
from tests.support.factories import make_person


async def test_a_macro_is_written_edited_put_away_and_brought_back(db: str) -> None:
    agent = await make_person(Role.AGENT)
    macro_id = await create_macro(agent, name="  Reset   link ", body="Hello {{requester.name}},\r\npress reset.\n")
    macro = await get_macro(agent, macro_id)
    assert (macro.name, macro.body, macro.revision) == ("Reset link", "Hello {{requester.name}},\npress reset.", 1)
    assert fill(macro, {"requester.name": "Ines"}).text == "Hello Ines,\npress reset."

    await edit_macro(agent, macro_id, name="Reset link", body=macro.body, revision=1)
    assert (await get_macro(agent, macro_id)).revision == 1, "the same text is no new revision"
    await edit_macro(agent, macro_id, name="Reset", body="Press reset twice.", revision=1)
    with pytest.raises(Conflict, match="meanwhile"):
        await edit_macro(agent, macro_id, name="Reset", body="Mine", revision=1)

    await archive_macro(agent, macro_id)
    await archive_macro(agent, macro_id)
    assert [await list_macros(agent), [one.name for one in await list_macros(agent, archived=True)]] == [[], ["Reset"]]
    with pytest.raises(Conflict, match="archived"):
        await edit_macro(agent, macro_id, name="Reset", body="Again")

    await restore_macro(agent, macro_id)
    assert [(one.name, one.body, one.revision) for one in await list_macros(agent)] == [
        ("Reset", "Press reset twice.", 2)
    ]
    done = await fetch_all("select action from audit_line where subject_kind = 'macro' order by id")
    assert [row["action"] for row in done] == [
        "macro.create", "macro.edit", "macro.edit", "macro.archive", "macro.restore",
    ]  # fmt: skip


async def test_a_name_belongs_to_one_macro_on_offer(db: str) -> None:
    agent = await make_person(Role.AGENT)
    first = await create_macro(agent, name="Refund", body="It is on its way.")
    second = await create_macro(agent, name="Refunds", body="They are on their way.")

    for act in (
        create_macro(agent, name="REFUND", body="No."),
        edit_macro(agent, second, name="refund", body="No."),
    ):
        with pytest.raises(Invalid) as refused:
            await act
        assert list(refused.value.fields) == ["name"]

    await archive_macro(agent, first)
    await edit_macro(agent, second, name="Refund", body="They are on their way.")
    with pytest.raises(Invalid) as refused:
        await restore_macro(agent, first)
    assert list(refused.value.fields) == ["name"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.PRODUCT_MANAGER])
async def test_only_who_answers_tickets_reads_and_writes_macros(db: str, role: Role) -> None:
    macro_id = await create_macro(await make_person(Role.AGENT), name="Refund", body="It is on its way.")
    other = await make_person(role)

    for act in (
        list_macros(other),
        get_macro(other, macro_id),
        create_macro(other, name="Mine", body="Mine"),
        edit_macro(other, macro_id, name="Mine", body="Mine"),
        archive_macro(other, macro_id),
        restore_macro(other, macro_id),
    ):
        with pytest.raises(NotAllowed):
            await act


async def test_a_macro_that_is_not_there_is_not_found(db: str) -> None:
    agent = await make_person(Role.AGENT)

    for act in (
        get_macro(agent, new_id()),
        edit_macro(agent, new_id(), name="A", body="b"),
        archive_macro(agent, new_id()),
    ):
        with pytest.raises(NotFound):
            await act


async def test_a_macro_keeps_what_it_does_with_the_ticket(db: str) -> None:
    agent, team_id = await make_person(Role.AGENT), await make_team(routing="hand", name="Billing")
    acts = Acts(takes=True, team_id=team_id, priority="high", tags=("Pay back",), solves=True)
    macro_id = await create_macro(agent, name="Refund", body="It is on its way.", acts=acts)
    macro = await get_macro(agent, macro_id)
    assert (macro.acts, macro.team) == (Acts(True, team_id, "high", ("pay-back",), True), "Billing")

    await edit_macro(agent, macro_id, name="Refund", body="It came.")
    assert (await get_macro(agent, macro_id)).acts == macro.acts, "who says nothing of them leaves them"
    await remove_team(SYSTEM, team_id)
    macro = await get_macro(agent, macro_id)
    assert (macro.acts.team_id, macro.acts.priority, macro.team) == (None, "high", "")
    await edit_macro(agent, macro_id, name="Refund", body="It came.", acts=Acts())
    assert (await get_macro(agent, macro_id)).acts == Acts()

    with pytest.raises(Invalid) as refusal:
        await create_macro(agent, name="Other", body="Text.", acts=Acts(team_id=new_id()))
    assert list(refusal.value.fields) == ["team_id"]
    with pytest.raises(Invalid) as refusal:
        await edit_macro(agent, macro_id, name="Refund", body="Text.", acts=Acts(tags=("!",)))
    assert list(refusal.value.fields) == ["tags"]
