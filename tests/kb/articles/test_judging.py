"""What readers say of an article is evidence by revision, once a reader, and moves no rank."""

import pytest

from kb.answers.access import find_article_id
from kb.answers.drafting import NewArticle, write_article
from kb.answers.publishing import publish_article
from kb.answers.ranking import list_answers_of_cluster
from kb.answers.reviewing import submit_article
from kb.answers.revising import Revision, revise_article
from kb.articles.judging import RevisionFeedback, judge_article, list_feedback
from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_value
from kb.core.errors import Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from tests.support.answers_factories import make_answer, make_cluster, make_published_article
from tests.support.factories import make_person


async def test_each_reader_counts_once_a_revision_and_the_last_word_holds(db: str) -> None:
    article_id, agent = await make_published_article("Paying by card"), await make_person(Role.AGENT)
    member = await make_person()

    await judge_article(member, article_id, helpful=True)
    await judge_article(member, article_id, helpful=False, reason="unclear")
    await judge_article(ANONYMOUS, article_id, helpful=True, visitor="a")
    await judge_article(ANONYMOUS, article_id, helpful=True, visitor="a")
    await judge_article(ANONYMOUS, article_id, helpful=False, visitor="b")

    assert await list_feedback(agent, article_id) == [RevisionFeedback(1, 1, 2, (("unclear", 1),))]


async def test_a_new_revision_starts_afresh_and_the_old_evidence_stays(db: str) -> None:
    article_id, agent, member = (
        await make_published_article("Paying by card"),
        await make_person(Role.AGENT),
        await make_person(),
    )
    await judge_article(member, article_id, helpful=False, reason="outdated")

    await revise_article(agent, article_id, Revision("Paying by card", "Press it twice.", 1))
    assert await judge_article(ANONYMOUS, article_id, helpful=False, visitor="a") == 1  # readers still see the first
    await publish_article(agent, article_id, revision=2)
    await judge_article(member, article_id, helpful=True)

    assert await list_feedback(agent, article_id) == [
        RevisionFeedback(2, 1, 0, ()),
        RevisionFeedback(1, 0, 2, (("outdated", 1),)),
    ]


async def test_no_yes_or_no_moves_a_rank(db: str) -> None:
    cluster_id, agent = await make_cluster(), await make_person(Role.AGENT)
    drafted = await write_article(agent, NewArticle("Reset it", "Press it.", cluster_id=cluster_id))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    await make_answer(cluster_id, title="Another")
    before = await list_answers_of_cluster(agent, cluster_id)

    for number in range(30):
        await judge_article(ANONYMOUS, drafted.id, helpful=number % 3 == 0, visitor=f"visitor {number}")

    assert len(before) == 2
    assert await list_answers_of_cluster(agent, cluster_id) == before
    assert await fetch_value("select count(*) from answer_use") == 0


@pytest.mark.parametrize(("helpful", "reason"), [(True, "unclear"), (False, "boring")])
async def test_a_reason_is_one_of_the_list_and_belongs_to_a_no(db: str, helpful: bool, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        await judge_article(
            await make_person(), await make_published_article("Paying by card"), helpful=helpful, reason=reason
        )
    assert set(refused.value.fields) == {"reason"}


async def test_who_may_not_read_it_judges_nothing_and_readers_see_no_evidence(db: str) -> None:
    agent = await make_person(Role.AGENT)
    drafted = await write_article(agent, NewArticle("Something secret", "Press it."))
    with pytest.raises(NotFound):
        await judge_article(await make_person(), drafted.id, helpful=True)
    with pytest.raises(NotFound):
        await judge_article(agent, drafted.id, helpful=True)
    with pytest.raises(NotAllowed):
        await list_feedback(await make_person(), drafted.id)
    with pytest.raises(NotFound):
        await find_article_id(ANONYMOUS, drafted.number)
