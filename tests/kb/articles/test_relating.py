"""Related articles: of the cluster first, then of the category, then of shared words; never what the reader may not read."""

from uuid import UUID

from kb.answers.drafting import NewArticle, write_article
from kb.answers.publishing import archive_article, publish_article
from kb.answers.reviewing import submit_article
from kb.articles.arranging import CategoryDraft, make_category
from kb.articles.placing import place_in_category
from kb.articles.relating import SHOWN, list_related
from kb.core.actor import ANONYMOUS, SYSTEM
from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.server.answers.test_reading_the_knowledge_base import read
from tests.support.answers_factories import make_cluster
from tests.support.client import Client
from tests.support.factories import make_person


async def make(
    title: str,
    *,
    cluster_id: UUID | None = None,
    category: str = "",
    visibility: str = "public",
    body: str = "Press it.",
) -> UUID:
    agent = await make_person(Role.AGENT)
    drafted = await write_article(agent, NewArticle(title, body, cluster_id=cluster_id, visibility=visibility))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    if category:
        await place_in_category(SYSTEM, drafted.id, category)
    return drafted.id


async def titles(article_id: UUID) -> list[str]:
    return [one.title for one in await list_related(ANONYMOUS, article_id)]


async def test_the_cluster_comes_before_the_category_and_that_before_shared_words(db: str) -> None:
    cluster_id = await make_cluster()
    await make_category(SYSTEM, CategoryDraft("Billing"))
    article_id = await make("Paying invoices by card", cluster_id=cluster_id, category="billing")
    await make("Cards and invoices in other currencies")
    await make("Something of the category", category="billing")
    await make("Something of the cluster", cluster_id=cluster_id, category="billing")
    await make("Cards for birthdays")  # one shared word is none

    assert await titles(article_id) == [
        "Something of the cluster", "Something of the category", "Cards and invoices in other currencies"
    ]  # fmt: skip


async def test_what_the_reader_may_not_read_leaves_no_trace(db: str) -> None:
    cluster_id = await make_cluster()
    await make_category(SYSTEM, CategoryDraft("Inner matters", visibility="staff"))
    article_id = await make("Paying invoices by card", cluster_id=cluster_id, category="inner-matters")
    await make("Invoices by card for staff", cluster_id=cluster_id, visibility="staff")
    await make("Only its category binds it", category="inner-matters")
    gone = await make("Invoices by card as they were", cluster_id=cluster_id)
    await archive_article(await make_person(Role.AGENT), gone)

    assert await titles(article_id) == []


async def test_few_are_shown_and_never_the_article_itself_or_what_the_page_leads_to(client: Client) -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    ids = [await make(f"Way of paying {number}", category="billing") for number in range(SHOWN + 4)]
    number = int(await fetch_value("select number from article where id = $1", ids[0]))

    assert len(await titles(ids[0])) == SHOWN
    page = await read(client, number)
    assert "Related articles" in page
    assert page.count(">Way of paying 1</a>") == 1
    listed = (await client.get(f"/api/v1/articles/{number}/related")).json()["items"]
    assert len(listed) == SHOWN
    assert listed[0]["title"] == "Way of paying 1"


async def test_a_title_of_signs_alone_relates_to_nothing(db: str) -> None:
    assert await titles(await make("?! && || :* ''")) == []
