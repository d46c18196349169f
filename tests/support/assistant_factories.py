"""Conversations for tests, over answers that really were collected."""

from uuid import UUID

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.answers.collecting import collect_answer_of_post
from kb.assistant.access import Chatter
from kb.assistant.finding import Means
from kb.assistant.queries import ConversationView
from kb.assistant.replying import Heard
from kb.assistant.saying import say_in_chat
from kb.assistant.starting import start_conversation
from kb.clusters.embedding import ensure_vectors
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_value
from kb.people.products import ProductApp
from tests.support.answers_factories import make_cluster, make_solved_topic

MEANS = Means(HashingEmbedder(), base_url="https://help.example")


async def make_answered(
    title: str, answer: str, *, space_id: UUID | None = None, cluster_id: UUID | None = None
) -> UUID:
    """A topic that asks this and was answered so, with its vector and its cluster; returns the answer."""
    topic_id, post_id = await make_solved_topic(
        title=title, answer=answer, space_id=space_id, cluster_id=cluster_id or await make_cluster(title)
    )
    await _say_so(topic_id, title)
    await collect_answer_of_post(post_id)
    answer_id: UUID = await fetch_value("select id from answer where source_id = $1", post_id)
    return answer_id


async def make_waiting(title: str) -> tuple[UUID, UUID]:
    """A topic that asks this and has a reply nobody accepted; returns both."""
    topic_id, post_id = await make_solved_topic(title=title, cluster_id=await make_cluster(title), accepted=False)
    await _say_so(topic_id, title)
    return topic_id, post_id


async def _say_so(topic_id: UUID, title: str) -> None:
    """The topic's question as extraction and embedding leave it."""
    visibility = await fetch_value(
        "select s.visibility from topic t join space s on s.id = t.space_id where t.id = $1", topic_id
    )
    question_id = await fetch_value(
        "update question set title = $2, text = $2, visibility = $3, text_hash = sha256($2::text::bytea) where parent_id = $1 returning id",
        topic_id,
        title,
        visibility,
    )
    await ensure_vectors([question_id], MEANS.embedder)
    await execute("update embedding_model set active = true where id = (select max(id) from embedding_model)")


def on_page(actor: Actor = ANONYMOUS, *, secret: str = "") -> Chatter:
    """Somebody on the forum's own page."""
    return Chatter(actor, "page", "visitor-hash", secret=secret)


def in_widget(app: ProductApp, actor: Actor = ANONYMOUS, *, secret: str = "") -> Chatter:
    """Somebody on a product's page."""
    return Chatter(actor, "widget", "visitor-hash", app, secret)


class Talk:
    """One conversation, said line by line."""

    def __init__(self, chatter: Chatter, id_: UUID) -> None:
        self.chatter, self.id = chatter, id_

    async def say(self, text: str = "", *, choice: UUID | None = None) -> ConversationView:
        """Say it; the turns that came of it."""
        return await say_in_chat(self.chatter, self.id, Heard(text, choice), means=MEANS)


async def begin(chatter: Chatter, *, page_url: str | None = None) -> Talk:
    """A conversation of this person, with its secret."""
    started = await start_conversation(chatter, page_url=page_url)
    known = Chatter(chatter.actor, chatter.surface, chatter.visitor, chatter.app, started.secret, chatter.distinct_id)
    return Talk(known, started.id)
