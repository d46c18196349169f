"""What people decide about clusters on their pages: names and places, kept over every refresh."""

import re
from uuid import UUID

import httpx
import pytest

from kb.clusters.counting import recount_clusters
from kb.clusters.settling import settle_groups
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from tests.support.answers_factories import ask_question, make_answer, make_cluster
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key


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
        f"/clusters/{await number_of(old)}/questions",
        {"questions": str(question), "act": "move", "to": f"#{await number_of(new)}"},
    )

    assert answer.headers["location"] == f"/clusters/{await number_of(old)}"
    assert await fetch_value("select cluster_id from question where id = $1", question) == new
    assert await fetch_value("select cluster_id from cluster_pin where question_id = $1", question) == new
    counts = await fetch_all("select label, question_count from cluster order by label")
    assert [tuple(row) for row in counts] == [("new", 1), ("old", 0)]


async def test_a_question_left_alone_by_hand_is_pinned_to_nothing(agent: Client) -> None:
    old = await make_cluster("old")
    question = await ask_question(old, kind="search", person=await make_person(), cluster_id=old)

    await agent.post_form(f"/clusters/{await number_of(old)}/questions", {"questions": str(question), "act": "alone"})

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

    answer = await agent.post_form(
        f"/clusters/{await number_of(old)}/questions", {"questions": str(question), "act": "move", "to": to}
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{to}"' in answer.text, "what was typed stands there still"
    ticked = re.search(rf'value="{question}"\s+data-choose\s+checked', answer.text)
    assert ticked, "and what was ticked is ticked"
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

    listed = (await agent.get("/api/v1/clusters", params={"q": "mail"})).json()["items"]

    assert [(one["label"], one["questions"], one["people"]) for one in listed] == [("reset mail", 2, 1)]


async def post_json(agent: Client, path: str, body: dict[str, object]) -> httpx.Response:
    """As a program with an agent's key does."""
    key = await make_key(await make_person(Role.AGENT))
    return await agent.post(path, json=body, headers={"authorization": f"Bearer {key}"})


async def with_questions(*labels: str, each: int = 2) -> tuple[list[UUID], list[list[UUID]]]:
    """Clusters of these labels with so many questions each."""
    clusters = [await make_cluster(label) for label in labels]
    person = await make_person()
    questions = [
        [await ask_question(new_id(), kind="search", person=person, cluster_id=c) for _ in range(each)]
        for c in clusters
    ]
    async with unit_of_work(SYSTEM):
        await recount_clusters(clusters)
    return clusters, questions


async def places_of(questions: list[UUID]) -> list[UUID | None]:
    rows = {r["id"]: r["cluster_id"] for r in await fetch_all("select id, cluster_id from question")}
    return [rows[q] for q in questions]


async def test_clusters_are_compared_merged_and_the_merge_is_undone_from_the_page(agent: Client) -> None:
    (one, two), (ones, _) = await with_questions("reset mail", "password mail")
    first, second = await number_of(one), await number_of(two)

    compared = await agent.get("/clusters/compare", params={"c": [first, second]})
    assert compared.status_code == 200
    assert f"Merge #{first} into #{second}" in compared.text

    merged = await agent.post_form(f"/clusters/{first}/merge", {"into": str(second)})
    assert merged.headers["location"] == f"/clusters/{second}"
    assert await places_of(ones) == [two, two]

    page = (await agent.get(f"/clusters/{second}")).text
    (undo,) = re.findall(rf'action="(/clusters/{second}/changes/[^"]+/undo)"', page)
    await agent.post_form(undo, {})
    assert await places_of(ones) == [one, one]
    assert (await agent.get(f"/clusters/{first}")).status_code == 200


async def test_two_clusters_said_to_be_apart_are_noted_in_both_histories(agent: Client) -> None:
    (one, two), _ = await with_questions("reset mail", "password mail")

    await agent.post_form(f"/clusters/{await number_of(one)}/apart", {"other": str(await number_of(two))})

    for cluster in (one, two):
        assert "said that the two are not the same" in (await agent.get(f"/clusters/{await number_of(cluster)}")).text


@pytest.mark.parametrize("numbers", [[], [1], [1, 1]], ids=["none", "one", "the same twice"])
async def test_fewer_than_two_clusters_are_not_compared(agent: Client, numbers: list[int]) -> None:
    await with_questions("reset mail")
    answer = await agent.get("/clusters/compare", params={"c": numbers})
    assert answer.status_code == 422
    assert "Choose two clusters in the list." in answer.text


async def test_chosen_questions_are_split_off_said_the_same_and_told_apart(agent: Client) -> None:
    (one,), (ones,) = await with_questions("reset mail", each=5)
    number = await number_of(one)

    async def act(act: str, *questions: UUID, **more: str) -> int:
        chosen = {"questions": [str(q) for q in questions], "act": act, **more}
        return (await agent.post_form(f"/clusters/{number}/questions", chosen)).status_code

    assert await act("split", ones[0], ones[1], split_label="Mail is late") == 303
    new = (await places_of(ones))[0]
    assert new not in {None, one}
    assert await fetch_value("select label from cluster where id = $1", new) == "Mail is late"
    assert await act("same", ones[2], ones[3]) == 303
    assert await act("apart", ones[3], ones[4]) == 303
    assert (await places_of(ones))[3:].count(None) == 1
    assert await act("same", ones[2]) == 422
    assert await act("split") == 422


async def test_a_program_corrects_and_undoes_with_the_same_words(agent: Client) -> None:
    (one, two), (ones, twos) = await with_questions("reset mail", "password mail", each=3)
    first, second = await number_of(one), await number_of(two)

    async def call(path: str, body: dict[str, object]) -> dict[str, str]:
        answer = await post_json(agent, f"/api/v1/clusters/{path}", body)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    moved = await call("questions/move", {"questions": [str(ones[0])], "to": second})
    assert (await places_of(ones))[0] == two
    await call(f"changes/{moved['change']}/undo", {})
    assert (await places_of(ones))[0] == one
    again = await post_json(agent, f"/api/v1/clusters/changes/{moved['change']}/undo", {})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")

    await call("questions/same", {"one": str(ones[0]), "other": str(twos[0])})
    await call("questions/apart", {"one": str(ones[1]), "other": str(ones[2])})
    await call(f"{first}/label", {"label": "Mail"})
    split = await call(f"{second}/split", {"questions": [str(twos[1])], "label": "Other"})
    await call(f"{first}/apart", {"other": split["number"]})
    await call(f"{first}/merge", {"into": second})
    events = (await agent.get(f"/api/v1/clusters/{second}/events")).json()["items"]
    assert {"merged", "split", "same"} <= {event["kind"] for event in events}


async def test_proposals_are_shown_decided_and_gone(agent: Client) -> None:
    (one, two), (ones, twos) = await with_questions("reset mail", "password mail")
    seen = dict.fromkeys(ones, one) | dict.fromkeys(twos, two)
    async with unit_of_work(SYSTEM) as unit:
        await settle_groups(unit, seen, dict.fromkeys([*ones, *twos], 0), proposes_above=1)
    listed = (await agent.get("/api/v1/clusters/proposals")).json()["items"]
    assert [(p["kind"], p["questions"]) for p in listed] == [("merge", 2)]

    page = (await agent.get("/clusters/proposals")).text
    assert "Leave as it is" in page
    await agent.post_form(f"/clusters/proposals/{listed[0]['id']}/refusal", {})

    assert "Nothing to decide" in (await agent.get("/clusters/proposals")).text
    assert (await post_json(agent, f"/api/v1/clusters/proposals/{listed[0]['id']}/acceptance", {})).status_code == 409
    assert await places_of(ones) == [one, one]


async def test_the_list_is_narrowed_by_answer_and_lane_and_ordered(agent: Client) -> None:
    (one, two), _ = await with_questions("reset mail", "password mail")
    await ask_question(new_id(), kind="search", person=await make_person(), cluster_id=two)
    await make_answer(cluster_id=one)

    async def labels(**asked: str) -> list[str]:
        page = (await agent.get("/clusters", params=asked)).text
        return re.findall(r"data-open>([a-z ]+)</a>", page)

    assert await labels() == ["password mail", "reset mail"]
    assert await labels(answered="yes") == ["reset mail"]
    assert await labels(answered="no") == ["password mail"]
    assert await labels(lane="known_unanswered") == []
    assert await labels(order="nonsense", lane="nonsense") == ["password mail", "reset mail"]
