"""What a cluster is called depends on who reads: no word of a text they may not read, and for the many none of a few."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import pytest

from kb.clusters.correcting import move_questions, rename_cluster
from kb.clusters.queries import ClusterSearch, get_cluster, label_for, list_clusters
from kb.clusters.refreshing import refresh_clusters
from kb.clusters.renaming import name_clusters_again
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.forum.editing import edit_post
from kb.forum.hiding import hide_topic
from tests.support.clusters_factories import ask
from tests.support.factories import make_person
from tests.support.forum_factories import make_space
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]

PUBLIC = (
    "Password reset mail never arrives",
    "The password reset mail is not in my inbox",
    "No password reset mail for me",
)
CANARY = "Quuxbank"


async def gather(deliver_all: Deliver) -> UUID:
    """Every question there is, in one cluster, named."""
    await deliver_all()
    cluster_id = new_id()
    await execute("insert into cluster (id, label, created_at) values ($1, '', now())", cluster_id)
    await execute("update question set cluster_id = $1, considered_at = coalesce(considered_at, now())", cluster_id)
    await execute("update cluster c set question_count = (select count(*) from question q where q.cluster_id = c.id)")
    await name_clusters_again()
    return cluster_id


async def ask_all(titles: Sequence[str], *, space: str = "help") -> None:
    for title in titles:
        await ask(await make_person(Role.AGENT), title, space=space)


async def labels(cluster_id: UUID) -> dict[Role, str]:
    """What each role calls it."""
    roles = (Role.MEMBER, Role.MODERATOR, Role.AGENT)
    readers: dict[Role, Actor] = {role: await make_person(role) for role in roles} | {Role.ANONYMOUS: ANONYMOUS}
    return {role: await label_for(reader, cluster_id) for role, reader in readers.items()}


async def test_a_word_of_tickets_is_in_the_label_of_those_who_read_tickets_alone(db: str, deliver_all: Deliver) -> None:
    await ask_all(PUBLIC)
    for _ in range(9):
        await make_ticket(subject=f"{CANARY} password reset", body=f"{CANARY} password reset for {CANARY} fails")
    cluster_id = await gather(deliver_all)

    called = await labels(cluster_id)

    assert CANARY in called[Role.AGENT]
    assert called[Role.ANONYMOUS] == "No password reset mail"
    assert called[Role.ANONYMOUS] == called[Role.MEMBER] == called[Role.MODERATOR]


async def test_each_audience_has_the_words_of_the_spaces_it_reads(db: str, deliver_all: Deliver) -> None:
    await make_space("lounge", visibility="members")
    await make_space("office", visibility="staff")
    await ask_all(["Zebra printing stays blank"] * 3, space="lounge")
    await ask_all(["Walrus ledger stays blank"] * 6, space="office")
    cluster_id = await gather(deliver_all)

    called = await labels(cluster_id)

    assert called[Role.ANONYMOUS] == ""
    assert called[Role.MEMBER] == "Zebra printing stays blank"
    assert "Walrus" in called[Role.MODERATOR]


@pytest.mark.parametrize(("people", "is_named"), [(1, False), (2, False), (3, True)])
async def test_everybody_sees_a_label_only_where_enough_different_people_asked(
    db: str, deliver_all: Deliver, people: int, is_named: bool
) -> None:
    askers = [await make_person(Role.AGENT) for _ in range(people)]
    for number, title in enumerate([*PUBLIC, *PUBLIC, *PUBLIC]):
        await ask(askers[number % people], title)
    cluster_id = await gather(deliver_all)

    called = await labels(cluster_id)

    assert bool(called[Role.ANONYMOUS]) is is_named
    assert called[Role.AGENT] != ""


async def test_how_many_people_are_enough_is_a_setting(db: str, deliver_all: Deliver) -> None:
    await ask_all(PUBLIC[:2])
    cluster_id = await gather(deliver_all)
    assert await label_for(ANONYMOUS, cluster_id) == ""

    await refresh_clusters(label_people=2)

    (cluster_id,) = [row["cluster_id"] for row in await fetch_all("select distinct cluster_id from question")]
    assert await label_for(ANONYMOUS, cluster_id) == "Reset mail, password"


REVOKED = {
    "a topic hidden": "update topic set hidden_at = now() where number = 1",
    "a space narrowed": "update space set visibility = 'members'",
    "a question taken out": "update question set cluster_id = null where id = (select id from question order by id limit 1)",
    "a question's own right": "update question set visibility = 'private' where id = (select id from question order by id limit 1)",
}


@pytest.mark.parametrize("revoked", REVOKED)
async def test_a_label_goes_with_what_it_rests_on_before_any_job_has_run(
    db: str, deliver_all: Deliver, revoked: str
) -> None:
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)
    assert await label_for(ANONYMOUS, cluster_id) != ""

    await execute(REVOKED[revoked])

    assert await label_for(ANONYMOUS, cluster_id) == ""
    await name_clusters_again()
    assert await label_for(ANONYMOUS, cluster_id) == ""


async def test_a_topic_hidden_or_edited_names_nothing_any_more_and_the_rest_is_named_again(
    db: str, deliver_all: Deliver
) -> None:
    asked = [await ask(await make_person(Role.AGENT), f"{title} {CANARY}") for title in PUBLIC]
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)
    assert CANARY in await label_for(ANONYMOUS, cluster_id)

    await hide_topic(await make_person(Role.MODERATOR), asked[0].id)

    assert CANARY not in await label_for(ANONYMOUS, cluster_id)
    await deliver_all()
    assert "reset mail" in (await label_for(ANONYMOUS, cluster_id)).lower()
    assert CANARY not in await label_for(ANONYMOUS, cluster_id)


async def test_an_edited_title_is_said_no_more_once_it_was_read_again(db: str, deliver_all: Deliver) -> None:
    authors = [await make_person(Role.AGENT) for _ in PUBLIC]
    asked = [await ask(author, f"{title} {CANARY}") for author, title in zip(authors, PUBLIC, strict=True)]
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)
    assert CANARY in await label_for(ANONYMOUS, cluster_id)
    first = await fetch_value("select id from post where topic_id = $1", asked[0].id)

    await edit_post(authors[0], first, "Nothing of it is left here.", title="Password reset mail is missing")
    await deliver_all()

    assert CANARY not in await label_for(ANONYMOUS, cluster_id)


async def test_a_name_a_person_gave_wins_and_is_told_only_to_those_who_may_know_its_words(
    db: str, deliver_all: Deliver
) -> None:
    agent = await make_person(Role.AGENT)
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)

    await rename_cluster(agent, cluster_id, label=f"Reset mails of {CANARY}")
    await deliver_all()
    await name_clusters_again()
    await refresh_clusters()

    called = await labels(cluster_id)
    assert called[Role.AGENT] == f"Reset mails of {CANARY}"
    assert CANARY not in called[Role.ANONYMOUS]
    assert called[Role.ANONYMOUS] != ""

    await rename_cluster(agent, cluster_id, label="Password mail lost")
    await name_clusters_again()
    assert (await labels(cluster_id))[Role.AGENT] == "Password mail lost"
    await rename_cluster(agent, cluster_id, label="Reset mail for a password")
    await name_clusters_again()
    assert set((await labels(cluster_id)).values()) == {"Reset mail for a password"}


async def test_lists_pages_and_the_search_in_labels_use_the_readers_own_words(db: str, deliver_all: Deliver) -> None:
    agent = await make_person(Role.AGENT)
    await ask_all(PUBLIC)
    hidden = await ask(await make_person(Role.AGENT), f"Password reset mail {CANARY}")
    cluster_id = await gather(deliver_all)
    await hide_topic(await make_person(Role.MODERATOR), hidden.id)

    (row,) = await list_clusters(agent)
    page = await get_cluster(agent, row.number)

    assert (row.id, row.question_count, row.person_count) == (cluster_id, 3, 3)
    assert (page.question_count, page.person_count, page.label) == (3, 3, row.label)
    assert CANARY not in page.representative
    assert await list_clusters(agent, ClusterSearch(words=CANARY)) == []
    await deliver_all()
    assert await list_clusters(agent, ClusterSearch(words="reset"))
    assert await list_clusters(agent, ClusterSearch(words=CANARY)) == []


async def test_naming_again_what_is_named_does_nothing(db: str, deliver_all: Deliver) -> None:
    await ask_all(PUBLIC)
    await gather(deliver_all)

    assert await name_clusters_again() == 0


async def test_a_corrected_cluster_is_named_at_once(db: str, deliver_all: Deliver) -> None:
    agent = await make_person(Role.AGENT)
    await ask_all(["Zebra printing stays blank"] * 3)
    cluster_id = await gather(deliver_all)
    await ask_all(["Walrus ledger is red"] * 3)
    await deliver_all()
    for row in await fetch_all("select id from question where title like 'Walrus%'"):
        await move_questions(agent, [row["id"]], to=cluster_id)
    for row in await fetch_all("select id from question where title like 'Zebra%'"):
        await move_questions(agent, [row["id"]], to=None)

    assert "Zebra" not in await label_for(ANONYMOUS, cluster_id)
    await deliver_all()

    assert "Walrus" in await label_for(ANONYMOUS, cluster_id)
