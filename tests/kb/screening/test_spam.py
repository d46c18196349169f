"""Spam scores: rules as a start, moderators' verdicts as what teaches, and never for those who are known."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from kb.adapters.local_spam_judge import LocalSpamJudge
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import Unavailable
from kb.core.policy import Role
from kb.core.trust import Trust
from kb.forum.replying import reply_to_topic
from kb.moderation.deciding import Verdict, decide, undo_decision
from kb.moderation.queries import list_queue
from kb.moderation.teaching import teach_from
from kb.ports.spam_judge import Judgement, Learned, Suspect
from kb.screening.holding import is_held
from kb.screening.rules import Screen
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.moderation_factories import flag_by, waiting_item

Deliver = Callable[[], Awaitable[int]]
SCORING = Screen(judge=LocalSpamJudge(), spam_from=0.85)
SELLING = "Cheap shoes: https://shoes.example/a and https://shoes.example/b"


async def score(suspect: Suspect) -> float:
    return (await LocalSpamJudge().judge(suspect)).score


async def test_rules_alone_tell_selling_from_asking() -> None:
    fresh = timedelta(minutes=5)
    selling = Suspect(SELLING, ("https://shoes.example/a", "https://shoes.example/b"), fresh)
    asking = Suspect("The export stops at 100 rows. " * 10, ("https://docs.example/export",), fresh)
    judgement = await LocalSpamJudge().judge(selling)

    assert judgement.score > 0.85
    assert set(judgement.reasons[:2]) == {"2 links elsewhere", "hardly anything but links"}
    assert await score(asking) < 0.5
    assert await score(Suspect("The same words.", account_age=fresh, copies=2)) > await score(
        Suspect("The same words.")
    )


async def test_words_count_once_there_are_verdicts_of_both_kinds() -> None:
    words = {"crypto": (9, 0), "export": (0, 9)}
    few, many = Learned(4, 9, words), Learned(10, 10, words)
    before = await score(Suspect("crypto gains", learned=few))
    assert await score(Suspect("crypto gains")) == before
    assert await score(Suspect("crypto gains", learned=many)) > before
    assert await score(Suspect("the export", learned=many)) < await score(Suspect("the export"))


async def spam_by(person: Actor, topic_id: UUID) -> UUID:
    return await reply_to_topic(person, topic_id, SELLING, screen=SCORING)


async def test_what_scores_high_waits_with_its_reasons(db: str, deliver_all: Deliver) -> None:
    topic = await make_topic()
    post = await spam_by(await make_person(trust=Trust.NEWCOMER), topic.id)
    await deliver_all()
    (item,) = (await list_queue(await make_person(Role.MODERATOR))).items

    assert (item.post_id, item.is_held, item.sources) == (post, True, ["spam"])
    assert "2 links elsewhere" in item.because[0].text
    fair = await make_person(trust=Trust.NEWCOMER)
    assert not await is_held(await reply_to_topic(fair, topic.id, "Raise the limit in the settings.", screen=SCORING))


@pytest.mark.parametrize("person", [(Role.AGENT, Trust.NEWCOMER), (Role.MEMBER, Trust.REGULAR)])
async def test_staff_and_regulars_are_not_scored(db: str, person: tuple[Role, Trust]) -> None:
    role, trust = person
    topic = await make_topic()
    assert not await is_held(await spam_by(await make_person(role, trust=trust), topic.id))


async def test_a_judge_that_is_away_holds_nobody_up(db: str) -> None:
    class Away:
        async def judge(self, suspect: Suspect) -> Judgement:
            raise Unavailable("The judge does not answer.")

    topic, person = await make_topic(), await make_person(trust=Trust.NEWCOMER)
    assert not await is_held(
        await reply_to_topic(person, topic.id, SELLING, screen=Screen(judge=Away(), spam_from=0.1))
    )


async def test_verdicts_teach_words_once_and_their_undoing_unteaches_them(db: str, deliver_all: Deliver) -> None:
    moderator, topic = await make_person(Role.MODERATOR), await make_topic()
    spam, off_topic = await make_reply(topic, body="Cheap shoes"), await make_reply(topic, body="Nice weather")
    await flag_by(1, spam)
    await flag_by(1, off_topic, reason="off_topic")
    decision = await decide(moderator, await waiting_item(spam), Verdict("hide"))
    await decide(moderator, await waiting_item(off_topic), Verdict("hide"))
    await deliver_all()
    await teach_from(decision)
    assert await learned() == [("cheap", 1, 0), ("shoes", 1, 0)]

    await undo_decision(moderator, decision)
    await deliver_all()
    assert await learned() == []
    await decide(moderator, await waiting_item(spam), Verdict("dismiss"))
    await deliver_all()
    assert await learned() == [("cheap", 0, 1), ("shoes", 0, 1)]
    await execute("delete from spam_verdict")


async def learned() -> list[tuple[str, int, int]]:
    return [tuple(row.values()) for row in await fetch_all("select word, spam, fair from spam_word order by word")]
