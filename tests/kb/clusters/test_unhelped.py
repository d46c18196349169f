"""What a reader was trying to do whom an article did not help is a question like any other, for those who read tickets alone."""

from collections.abc import Awaitable, Callable

import pytest

from kb.answers.drafting import NewArticle, write_article
from kb.articles.judging import tell_aim
from kb.clusters.asked import count_by_source
from kb.clusters.queries import list_questions_of_cluster
from kb.clusters.sweeping import sweep_unextracted
from kb.core.actor import ANONYMOUS
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.policy import Role
from tests.support.answers_factories import make_published_article
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.search_factories import AGENT

Deliver = Callable[[], Awaitable[int]]

TRYING = "Invoices are sent twice every Monday"


async def test_it_joins_the_questions_that_mean_the_same_and_leads_staff_to_the_article(
    db: str, deliver_all: Deliver
) -> None:
    member, article_id = await make_person(Role.MEMBER), await make_published_article("Paying by card")
    await make_topic(title=TRYING, body=TRYING)
    await deliver_all()

    assert await tell_aim(member, article_id, TRYING.lower())
    await deliver_all()

    question = await fetch_one("select * from question where source_kind = 'feedback'")
    assert question
    assert (question["person_id"], question["visibility"]) == (member.person_id, "private")
    assert question["cluster_id"] == await fetch_value("select cluster_id from question where source_kind = 'topic'")
    rows = await list_questions_of_cluster(AGENT, question["cluster_id"])
    number = await fetch_value("select number from article where id = $1", article_id)
    assert {row.kind: row.url for row in rows}["feedback"] == f"/kb/{number}"
    assert (await count_by_source(AGENT, question["cluster_id"]))["feedback"] == 1


async def test_a_stranger_counts_at_once_and_the_same_again_is_one_question(db: str, deliver_all: Deliver) -> None:
    article_id = await make_published_article("Paying by card")

    assert await tell_aim(ANONYMOUS, article_id, TRYING, visitor="a")
    assert not await tell_aim(ANONYMOUS, article_id, TRYING.upper() + " ?", visitor="a")
    await deliver_all()

    assert await fetch_value("select count(*) from question where source_kind = 'feedback'") == 1


async def test_personal_data_is_masked_before_anything_is_kept(db: str, deliver_all: Deliver) -> None:
    article_id = await make_published_article("Paying by card")
    await tell_aim(await make_person(), article_id, "mail to anna@example.com bounces every week")
    await deliver_all()

    kept = str(
        await fetch_all(
            "select u.words, u.settled, q.title, q.text from unhelped_reader u, question q where q.source_id = u.id"
        )
    )
    assert "bounces" in kept
    assert "anna@" not in kept


async def test_the_sweep_finds_what_a_lost_message_left_behind(db: str) -> None:
    article_id = await make_published_article("Paying by card")
    await tell_aim(await make_person(), article_id, TRYING)
    await execute("update unhelped_reader set created_at = created_at - interval '2 minutes'")

    assert await sweep_unextracted() == 1
    assert await fetch_value("select count(*) from question where source_kind = 'feedback'") == 1
    assert await sweep_unextracted() == 0


@pytest.mark.parametrize("text", ["", "invoice", "???", "word " * 200])
async def test_what_says_too_little_or_too_much_is_refused_by_its_field(db: str, text: str) -> None:
    article_id = await make_published_article("Paying by card")
    with pytest.raises(Invalid) as refused:
        await tell_aim(await make_person(), article_id, text)
    assert set(refused.value.fields) == {"trying"}


async def test_nobody_says_it_of_an_article_that_readers_do_not_see(db: str) -> None:
    drafted = await write_article(await make_person(Role.AGENT), NewArticle("Something secret", "Press it."))
    with pytest.raises(NotFound):
        await tell_aim(await make_person(), drafted.id, TRYING)
