"""The triggers an installation begins with."""

import pytest

from kb.core.errors import NotAllowed, NotFound
from kb.core.policy import Role
from kb.outreach.queries import list_triggers
from kb.outreach.triggers import ensure_default_triggers, set_trigger_enabled
from tests.support.factories import make_person
from tests.support.outreach_factories import stored


async def test_making_the_default_triggers_again_changes_nothing_people_set(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    await ensure_default_triggers()
    await set_trigger_enabled(manager, "failed-logins-email", False)

    await ensure_default_triggers()

    lines = {line.key: line for line in await list_triggers(manager)}
    assert set(lines) == {
        "rage-click-in-app",
        "failed-logins-email",
        "fix-shipped",
        "ticket-answered",
        "webhook-off",
    }
    assert not lines["failed-logins-email"].enabled
    assert lines["fix-shipped"].channels == ("in_app", "email")


async def test_only_who_manages_triggers_switches_them(db: str) -> None:
    await ensure_default_triggers()
    for role in (Role.MEMBER, Role.AGENT, Role.MODERATOR):
        with pytest.raises(NotAllowed):
            await set_trigger_enabled(await make_person(role), "rage-click-in-app", False)

    await set_trigger_enabled(await make_person(Role.ADMIN), "rage-click-in-app", False)

    assert [row["enabled"] for row in await stored("trigger") if row["key"] == "rage-click-in-app"] == [False]
    [line] = [row for row in await stored("audit_line") if row["action"] == "trigger.disable"]
    assert line["subject_kind"] == "trigger"


async def test_a_trigger_that_does_not_exist_cannot_be_switched(db: str) -> None:
    with pytest.raises(NotFound):
        await set_trigger_enabled(await make_person(Role.ADMIN), "no-such", True)
