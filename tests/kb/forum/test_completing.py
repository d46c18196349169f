"""Names and topics offered while somebody types: nobody who only reads, and nothing one may not read."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import ANONYMOUS, SYSTEM
from kb.core.errors import NotSignedIn
from kb.core.policy import Role
from kb.forum.completing import SHOWN, complete_people, complete_topics
from kb.forum.hiding import hide_topic
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def test_only_who_wrote_where_everybody_reads_is_offered(db: str) -> None:
    await make_space("office", visibility="staff")
    writer, insider, silent = (
        await make_person(Role.AGENT, name="Ines Duarte"),
        await make_person(Role.AGENT, name="Ines Inside"),
        await make_person(name="Ines Quiet"),
    )
    await make_topic(writer)
    await make_topic(insider, space="office")
    for typed in ("ines", "INES d", "duarte", writer.username[:4], writer.username):
        found = [person.username for person in await complete_people(silent, typed)]
        assert writer.username in found, typed
        assert not {insider.username, silent.username} & set(found)
    assert await complete_people(silent, "nes") == []
    assert await complete_people(silent, "%") == []
    with pytest.raises(NotSignedIn):
        await complete_people(ANONYMOUS, "ines")


async def test_topics_are_found_by_number_and_by_words_and_only_readable_ones(db: str) -> None:
    await make_space("office", visibility="staff")
    reader = await make_person()
    open_one = await make_topic(title="The export stops at 100 rows")
    secret = await make_topic(title="The export of secrets", space="office")
    hidden = await make_topic(title="The export that was hidden")
    await hide_topic(SYSTEM, hidden.id)
    for typed in ("export", "exp", "stops expo", str(open_one.number)):
        assert [topic.number for topic in await complete_topics(reader, typed)] == [open_one.number], typed
    assert await complete_topics(reader, str(secret.number)) == []
    assert {t.number for t in await complete_topics(await make_person(Role.AGENT), "export")} >= {secret.number}


async def test_eight_are_enough(db: str) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(agent)
    for n in range(SHOWN + 2):
        await make_reply(topic, await make_person(name=f"Ada {n}"))
        await make_topic(agent, title=f"Export number {n} stops")
    assert len(await complete_people(agent, "ada")) == SHOWN
    assert len(await complete_topics(agent, "export")) == SHOWN


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
async def test_whatever_is_typed_is_only_looked_for(db: str, typed: str) -> None:
    reader = await make_person()
    typed = typed.encode("utf-8", "ignore").decode()
    assert await complete_people(reader, typed) == []
    assert await complete_topics(reader, typed) == []
