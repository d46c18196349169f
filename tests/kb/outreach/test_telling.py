"""Telling people that a fix has shipped: on both channels, once."""

import asyncio
from typing import Any

import pytest

from kb.core.actor import SYSTEM, Actor
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.outreach.speaking import Decided
from kb.outreach.telling import tell_once
from kb.outreach.triggers import FIX_SHIPPED, ensure_default_triggers, set_trigger_enabled
from tests.support.factories import make_person
from tests.support.outreach_factories import email_of, forget_email, stored

ISSUE = new_id()


async def tell(person: Actor, **changed: Any) -> Decided:
    assert person.person_id is not None
    words: dict[str, Any] = {
        "person_id": person.person_id,
        "problem": f"issue:{ISSUE}:shipped",
        "trigger_key": FIX_SHIPPED,
        "subject": "A fix for “Invoices are sent twice” has shipped",
        "body": "Release **4.2** carries it.",
        "link": "/t/7",
    }
    return await tell_once(SYSTEM, **{**words, **changed})


@pytest.fixture(autouse=True)
async def _triggers(db: str) -> None:
    await ensure_default_triggers()


async def test_a_person_is_told_in_the_product_and_by_mail_under_one_claim() -> None:
    ines = await make_person()

    decided = await tell(ines)

    assert decided.is_sent
    messages = await stored("message")
    assert {(row["channel"], row["address"]) for row in messages} == {("in_app", None), ("email", await email_of(ines))}
    assert {row["claim_id"] for row in messages} == {decided.claim_id}
    assert set(decided.message_ids) == {row["id"] for row in messages}
    assert all("<strong>4.2</strong>" in row["body_html"] for row in messages)


async def test_telling_again_tells_nobody_anything() -> None:
    ines = await make_person()
    first = await tell(ines)

    again = await tell(ines, subject="Another wording")

    assert again.outcome == "refuse"
    assert again.reason.startswith("Told already on")
    assert again.message_ids == first.message_ids
    assert len(await stored("message")) == 2
    assert len(await stored("decision")) == 1


async def test_fifty_calls_at_once_tell_once() -> None:
    ines = await make_person()

    decided = await asyncio.gather(*(tell(ines) for _ in range(50)))

    assert sum(one.is_sent for one in decided) == 1
    assert len(await stored("message")) == 2


async def test_another_issue_and_another_person_are_told() -> None:
    ines, bo = await make_person(), await make_person()

    assert (await tell(ines)).is_sent
    assert (await tell(bo)).is_sent
    assert (await tell(ines, problem=f"issue:{new_id()}:shipped")).is_sent


async def test_somebody_without_an_address_is_told_in_the_product_alone() -> None:
    ines = await make_person()
    await forget_email(ines)

    assert (await tell(ines)).is_sent
    assert [row["channel"] for row in await stored("message")] == ["in_app"]


async def test_a_trigger_that_is_switched_off_leaves_its_reason_and_no_claim() -> None:
    manager, ines = await make_person(Role.ADMIN), await make_person()
    await set_trigger_enabled(manager, FIX_SHIPPED, False)

    refused = await tell(ines)
    await set_trigger_enabled(manager, FIX_SHIPPED, True)
    told = await tell(ines)

    assert (refused.outcome, refused.reason) == ("refuse", "The trigger is switched off.")
    assert told.is_sent


async def test_nobody_cannot_be_told() -> None:
    with pytest.raises(NotFound):
        await tell(await make_person(), person_id=new_id())
    with pytest.raises(NotFound):
        await tell(await make_person(), trigger_key="no-such-trigger")
