"""The demo community as an examination of the assistant: it knows the topics and articles, and is asked what the tickets asked."""

from collections.abc import Callable
from uuid import UUID

from kb.answers.following import follow_all_questions
from kb.answers.sweeping import sweep_uncollected_answers
from kb.assistant.evaluating import AssistantScores, LabelledQuestion, evaluate_assistant
from kb.assistant.finding import Means
from kb.assistant.rules import MOST_TYPED
from kb.clusters.asking_known import list_no_answer
from kb.clusters.extracting import extract_from_topics
from kb.clusters.joining import join_questions
from kb.clusters.refreshing import refresh_clusters
from kb.core.database import execute, fetch_all
from kb.demo.loading import finish_demo, load_demo
from kb.demo.reading import read_records
from kb.ports.embedder import Embedder


async def examine_assistant(
    embedder: Embedder, *, progress: Callable[[int], None] = lambda done: None
) -> AssistantScores:
    """Needs an empty database. Right is an answer to the problem the ticket's writer had, as the demo's files say; half a dozen of
    the forty problems have no accepted answer anywhere."""
    await load_demo()
    await execute("delete from ticket")
    await _learn(embedder)
    asked = [_question(ticket) for ticket in read_records("tickets")]
    strangers = [one.text for one in list_no_answer()]
    return await evaluate_assistant(asked, strangers, await _problems(), Means(embedder), progress=progress)


async def _learn(embedder: Embedder) -> None:
    """What the worker would have done by now."""
    topics = [row["id"] for row in await fetch_all("select id from topic order by created_at")]
    await extract_from_topics(topics)
    questions = [row["id"] for row in await fetch_all("select id from question order by asked_at")]
    await join_questions(questions, embedder)
    await refresh_clusters()
    await sweep_uncollected_answers()
    await follow_all_questions()
    await finish_demo()


def _question(ticket: dict[str, object]) -> LabelledQuestion:
    messages: list[dict[str, str]] = ticket["messages"]  # type: ignore[assignment]
    text = f"{ticket['subject']}. {messages[0]['body']}"[:MOST_TYPED]
    return LabelledQuestion(text, str(ticket["problem"]))


async def _problems() -> dict[UUID, str]:
    """What each answer solves: posts by their topic's, articles by their own."""
    of_title = {record["title"]: record["problem"] for name in ("topics", "articles") for record in read_records(name)}
    rows = await fetch_all(
        "select a.id, coalesce(t.title, ar.title) as title from answer a left join topic t on a.kind = 'post' and t.id = a.parent_id"
        " left join article ar on a.kind = 'article' and ar.id = a.source_id where a.kind in ('post', 'article')"
    )
    return {row["id"]: of_title[row["title"]] for row in rows if row["title"] in of_title}
