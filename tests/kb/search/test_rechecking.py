"""What an index says is a candidate: the database decides at that moment what of it is shown."""

from collections.abc import Awaitable, Callable

import pytest

from kb.adapters.meilisearch_index import MeilisearchIndex
from kb.answers.publishing import archive_article
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute
from kb.core.policy import Role
from kb.forum.hiding import hide_topic
from kb.search.gathering import Ways
from kb.search.indexing import reindex
from kb.search.searching import search
from kb.search.suggesting import suggest
from tests.support.answers_factories import make_published_article
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.search_factories import AGENT, EMBEDDER, MEMBER, words
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]
QUERY = "canary webhook 403"


async def shown(index: MeilisearchIndex, actor: Actor) -> set[str]:
    ways = Ways(index)
    found = await search(actor, QUERY, embedder=EMBEDDER, ways=ways)
    suggested = await suggest(actor, QUERY, embedder=EMBEDDER, ways=ways)
    return {item.plain_title for item in found.items} | {item.title for item in suggested.items}


@pytest.fixture
async def stale(meili_index: MeilisearchIndex, deliver_all: Deliver) -> MeilisearchIndex:
    """An index that knows a topic, a ticket and an article, and will hear of nothing that happens to them."""
    topic = await make_topic(title="The canary webhook answers 403 to the public")
    await make_topic(title="The canary webhook answers 403 to a colleague", space="narrowed")
    await make_ticket(subject="The canary webhook answers 403 to a customer")
    article = await make_published_article("When the canary webhook answers 403")
    await deliver_all()
    await reindex(meili_index)
    assert len(await words(meili_index, QUERY, AGENT)) == 4
    await execute("update space set visibility = 'staff' where slug = 'narrowed'")
    await hide_topic(await make_person(Role.MODERATOR), topic.id)
    await archive_article(await make_person(Role.AGENT), article)
    return meili_index


async def test_what_was_hidden_narrowed_or_withdrawn_since_is_shown_to_nobody(stale: MeilisearchIndex) -> None:
    assert len(await words(stale, QUERY, AGENT)) == 4  # the index still names them

    assert await shown(stale, ANONYMOUS) == set()
    assert await shown(stale, MEMBER) == set()


async def test_a_person_whose_right_was_revoked_sees_nothing_at_once(stale: MeilisearchIndex) -> None:
    before = await shown(stale, AGENT)
    demoted = Actor(role=Role.MEMBER, name="Was an agent")

    assert "The canary webhook answers 403 to a customer" in before
    assert await shown(stale, demoted) == set()


async def test_a_document_that_lies_about_its_visibility_is_not_believed(
    meili_index: MeilisearchIndex, deliver_all: Deliver
) -> None:
    await make_ticket(subject="The canary webhook answers 403 to a customer")
    await deliver_all()
    await execute("update question set visibility = 'public'")
    await reindex(meili_index)
    await execute("update question set visibility = 'private'")

    assert await shown(meili_index, ANONYMOUS) == set()
    assert await shown(meili_index, MEMBER) == set()
