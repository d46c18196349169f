"""What is drafted from tickets keeps its sources through edits, and is read outside staff once enough people asked the same."""

from datetime import timedelta
from uuid import UUID

import pytest

from kb.answers.collecting import collect_answer_of_message, collect_answer_of_post
from kb.answers.promoting import draft_article, preview_article
from kb.answers.publishing import publish_article
from kb.answers.publishing_on_time import carry_out_due
from kb.answers.reviewing import Review, get_review, submit_article
from kb.answers.revising import Revision, place_article, revise_article
from kb.answers.scheduling import Moment, schedule_publication
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.policy import Role
from tests.support.answers_factories import ask_as_well, make_answered_ticket, make_cluster, make_solved_topic
from tests.support.factories import make_person

STEPS = "1. Open the settings of your mail.\n2. Press the Reset button, Ines."


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


async def draft(agent: Actor, cluster_id: UUID) -> UUID:
    _, message_id = await make_answered_ticket(cluster_id=cluster_id, answer=STEPS, subject="Mails never come")
    await collect_answer_of_message(message_id)
    answer_id = await fetch_value("select id from answer where source_id = $1", message_id)
    article_id = (await draft_article(agent, answer_id)).id
    await submit_article(agent, article_id)
    return article_id


def sources(review: Review) -> list[list[str]]:
    return [[one.title or "gone" for one in passage.sources] for passage in review.passages]


async def test_passages_keep_their_source_as_far_as_their_words_stay(agent: Actor) -> None:
    article_id = await draft(agent, await make_cluster())
    body = "Do this first.\n\n1. Press the **Reset** button, [name].\n2. Open some settings of your mail."
    await revise_article(agent, article_id, Revision("Mails never come", body, 1))
    assert sources(await get_review(agent, article_id)) == [[], ["Ticket 1"], []]

    await revise_article(
        agent, article_id, Revision("Mails never come", f"{body}\n\nOpen the settings of your mail.", 2)
    )
    review = await get_review(agent, article_id)
    assert sources(review) == [[], ["Ticket 1"], [], ["Ticket 1"]]
    assert review.from_private
    assert [piece.masked for piece in review.passages[1].pieces if piece.masked] == ["name"]

    await execute("update answer set revision = 2 where kind = 'reply'")
    assert (await get_review(agent, article_id)).passages[1].sources[0].has_changed
    await execute("update answer set retired_at = now() where kind = 'reply'")
    gone = (await get_review(agent, article_id)).passages[1].sources[0]
    assert (gone.is_gone, gone.title, gone.path, gone.author) == (True, "", "", "")


async def test_one_customers_story_stays_with_staff_until_enough_ask_the_same(agent: Actor) -> None:
    cluster_id = await make_cluster()
    article_id = await draft(agent, cluster_id)
    assert "2 people more have to ask the same (3 in all)" in (await get_review(agent, article_id)).refused_because
    with pytest.raises(Invalid) as refused:
        await publish_article(agent, article_id, revision=1)
    assert "somebody's own story" in refused.value.fields["visibility"]
    with pytest.raises(Invalid):
        await schedule_publication(agent, article_id, revision=1, when=Moment(now() + timedelta(days=1), "UTC"))

    await place_article(agent, article_id, visibility="staff", space_id=None, cluster_id=None)
    await publish_article(agent, article_id, revision=1)
    with pytest.raises(Invalid):
        await place_article(agent, article_id, visibility="members", space_id=None, cluster_id=None)
    assert await fetch_value("select visibility from article") == "staff"

    await ask_as_well(cluster_id, 2)
    await place_article(agent, article_id, visibility="public", space_id=None, cluster_id=None)
    assert await fetch_value("select visibility from answer where kind = 'article'") == "public"


async def test_what_was_planned_is_not_published_where_too_few_ask_by_then(agent: Actor) -> None:
    cluster_id = await make_cluster()
    article_id = await draft(agent, cluster_id)
    await ask_as_well(cluster_id, 2)
    await schedule_publication(agent, article_id, revision=1, when=Moment(now() + timedelta(days=1), "UTC"))
    await execute("delete from question where source_kind = 'search'")
    with clock_held_at(now() + timedelta(days=2)):
        assert await carry_out_due() == 0
    assert await fetch_value("select dropped_because from article_schedule") == "too few people"
    assert await fetch_value("select state from article") == "review"


async def test_a_public_answer_needs_nobody_else_and_one_with_a_private_source_does(agent: Actor) -> None:
    cluster_id = await make_cluster()
    _, post_id = await make_solved_topic(cluster_id=cluster_id, answer="Ask the admin of your company to send it.")
    await collect_answer_of_post(post_id)
    public = await fetch_value("select id from answer where source_id = $1", post_id)
    _, message_id = await make_answered_ticket(cluster_id=cluster_id, answer=STEPS)
    await collect_answer_of_message(message_id)
    private = await fetch_value("select id from answer where source_id = $1", message_id)

    both = (await draft_article(agent, public, [private])).id
    assert (await get_review(agent, both)).refused_because
    await execute("update article set state = 'archived'")
    alone = (await draft_article(agent, public)).id
    assert not (await get_review(agent, alone)).refused_because
    await submit_article(agent, alone)
    await publish_article(agent, alone, revision=1)


async def test_a_source_that_is_none_any_more_is_left_out_and_all_are_read_in_one_statement(
    agent: Actor, statements: list[str]
) -> None:
    cluster_id, found = await make_cluster(), []
    for text in (STEPS, "Or ask your admin.", "Or wait until Monday comes.", "Or write to us by mail."):
        _, post_id = await make_solved_topic(answer=text, cluster_id=cluster_id)
        await collect_answer_of_post(post_id)
        found.append(await fetch_value("select id from answer where source_id = $1", post_id))
    await execute("update answer set retired_at = now() where id = $1", found[2])
    statements.clear()
    preview = await preview_article(agent, found[0], found[1:])
    assert len(statements) == 1
    assert "Or ask your admin." in preview.body
    assert "Monday" not in preview.body
    with pytest.raises(NotFound):
        await preview_article(agent, found[2], found[:1])
