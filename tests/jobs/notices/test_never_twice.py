"""Whatever happens in whatever order, however often and late its jobs run and mail fails: nobody is told twice about one thing,
nobody of their own deed, and nobody of what they may not read."""

import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jobs.handlers.notices import mail_digests, mail_notices
from jobs.tools import Tools
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import KbError, Unavailable
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.hiding import hide_post, hide_topic, restore_post, restore_topic
from kb.forum.queries import get_topic_page, locate_post
from kb.forum.replying import reply_to_topic
from kb.notices.preferring import set_preferences
from kb.notices.queries import count_unseen, list_notices
from kb.notices.rules import CHOICES, EMAIL, KINDS, LEVELS
from kb.notices.seeing import mark_all_notices_seen
from kb.notices.sweeping import sweep_untold
from kb.notices.watching import watch_space, watch_topic
from kb.ports.channel import OutgoingMessage
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.outreach_factories import email_of

SPACES = {"help": "public", "lounge": "members", "office": "staff"}
ANYWHERE = ("ask", "level_of_space", "prefer", "see", "deliver", "again", "mail", "digest")
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Half a second an example: making a failure smaller would take longer than reading it."""

IN_A_TOPIC = ("reply", "reply", "call", "level", "accept", "hide_topic", "hide_post", "restore")


@dataclass(frozen=True)
class Topic:
    id: UUID
    number: int


class ShakyChannel:
    """Takes a mail or, as often as chance has it, fails before that; looks at each for what must not be in it."""

    def __init__(self, community: "Community") -> None:
        self._community = community
        self.told: Counter[tuple[str, str]] = Counter()
        self.wrong: list[str] = []

    async def deliver(self, message: OutgoingMessage) -> None:
        if self._community.chance.random() < 0.3:
            raise Unavailable("not now")
        rows = await fetch_all("select thing from notice where mail_id = $1 and seen_at is null", message.id)
        self.told.update((message.address, row["thing"]) for row in rows)
        for mark in re.findall(r"mark-(\d+)", message.text):
            await self._look(message.address, int(mark))

    async def ping(self) -> str:
        return "shaky"

    async def _look(self, address: str, mark: int) -> None:
        [reader] = [person for person in self._community.people if await email_of(person) == address]
        if not await may_read(reader, self._community.posts[mark]):
            self.wrong.append(f"{address} was mailed post {mark}")


class Community:
    """Five people and what they do, each deed chosen by number; time passes with each."""

    def __init__(self, tools: Tools, seed: int) -> None:
        self.chance = random.Random(seed)
        self.channel = ShakyChannel(self)
        self.tools = replace(tools, channels={"email": self.channel})
        self.people: list[Actor] = []
        self.topics: list[Topic] = []
        self.posts: list[UUID] = []
        self.at: datetime = now()

    async def begin(self) -> None:
        await execute(
            "truncate outbox_message, outbox_delivery, watch, notice, notice_mail, notice_round, post, topic cascade"
        )
        for slug, visibility in SPACES.items():
            await make_space(slug, visibility=visibility)
        roles = (Role.MEMBER, Role.MEMBER, Role.AGENT, Role.MODERATOR, Role.MEMBER)
        self.people = [await make_person(role) for role in roles]

    async def do(self, deed: str) -> None:
        self.at += timedelta(minutes=7)
        with clock_held_at(self.at):
            try:
                await (self._do(deed) if deed in ANYWHERE else self._do_in_topic(deed))
            except KbError:
                return  # what somebody may not do is not done

    @property
    def anybody(self) -> Actor:
        return self.chance.choice(self.people)

    @property
    def moderator(self) -> Actor:
        return self.people[3]

    async def _do(self, deed: str) -> None:
        match deed:
            case "ask":
                space = self.chance.choice(list(SPACES))
                asked = await make_topic(self.anybody, space=space, body=f"Please help @{self.anybody.username}")
                self.topics.append(Topic(asked.id, asked.number))
            case "level_of_space":
                await watch_space(self.anybody, self.chance.choice(list(SPACES)), self.chance.choice(LEVELS))
            case "prefer":
                choice = self.chance.choice([*CHOICES[EMAIL], "daily"])
                kind = "digest" if choice == "daily" else self.chance.choice(KINDS)
                await set_preferences(self.anybody, {(kind, EMAIL): choice})
            case "see":
                await mark_all_notices_seen(self.anybody)
            case "again":
                await execute("update outbox_message set done_at = null, offered_at = null, leased_until = null")
                await execute("delete from outbox_delivery")
            case _:
                await self._work(deed)

    async def _work(self, deed: str) -> None:
        if deed == "digest":
            self.at = self.at.replace(hour=8) + timedelta(days=1)
            with clock_held_at(self.at):
                await mail_digests(self.tools)
        elif deed == "mail":
            await mail_notices(self.tools)
        await deliver_until_quiet(self.tools)

    async def _do_in_topic(self, deed: str) -> None:
        if not self.topics:
            return
        topic = self.chance.choice(self.topics)
        match deed:
            case "reply" | "call":
                called = f"@{self.anybody.username}, " if deed == "call" else ""
                post_id = await reply_to_topic(self.anybody, topic.id, f"{called}see mark-{len(self.posts)}")
                self.posts.append(post_id)
            case "level":
                await watch_topic(self.anybody, topic.number, self.chance.choice(LEVELS))
            case "hide_topic":
                await hide_topic(self.moderator, topic.id)
            case "restore":
                await restore_topic(self.moderator, topic.id)
                await restore_post(self.moderator, self.chance.choice(self.posts or [topic.id]))
            case "accept":
                await accept_post(self.anybody, self.chance.choice(self.posts or [topic.id]))
            case "hide_post":
                await hide_post(self.moderator, self.chance.choice(self.posts or [topic.id]))


@pytest.mark.usefixtures("db")
@settings(
    max_examples=15,
    deadline=None,
    phases=WITHOUT_SHRINKING,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=st.lists(st.sampled_from([*ANYWHERE, *IN_A_TOPIC]), min_size=10, max_size=40), seed=st.integers(0, 2**20))
async def test_nobody_is_told_twice_nor_of_what_they_may_not_read(tools: Tools, deeds: list[str], seed: int) -> None:
    community = Community(tools, seed)
    await community.begin()
    for deed in ["ask", "reply", *deeds, "again", "deliver", "mail", "mail", "digest", "mail"]:
        await community.do(deed)
    with clock_held_at(community.at):
        await sweep_untold()

    rows = await fetch_all("select person_id, thing, actor_id from notice")
    assert max(Counter((row["person_id"], row["thing"]) for row in rows).values(), default=1) == 1
    assert [row for row in rows if row["person_id"] == row["actor_id"]] == []
    assert max(community.channel.told.values(), default=1) == 1, "one mail at most holds a notice"
    assert community.channel.wrong == []
    for person in community.people:
        await check_page_of(person, community.topics)


async def check_page_of(person: Actor, topics: list[Topic]) -> None:
    """The page shows what its reader may read, and the bell counts what the page shows."""
    shown = (await list_notices(person)).notices
    assert len([one for one in shown if one.is_unseen]) == await count_unseen(person)
    about = {one.topic_id for one in shown}
    for topic in topics:
        try:
            await get_topic_page(person, topic.number)
        except KbError:
            assert topic.id not in about
    if person.role == Role.MEMBER:
        secret = (
            "select count(*) from notice n join topic t on t.id = n.topic_id join space s on s.id = t.space_id"
            " where s.visibility = 'staff' and n.person_id = $1"
        )
        assert await fetch_value(secret, person.person_id) == 0, "nobody was ever told of it"


async def may_read(person: Actor, post_id: UUID) -> bool:
    try:
        await locate_post(person, post_id)
    except KbError:
        return False
    return True
