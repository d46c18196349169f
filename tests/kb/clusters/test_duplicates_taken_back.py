"""Whatever people mark, confirm and contest: taking it all back leaves no trace but the logs, and meanwhile nobody is lost."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.duplicates.confirming import confirm_duplicate
from kb.clusters.duplicates.contesting import contest_duplicate
from kb.clusters.duplicates.marking import NewMark, mark_duplicate
from kb.clusters.duplicates.queries import list_duplicates, list_standing
from kb.clusters.duplicates.undoing import undo_duplicate
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import KbError
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.me_too import say_me_too
from kb.forum.merging import list_followers
from kb.search.searching import search
from tests.kb.clusters.test_duplicates import everything, side
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic

TITLES = (
    "Zebra{n} stripes vanish from printed invoices",
    "Walrus{n} report cannot be opened at night",
    "Marmot{n} calendar forgets its birthdays",
    "Penguin{n} export ends in the ice",
)
"""Each world has words of its own: the worlds of one test stand in one database, and the newer is not to find the older."""

_serial = count(1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("mark", "confirm", "contest", "undo")), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)
    ),
    min_size=2,
    max_size=12,
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


class World:
    """Four topics of four askers, three members and an agent; everybody has one of the problems."""

    def __init__(self, agent: Actor, askers: list[Actor], members: list[Actor], topics: list[AskedTopic]) -> None:
        self.agent, self.askers, self.members, self.topics = agent, askers, members, topics

    async def do(self, what: str, one: int, other: int, who: int) -> None:
        """One step; what is refused changes nothing."""
        with suppress(KbError):
            await self._do(what, one, other, who)

    async def _do(self, what: str, one: int, other: int, who: int) -> None:
        if what == "mark":
            mark = NewMark(side(self.topics[one]), side(self.topics[other]), "the same")
            await mark_duplicate(self.members[who], mark, enough=2)
            return
        for standing in (await list_standing(self.agent, self.topics[one].id))[:1]:
            if what == "confirm":
                await confirm_duplicate(self.agent, standing.id)
            elif what == "contest":
                await contest_duplicate(self.askers[one], standing.id, reason="Mine is another one")
            else:
                await undo_duplicate(self.agent, standing.id)

    async def undo_all(self, *, newest_first: bool) -> None:
        """Whatever stands, in this order."""
        standing = [one for one in await list_duplicates(self.agent) if one.state != "undone"]
        for one in standing if newest_first else reversed(standing):
            await undo_duplicate(self.agent, one.id)


async def make_world(deliver_all: Callable[[], Awaitable[int]]) -> World:
    agent = await make_person(Role.AGENT)
    askers, members = [await make_person() for _ in TITLES], [await make_person() for _ in range(3)]
    n = next(_serial)
    topics = [await make_topic(asker, title=title.format(n=n)) for asker, title in zip(askers, TITLES, strict=True)]
    for member, topic in zip(members, topics, strict=False):
        await say_me_too(member, topic.id)
    await deliver_all()
    return World(agent, askers, members, topics)


@settings(max_examples=15, deadline=None, suppress_health_check=QUIET)
@given(steps=STEPS, newest_first=st.booleans())
async def test_taking_everything_back_gives_back_every_row(
    db: str, deliver_all: Callable[[], Awaitable[int]], steps: list[tuple[str, int, int, int]], newest_first: bool
) -> None:
    world = await make_world(deliver_all)
    before = await everything()
    followers = {topic.id: await list_followers(topic.id) for topic in world.topics}
    for step in steps:
        await world.do(*step)
    for topic in world.topics:
        await _check_that_nobody_is_lost(world, topic, followers)
    await world.undo_all(newest_first=newest_first)
    assert await everything() == before


async def _check_that_nobody_is_lost(world: World, topic: AskedTopic, followers: dict[UUID, list[UUID]]) -> None:
    """Its people are told of the original, each once, and its title finds the original first."""
    leads_to = await fetch_value("select duplicate_of from topic where id = $1", topic.id)
    if leads_to is None:
        return
    told = await list_followers(leads_to)
    assert set(followers[topic.id]) <= set(told)
    assert len(told) == len(set(told))
    original = next(one for one in world.topics if one.id == leads_to)
    title = await fetch_value("select title from topic where id = $1", topic.id)
    found = await search(world.members[0], title, embedder=HashingEmbedder())
    assert found.items[0].url.endswith(original.path)


@settings(max_examples=6, deadline=None, suppress_health_check=QUIET)
@given(steps=STEPS)
async def test_a_reply_reaches_everybody_of_the_family_exactly_once(
    db: str, deliver_all: Callable[[], Awaitable[int]], steps: list[tuple[str, int, int, int]]
) -> None:
    world = await make_world(deliver_all)
    for step in [("mark", 0, 1, 0), ("confirm", 0, 1, 0), *steps]:
        await world.do(*step)
    await deliver_all()
    for topic in world.topics:
        if await fetch_value("select duplicate_of from topic where id = $1", topic.id):
            continue
        post = await make_reply(topic, world.agent)
        await deliver_all()
        rows = await fetch_all("select person_id from notice where post_id = $1", post)
        told = [row["person_id"] for row in rows]
        assert sorted(told) == sorted(set(await list_followers(topic.id)) - {world.agent.person_id})
