"""Whatever happens in whatever order, however often and late its jobs run: nobody is told twice about one thing, nobody of
their own deed, and nobody of what they may not read."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.tools import Tools
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import KbError
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.hiding import hide_post, hide_topic, restore_topic
from kb.forum.queries import get_topic_page
from kb.forum.replying import reply_to_topic
from kb.notices.queries import count_unseen, list_notices
from kb.notices.rules import LEVELS
from kb.notices.sweeping import sweep_untold
from kb.notices.watching import watch_space, watch_topic
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic

SPACES = {"help": "public", "lounge": "members", "office": "staff"}
DEEDS = (
    "ask",
    "reply",
    "call",
    "watch",
    "mute_space",
    "accept",
    "hide_topic",
    "hide_post",
    "restore",
    "deliver",
    "again",
)


class Community:
    """Five people and what they do, each deed chosen by number."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.people: list[Actor] = []
        self.topics: list[tuple[int, object]] = []
        self.posts: list[object] = []

    async def begin(self) -> None:
        for slug, visibility in SPACES.items():
            await make_space(slug, visibility=visibility)
        roles = (Role.MEMBER, Role.MEMBER, Role.AGENT, Role.MODERATOR, Role.MEMBER)
        self.people = [await make_person(role) for role in roles]

    async def do(self, deed: str, chance: random.Random) -> None:
        person, other = chance.choice(self.people), chance.choice(self.people)
        try:
            await self._do(deed, person, other, chance)
        except KbError:
            return  # what somebody may not do is not done

    async def _do(self, deed: str, person: Actor, other: Actor, chance: random.Random) -> None:
        if deed == "ask":
            asked = await make_topic(person, space=chance.choice(list(SPACES)), body=f"Please help @{other.username}")
            self.topics.append((asked.number, asked.id))
        elif deed == "mute_space":
            await watch_space(person, chance.choice(list(SPACES)), chance.choice(LEVELS))
        elif deed == "deliver":
            await deliver_until_quiet(self.tools)
        elif deed == "again":
            await execute(
                "update outbox_message set done_at = null, offered_at = null, attempts = 0, leased_until = null"
            )
            await execute("delete from outbox_delivery")
        elif self.topics:
            number, topic_id = chance.choice(self.topics)
            await self._do_in_topic(deed, person, other, number, topic_id, chance)

    async def _do_in_topic(
        self, deed: str, person: Actor, other: Actor, number: int, topic_id: object, chance: random.Random
    ) -> None:
        if deed in ("reply", "call"):
            words = f"@{other.username}, see {len(self.posts)}" if deed == "call" else f"See {len(self.posts)}"
            self.posts.append(await reply_to_topic(person, topic_id, words))  # type: ignore[arg-type]
        elif deed == "watch":
            await watch_topic(person, number, chance.choice(LEVELS))
        elif deed == "hide_topic":
            await hide_topic(self.people[3], topic_id)  # type: ignore[arg-type]
        elif deed == "restore":
            await restore_topic(self.people[3], topic_id)  # type: ignore[arg-type]
        elif self.posts and deed == "accept":
            await accept_post(person, chance.choice(self.posts))  # type: ignore[arg-type]
        elif self.posts and deed == "hide_post":
            await hide_post(self.people[3], chance.choice(self.posts))  # type: ignore[arg-type]


@pytest.mark.usefixtures("db")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=8, max_size=30), seed=st.integers(0, 2**20))
async def test_nobody_is_told_twice_nor_of_what_they_may_not_read(
    deliver_all: Callable[[], Awaitable[int]], tools: Tools, deeds: list[str], seed: int
) -> None:
    chance, community = random.Random(seed), Community(tools)
    await community.begin()
    for deed in ["ask", *deeds, "again", "deliver"]:
        await community.do(deed, chance)
    await sweep_untold()

    rows = await fetch_all("select person_id, thing, actor_id, topic_id from notice")
    assert max(Counter((row["person_id"], row["thing"]) for row in rows).values(), default=1) == 1
    assert [row for row in rows if row["person_id"] == row["actor_id"]] == []
    for person in community.people:
        shown = (await list_notices(person)).notices
        assert len([one for one in shown if one.is_unseen]) == await count_unseen(person)
        for number, topic_id in community.topics:
            if not await _may_read(person, number):
                assert topic_id not in {one.topic_id for one in shown}
        staff_only = {
            row["id"]
            for row in await fetch_all(
                "select t.id from topic t join space s on s.id = t.space_id where s.visibility = 'staff'"
            )
        }
        if person.role == Role.MEMBER:
            assert not [row for row in rows if row["person_id"] == person.person_id and row["topic_id"] in staff_only]


async def _may_read(person: Actor, number: int) -> bool:
    try:
        await get_topic_page(person, number)
    except KbError:
        return False
    return True
