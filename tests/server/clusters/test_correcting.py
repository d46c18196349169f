"""What people decide about clusters on their pages: names and places, kept over every refresh."""

import pytest

from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from tests.support.answers_factories import ask_question, make_cluster
from tests.support.client import Client
from tests.support.factories import make_person


@pytest.fixture
async def agent(client: Client) -> Client:
    """The client, signed in as an agent."""
    return await client.sign_in(await make_person(Role.AGENT))


async def number_of(cluster_id: object) -> int:
    return int(await fetch_value("select number from cluster where id = $1", cluster_id))


async def test_a_name_given_by_hand_is_kept_and_noted_with_who_gave_it(agent: Client) -> None:
    number = await number_of(cluster_id := await make_cluster("reset mail arrive"))

    answer = await agent.post_form(f"/clusters/{number}/label", {"label": "  The reset mail   never comes "})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/clusters/{number}")
    row = await fetch_one("select label, label_by from cluster where id = $1", cluster_id)
    assert row is not None
    assert tuple(row) == ("The reset mail never comes", "person")
    page = (await agent.get(f"/clusters/{number}")).text
    assert "The reset mail never comes" in page
    assert "reset mail arrive" in page, "what it was called before stands in its history"


@pytest.mark.parametrize("label", ["", "   ", "x" * 121], ids=["empty", "blank", "too long"])
async def test_a_name_that_does_not_fit_is_refused_and_kept_in_the_form(agent: Client, label: str) -> None:
    number = await number_of(cluster_id := await make_cluster("reset mail arrive"))

    answer = await agent.post_form(f"/clusters/{number}/label", {"label": label})

    assert answer.status_code == 422
    assert "1 to 120 characters" in answer.text
    assert f'value="{label}"' in answer.text
    assert await fetch_value("select label from cluster where id = $1", cluster_id) == "reset mail arrive"


async def test_a_question_moves_is_pinned_there_and_both_clusters_are_counted_anew(agent: Client) -> None:
    old, new = await make_cluster("old"), await make_cluster("new")
    question = await ask_question(old, kind="search", person=await make_person(), cluster_id=old)

    answer = await agent.post_form(
        f"/questions/{question}/cluster", {"to": f"#{await number_of(new)}", "from": str(await number_of(old))}
    )

    assert answer.headers["location"] == f"/clusters/{await number_of(old)}"
    assert await fetch_value("select cluster_id from question where id = $1", question) == new
    assert await fetch_value("select cluster_id from cluster_pin where question_id = $1", question) == new
    counts = await fetch_all("select label, question_count from cluster order by label")
    assert [tuple(row) for row in counts] == [("new", 1), ("old", 0)]


async def test_a_question_left_alone_by_hand_is_pinned_to_nothing(agent: Client) -> None:
    old = await make_cluster("old")
    question = await ask_question(old, kind="search", person=await make_person(), cluster_id=old)

    await agent.post_form(f"/questions/{question}/cluster", {"to": "", "from": str(await number_of(old))})

    pin = await fetch_one("select cluster_id from cluster_pin where question_id = $1", question)
    assert pin is not None
    assert pin["cluster_id"] is None
    assert await fetch_value("select cluster_id from question where id = $1", question) is None


@pytest.mark.parametrize(
    ("to", "said"), [("999", "There is no cluster 999."), ("twelve", "Type a cluster&#39;s number, such as 12.")]
)
async def test_a_place_that_does_not_exist_is_refused_in_words(agent: Client, to: str, said: str) -> None:
    old = await make_cluster("old")
    question = await ask_question(old, kind="search", person=await make_person(), cluster_id=old)

    answer = await agent.post_form(f"/questions/{question}/cluster", {"to": to, "from": str(await number_of(old))})

    assert answer.status_code == 422
    assert said in answer.text
    assert await fetch_value("select cluster_id from question where id = $1", question) == old


async def test_a_merged_clusters_number_leads_to_its_heir_for_ever(agent: Client) -> None:
    old, middle, heir = await make_cluster("old"), await make_cluster("middle"), await make_cluster("heir")
    for one, into in ((old, middle), (middle, heir)):
        await execute("update cluster set merged_into = $2 where id = $1", one, into)

    page = await agent.get(f"/clusters/{await number_of(old)}")
    if page.status_code != 200:
        assert page.headers["location"] == f"/clusters/{await number_of(heir)}"
    api = (await agent.get(f"/api/v1/clusters/{await number_of(old)}")).json()

    assert api["number"] == await number_of(heir)


async def test_the_list_is_narrowed_by_words_and_counts_what_it_says(agent: Client) -> None:
    reset = await make_cluster("reset mail")
    await make_cluster("invoice twice")
    person = await make_person()
    for _ in range(2):
        await ask_question(new_id(), kind="search", person=person, cluster_id=reset)

    listed = (await agent.get("/api/v1/clusters", params={"q": "mail"})).json()["clusters"]

    assert [(one["label"], one["questions"], one["people"]) for one in listed] == [("reset mail", 2, 1)]
