"""A person's own messages, and nobody else's; what staff read about decisions."""

import pytest

from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.cursors import Cursor
from kb.core.errors import NotAllowed, NotFound, NotSignedIn
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.outreach import queries
from kb.outreach.deciding import decide_on_signal
from kb.outreach.queries import count_unread, list_decisions, list_inbox, list_triggers, list_unread
from kb.outreach.seeing import mark_all_seen, mark_seen
from kb.outreach.sending import deliver_message
from kb.outreach.telling import tell_once
from kb.outreach.triggers import FIX_SHIPPED, ensure_default_triggers
from tests.support.factories import make_person
from tests.support.outreach_factories import MemoryChannel, link_to_cluster, make_friction_point, make_signal


async def tell(person: Actor, subject: str, link: str | None = "/t/7") -> None:
    await ensure_default_triggers()
    assert person.person_id is not None
    decided = await tell_once(
        SYSTEM,
        person_id=person.person_id,
        problem=f"issue:{new_id()}:shipped",
        trigger_key=FIX_SHIPPED,
        subject=subject,
        body="Words.",
        link=link,
    )
    for message_id in decided.message_ids:
        await deliver_message(message_id, {"email": MemoryChannel()}, base_url="https://help.example")


async def test_a_person_reads_their_own_messages_once_each_and_no_other_persons(db: str) -> None:
    ines, bo = await make_person(), await make_person()
    await tell(ines, "First")
    await tell(ines, "Second")
    await tell(bo, "For Bo")

    assert [(m.subject, m.channel, m.is_unread) for m in await list_inbox(ines)] == [
        ("Second", "in_app", True),
        ("First", "in_app", True),
    ]
    assert [m.subject for m in await list_unread(ines)] == ["First", "Second"]
    assert await count_unread(ines) == 2


async def test_seeing_a_message_takes_it_out_of_the_unread_and_leaves_it_in_the_inbox(db: str) -> None:
    ines = await make_person()
    await tell(ines, "Only")
    [message] = await list_unread(ines)

    assert await mark_seen(ines, message.id) == "/t/7"
    assert await mark_seen(ines, message.id) == "/t/7"

    assert await list_unread(ines) == []
    [seen] = await list_inbox(ines)
    assert seen.seen_at is not None


async def test_another_persons_message_does_not_exist(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    await tell(ines, "Only")
    [message] = await list_unread(ines)

    for other in (agent, await make_person()):
        with pytest.raises(NotFound):
            await mark_seen(other, message.id)
        assert await list_inbox(other) == []
    with pytest.raises(NotSignedIn):
        await mark_seen(ANONYMOUS, message.id)
    with pytest.raises(NotSignedIn):
        await list_unread(ANONYMOUS)

    assert await count_unread(ines) == 1


async def test_all_are_seen_at_once_and_only_the_readers_own(db: str) -> None:
    ines, bo = await make_person(), await make_person()
    for person in (ines, ines, bo):
        await tell(person, "Word")

    assert await mark_all_seen(ines) == 2
    assert (await count_unread(ines), await count_unread(bo)) == (0, 1)


async def test_a_mail_without_a_twin_in_the_product_stands_in_the_inbox(db: str) -> None:
    await ensure_default_triggers()
    ines = await make_person()
    [decided] = await decide_on_signal(await make_signal(ines, detector="failed_logins"))
    assert await list_inbox(ines) == [], "nothing is in the inbox before it was sent"

    await deliver_message(decided.message_ids[0], {"email": MemoryChannel()}, base_url="https://help.example")

    [mail] = await list_inbox(ines)
    assert (mail.channel, mail.is_unread) == ("email", False)
    assert await count_unread(ines) == 0


async def test_the_inbox_goes_on_where_its_page_ended(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    ines = await make_person()
    for subject in "ABC":
        await tell(ines, subject)

    newest = await list_inbox(ines)
    older = await list_inbox(ines, before=Cursor(newest[-1].sent_at, newest[-1].id))

    assert [m.subject for m in newest + older] == ["C", "B", "A"]


async def test_staff_read_why_somebody_was_spoken_to_and_why_not(db: str) -> None:
    await ensure_default_triggers()
    agent, ines = await make_person(Role.AGENT), await make_person(name="Ines Duarte")
    friction_id = await make_friction_point()
    await link_to_cluster(friction_id, label="Invoices are not sent")
    [spoken] = await decide_on_signal(await make_signal(ines, friction_point_id=friction_id))
    await deliver_message(spoken.message_ids[0], {}, base_url="https://help.example")
    await decide_on_signal(await make_signal(None, detector="failed_logins"))

    silent, spoke = await list_decisions(agent)

    assert (spoke.person, spoke.problem, spoke.outcome) == ("Ines Duarte", "Invoices are not sent", "send")
    assert spoke.messages == ("in_app: sent",)
    assert (silent.person, silent.outcome, silent.messages) == (None, "refuse", ())
    assert [d.id for d in await list_decisions(agent, outcome="refuse")] == [silent.id]
    assert [d.id for d in await list_decisions(agent, trigger="rage-click-in-app")] == [spoke.id]
    lines = {line.key: line for line in await list_triggers(agent)}
    assert (lines["rage-click-in-app"].sent, lines["failed-logins-email"].refused) == (1, 1)


async def test_who_may_not_know_people_reads_no_decisions(db: str) -> None:
    for role in (Role.MEMBER, Role.MODERATOR):
        reader = await make_person(role)
        with pytest.raises(NotAllowed):
            await list_decisions(reader)
        with pytest.raises(NotAllowed):
            await list_triggers(reader)
