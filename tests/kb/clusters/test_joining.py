"""From a topic or ticket to a question in a cluster."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.correcting import move_questions, rename_cluster
from kb.clusters.extracting import extract_from_topics
from kb.clusters.joining import join_questions
from kb.clusters.queries import get_cluster, list_clusters, list_questions_of_cluster
from kb.clusters.refreshing import is_refresh_due, refresh_clusters
from kb.clusters.sweeping import sweep_unextracted
from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import NotAllowed
from kb.core.policy import Role
from kb.forum.hiding import hide_topic
from kb.tickets.asking import NewTicket, open_ticket
from tests.support.answers_factories import make_message
from tests.support.clusters_factories import ask, seed_questions, seed_vectors
from tests.support.factories import make_person

Deliver = Callable[[], Awaitable[int]]

RESET = [
    "Password reset mail never arrives",
    "The password reset mail never arrives in my inbox",
    "Password reset mail never arrives, checked spam",
    "Still no password reset mail arrives",
]
EXPORT = [
    "Export invoices to a spreadsheet file",
    "How to export invoices to a spreadsheet",
    "Export all invoices to spreadsheet file please",
    "Can I export invoices to a spreadsheet?",
]


async def test_the_same_problem_in_topics_and_tickets_becomes_one_cluster(db: str, deliver_all: Deliver) -> None:
    asker, agent = await make_person(), await make_person(Role.AGENT)
    for title in RESET[:2]:
        await ask(asker, title)
    await open_ticket(asker, NewTicket(subject=RESET[2], body=RESET[2], channel="form"))
    await ask(asker, EXPORT[0])

    await deliver_all()

    (cluster,) = await list_clusters(agent)
    assert (cluster.question_count, cluster.topic_count, cluster.ticket_count) == (3, 2, 1)
    questions = await list_questions_of_cluster(agent, cluster.id)
    assert {q.kind for q in questions} == {"topic", "ticket"}
    assert all(q.joined_reason for q in questions)
    assert await fetch_value("select count(*) from question where cluster_id is null") == 1


async def test_considering_a_question_twice_changes_nothing(db: str, deliver_all: Deliver) -> None:
    asker = await make_person()
    for title in RESET:
        await ask(asker, title)
    await deliver_all()
    before = [tuple(row) for row in await fetch_all("select id, cluster_id, considered_at from question order by id")]

    await join_questions([row[0] for row in before], HashingEmbedder())

    after = [tuple(row) for row in await fetch_all("select id, cluster_id, considered_at from question order by id")]
    assert after == before
    assert await fetch_value("select question_count from cluster") == 4


async def test_unchanged_text_is_never_embedded_twice(db: str, deliver_all: Deliver) -> None:
    asker = await make_person()
    topic = await ask(asker, RESET[0])
    await ask(await make_person(), RESET[0] + "!")
    await deliver_all()

    class Counting(HashingEmbedder):
        texts = 0

        async def embed(self, texts):  # type: ignore[no-untyped-def]
            Counting.texts += len(texts)
            return await super().embed(texts)

    await execute(
        "delete from question_vector where question_id = (select id from question where source_id = $1)", topic.id
    )
    await execute("update question set considered_at = null")
    ids = [row["id"] for row in await fetch_all("select id from question")]
    await join_questions(ids, Counting())

    assert Counting.texts == 0


async def test_vectors_of_different_models_never_meet(db: str, deliver_all: Deliver) -> None:
    asker = await make_person()
    await ask(asker, RESET[0])
    await deliver_all()

    with pytest.raises(asyncpg.CheckViolationError):
        await execute("update question_vector set dimensions = 2")
    with pytest.raises(asyncpg.PostgresError, match="384"):
        await execute("update question_vector set dimensions = 2, vector = '[1,0]'")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await execute("update question_vector set model_id = model_id + 1, dimensions = 2, vector = '[1,0]'")


async def test_a_hidden_topic_leaves_its_cluster(db: str, deliver_all: Deliver) -> None:
    asker, moderator, agent = await make_person(), await make_person(Role.MODERATOR), await make_person(Role.AGENT)
    topics = [await ask(asker, title) for title in RESET]
    await deliver_all()

    await hide_topic(moderator, topics[0].id)
    await deliver_all()

    (cluster,) = await list_clusters(agent)
    assert cluster.question_count == 3


async def test_the_sweep_finds_topics_without_questions(db: str) -> None:
    asker = await make_person()
    await ask(asker, RESET[0])
    await execute("update topic set created_at = now() - interval '1 hour'")

    assert await sweep_unextracted() == 1
    assert await sweep_unextracted() == 0


async def test_a_message_that_asks_nothing_is_swept_once_and_not_for_ever(db: str) -> None:
    asker = await make_person()
    await open_ticket(asker, NewTicket(subject=RESET[0], body=RESET[0], channel="form"))
    ticket = await fetch_value("select id from ticket")
    await make_message(ticket, asker, "customer", "Works now.")
    await execute("update ticket_message set created_at = now() - interval '1 hour'")

    assert await sweep_unextracted() == 2
    assert await sweep_unextracted() == 0
    assert await fetch_value("select count(*) from question") == 1


async def test_a_refresh_groups_names_and_keeps_ids(db: str) -> None:
    agent = await make_person(Role.AGENT)
    await seed_vectors(problems=12, each=20)
    assert await is_refresh_due()

    first = await refresh_clusters()
    before = {c.id: c.label for c in await list_clusters(agent)}
    second = await refresh_clusters()

    assert first.clusters == 12
    assert "invoice" in " ".join(before.values()).lower()
    assert second.changed == 0
    assert {c.id for c in await list_clusters(agent)} == set(before)
    assert not await is_refresh_due()


async def test_ids_survive_when_many_unseen_questions_arrive(db: str) -> None:
    await seed_vectors(problems=12, each=20)
    await refresh_clusters()
    before = {
        row["id"]: row["cluster_id"]
        for row in await fetch_all("select id, cluster_id from question where cluster_id is not null")
    }

    await seed_vectors(problems=12, each=6)
    await refresh_clusters()

    after = {row["id"]: row["cluster_id"] for row in await fetch_all("select id, cluster_id from question")}
    kept = sum(after[q] == c for q, c in before.items())
    assert kept / len(before) >= 0.95


async def test_a_question_somebody_put_elsewhere_stays_there_through_a_refresh(db: str) -> None:
    agent = await make_person(Role.AGENT)
    await seed_vectors(problems=12, each=20)
    await refresh_clusters()
    stray = (await fetch_all("select id, cluster_id from question where cluster_id is not null order by id limit 1"))[0]
    other = next(c.id for c in await list_clusters(agent) if c.id != stray["cluster_id"])

    await move_questions(agent, [stray["id"]], to=other)
    await seed_vectors(problems=12, each=6)
    await refresh_clusters()

    assert await fetch_value("select cluster_id from question where id = $1", stray["id"]) == other


async def test_a_persons_name_for_a_cluster_outlives_the_refresh(db: str) -> None:
    agent = await make_person(Role.AGENT)
    await seed_vectors(problems=12, each=20)
    await refresh_clusters()
    cluster = (await list_clusters(agent))[0]

    await rename_cluster(agent, cluster.id, label="Reset mails that do not come")
    await refresh_clusters()

    view = await get_cluster(agent, cluster.number)
    assert (view.label, view.label_by) == ("Reset mails that do not come", "person")


async def test_a_small_corpus_keeps_what_the_online_step_made(db: str, deliver_all: Deliver) -> None:
    agent = await make_person(Role.AGENT)
    await seed_questions(deliver_all, RESET + EXPORT)
    before = {c.id: c.question_count for c in await list_clusters(agent)}

    report = await refresh_clusters()

    assert report.changed == 0
    assert {c.id: c.question_count for c in await list_clusters(agent)} == before


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
async def test_clusters_are_not_shown_to_people_who_may_not_read_tickets(db: str, role: Role) -> None:
    reader: Actor = await make_person(role)

    with pytest.raises(NotAllowed):
        await list_clusters(reader)


async def test_extraction_of_an_unknown_topic_is_nothing(db: str) -> None:
    assert await extract_from_topics([(await make_person()).person_id]) == []  # type: ignore[list-item]
    assert SYSTEM.is_staff is False
