"""Drafting, revising and publishing, as kb promises them to every door."""

import asyncio
import json

import pytest

from kb.answers.collecting import collect_answer_of_message, collect_answer_of_post
from kb.answers.drafting import NewArticle, write_article
from kb.answers.promoting import draft_article
from kb.answers.publishing import archive_article, publish_article, restore_article
from kb.answers.queries import get_article, list_articles, list_revisions
from kb.answers.reviewing import get_review, submit_article
from kb.answers.revising import Revision, place_article, revise_article
from kb.answers.texts import get_answer_text
from kb.answers.verifying import verify_article
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, NotAllowed, NotFound
from kb.core.policy import Role
from tests.support.answers_factories import (
    count_rows,
    make_answered_ticket,
    make_cluster,
    make_solved_topic,
    make_space,
)
from tests.support.factories import make_person


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


async def test_a_draft_stands_where_its_answer_stands(agent: Actor) -> None:
    cluster_id, space_id = await make_cluster(), await make_space("members")
    _, post_id = await make_solved_topic(cluster_id=cluster_id, space_id=space_id)
    await collect_answer_of_post(post_id)

    drafted = await draft_article(agent, await fetch_value("select id from answer"))

    row = await fetch_one("select * from article where id = $1", drafted.id)
    assert row is not None
    assert (row["cluster_id"], row["space_id"], row["visibility"], row["state"]) == (
        cluster_id,
        space_id,
        "members",
        "draft",
    )
    assert (row["title"], row["revision"], row["published_revision"]) == ("The reset mail does not arrive", 1, None)


async def test_no_table_of_articles_ever_holds_what_was_masked(agent: Actor) -> None:
    _, message_id = await make_answered_ticket(
        answer="Ines, the card 4111 1111 1111 1111 was refused. Write to ines@example.com."
    )
    await collect_answer_of_message(message_id)

    drafted = await draft_article(agent, await fetch_value("select id from answer"))

    rows = await fetch_all("select a.*, r.* from article a join article_revision r on r.article_id = a.id")
    stored = " ".join(str(dict(row)) for row in rows)
    for secret in ("4111", "ines@example.com", "Ines"):
        assert secret not in stored
    assert json.loads(await fetch_value("select masked from article_revision")) == {
        "e-mail": 2,
        "card number": 1,
        "name": 1,
    }
    assert (await get_review(agent, drafted.id)).from_private


async def test_two_agents_promoting_at_once_make_one_article(agent: Actor) -> None:
    _, post_id = await make_solved_topic()
    await collect_answer_of_post(post_id)
    answer_id = await fetch_value("select id from answer")

    first, second = await asyncio.gather(draft_article(agent, answer_id), draft_article(agent, answer_id))

    assert first == second
    assert await count_rows("article") == 1


async def test_an_imported_article_does_not_double(agent: Actor) -> None:
    draft = NewArticle("Imported once", "Text.", source="demo", source_id="a-01")

    assert await write_article(agent, draft) == await write_article(agent, draft)
    assert await count_rows("article_revision") == 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PRODUCT_MANAGER, Role.MODERATOR])
async def test_only_those_who_write_articles_draft_them(agent: Actor, role: Role) -> None:
    _, post_id = await make_solved_topic()
    await collect_answer_of_post(post_id)
    person = await make_person(role)

    with pytest.raises(NotAllowed):
        await draft_article(person, await fetch_value("select id from answer"))
    with pytest.raises(NotAllowed):
        await write_article(person, NewArticle("A title of mine", "Text."))


async def test_saving_the_same_text_again_adds_no_revision(agent: Actor) -> None:
    drafted = await write_article(agent, NewArticle("The same title", "Text."))

    assert await revise_article(agent, drafted.id, Revision("The same title", "Text.", 1)) == 1
    assert await revise_article(agent, drafted.id, Revision("The same title", "Other text.", 1)) == 2
    assert [r.number for r in await list_revisions(agent, drafted.id)] == [2, 1]


async def test_a_reviewed_text_that_changes_is_reviewed_again(agent: Actor) -> None:
    drafted = await write_article(agent, NewArticle("The same title", "Text."))
    await submit_article(agent, drafted.id)
    await revise_article(agent, drafted.id, Revision("The same title", "Other text.", 1))

    with pytest.raises(Conflict, match="draft"):
        await publish_article(agent, drafted.id, revision=2)


async def test_placing_moves_the_articles_answer_with_it(agent: Actor) -> None:
    drafted = await write_article(agent, NewArticle("The same title", "Text."))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    cluster_id = await make_cluster()

    await place_article(agent, drafted.id, visibility="staff", space_id=None, cluster_id=cluster_id)

    row = await fetch_one("select visibility, cluster_id from answer")
    assert row is not None
    assert tuple(row) == ("staff", cluster_id)
    with pytest.raises(NotFound):
        await get_article(ANONYMOUS, drafted.number)


async def test_an_archived_article_comes_back_with_its_record(agent: Actor) -> None:
    drafted = await write_article(agent, NewArticle("The same title", "Text."))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    answer_id = await fetch_value("select id from answer")
    await archive_article(agent, drafted.id)
    assert (await list_articles(agent)).articles == ()

    await restore_article(agent, drafted.id)
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)

    assert await fetch_value("select id from answer where retired_at is null") == answer_id
    names = [row["name"] for row in await fetch_all("select name from outbox_message order by id")]
    assert names == ["ArticlePublished", "AnswerCollected", "ArticleArchived", "ArticlePublished"]


async def test_only_a_published_article_is_verified(agent: Actor) -> None:
    drafted = await write_article(agent, NewArticle("The same title", "Text."))

    with pytest.raises(Conflict):
        await verify_article(agent, drafted.id)


async def test_an_answers_whole_text_is_for_its_readers(agent: Actor) -> None:
    _, message_id = await make_answered_ticket(answer="Press **Reset**.")
    await collect_answer_of_message(message_id)
    answer_id = await fetch_value("select id from answer")

    text = await get_answer_text(agent, answer_id)

    assert (text.body_source, text.names) == ("Press **Reset**.", ("Ines Duarte", "Tom Berg"))
    with pytest.raises(NotFound):
        await get_answer_text(await make_person(Role.MODERATOR), answer_id)
