"""A language model names clusters as long as it says what their readers wrote; whatever else it does, plain labels stand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.handlers.clusters import sweep_labels
from jobs.tools import Tools
from jobs.wiring import make_tools
from kb.adapters.chat_completions import ChatCompletions
from kb.clusters import model_naming
from kb.clusters.correcting import rename_cluster
from kb.clusters.model_naming import clean_answer, name_clusters_by_model
from kb.clusters.phrasing import LABEL_LENGTH
from kb.clusters.queries import get_cluster, label_for
from kb.clusters.refreshing import refresh_clusters
from kb.core.actor import ANONYMOUS
from kb.core.database import DB, fetch_all, fetch_value
from kb.core.policy import Role
from kb.core.settings import load_settings
from kb.forum.hiding import hide_topic
from tests.kb.clusters.test_names_by_audience import CANARY, PUBLIC, ask_all, gather
from tests.support.clusters_factories import ask
from tests.support.factories import make_person
from tests.support.language_models import KEY, PretendModel, pretend_model
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]


@pytest.fixture
async def server() -> AsyncIterator[PretendModel]:
    async with pretend_model() as running:
        running.say = lambda prompt: "Reset mail for password"
        yield running


def connect(server: PretendModel) -> ChatCompletions:
    return ChatCompletions(url=server.url, model="tiny", key=KEY)


async def names(cluster_id: UUID) -> dict[str, tuple[str, str]]:
    rows = await fetch_all("select visibility, label, label_by from cluster_label where cluster_id = $1", cluster_id)
    return {row["visibility"]: (row["label"], row["label_by"]) for row in rows}


async def test_a_name_made_of_what_the_readers_wrote_is_taken_over_and_outlives_refreshes(
    db: str, deliver_all: Deliver, server: PretendModel
) -> None:
    agent = await make_person(Role.AGENT)
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)

    assert await name_clusters_by_model(connect(server)) == 4

    assert await label_for(ANONYMOUS, cluster_id) == "Reset mail for password"
    assert await label_for(agent, cluster_id) == "Reset mail for password"
    await refresh_clusters()
    number = await fetch_value("select number from cluster where id = (select cluster_id from question limit 1)")
    cluster = await get_cluster(agent, number)
    assert (cluster.label, cluster.label_by) == ("Reset mail for password", "model")
    assert await name_clusters_by_model(connect(server)) == 0, "what a model named is not asked for again"


async def test_each_audiences_label_is_asked_for_with_its_own_texts_alone_and_personal_data_masked(
    db: str, deliver_all: Deliver, server: PretendModel
) -> None:
    await ask_all(PUBLIC)
    ines = await make_person(name="Ines Duarte")
    await ask(ines, "Password reset mail for ines@example.com, Ines Duarte here, card 4111 1111 1111 1111")
    for _ in range(4):
        await make_ticket(subject=f"{CANARY} password reset", body=f"{CANARY} password reset fails")
    await gather(deliver_all)

    await name_clusters_by_model(connect(server))

    assert [CANARY in prompt for prompt in server.prompts].count(True) == 1, "the ticket readers' own"
    for prompt in server.prompts:
        assert "Password reset mail for [e-mail]" in prompt
        assert not any(word in prompt for word in ("ines@", "Ines", "Duarte", "4111"))


REFUSED = {
    "a word of one person": f"{CANARY} password mail",
    "a word nobody wrote": "Password teleport mail",
    "two lines": "Password reset mail\nPassword reset",
    "too long": "Password reset mail " * 5,
    "too short": "Password",
    "nothing": "",
    "only small words": "This is not it",
    "a number": "Password reset mail 4711",
    "an address": "Password reset mail ann@acme.example",
    "a link": "Password reset https://evil.example",
    "markup": "Password <b>reset</b> mail",
    "an explanation": "Sure! Here is a good name for the cluster: password reset mail problems of customers.",
}


@pytest.mark.parametrize("refused", REFUSED)
async def test_whatever_else_it_says_the_plain_label_stands(
    db: str, deliver_all: Deliver, server: PretendModel, refused: str
) -> None:
    await ask_all(PUBLIC)
    await ask(await make_person(Role.AGENT), f"Password reset mail at {CANARY}")
    cluster_id = await gather(deliver_all)
    before = await names(cluster_id)
    server.say = lambda prompt: REFUSED[refused]

    assert await name_clusters_by_model(connect(server)) == 0

    assert await names(cluster_id) == before
    asked = len(server.asked)
    await name_clusters_by_model(connect(server))
    assert len(server.asked) == asked, "it is not asked again at once"


@pytest.mark.parametrize("status", [200, 401, 500])
async def test_a_model_that_is_down_ends_the_go_and_is_asked_again_at_the_next(
    db: str, deliver_all: Deliver, server: PretendModel, status: int
) -> None:
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)
    before = await names(cluster_id)
    server.status, server.raw = status, b"<html>down</html>"

    assert await name_clusters_by_model(connect(server)) == 0
    assert (len(server.asked), await names(cluster_id)) == (1, before)

    server.status, server.raw = 200, None
    assert await name_clusters_by_model(connect(server)) == 4


async def test_a_model_that_hangs_is_given_up_in_time(
    db: str, deliver_all: Deliver, server: PretendModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)
    before = await names(cluster_id)
    server.hangs = True
    monkeypatch.setattr(model_naming, "MOST_SECONDS", 0.1)

    assert await asyncio.wait_for(name_clusters_by_model(connect(server)), 5) == 0

    assert await names(cluster_id) == before


async def test_a_persons_name_wins_even_when_given_while_the_model_thinks(
    db: str, deliver_all: Deliver, server: PretendModel
) -> None:
    agent = await make_person(Role.AGENT)
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)

    class Slow:
        """Somebody renames the cluster before the answer comes."""

        async def complete(self, prompt: str, max_tokens: int) -> str:
            assert DB.current_transaction.get() is None, "no transaction is open while the model thinks"
            await rename_cluster(agent, cluster_id, label="Lost reset mails")
            return await connect(server).complete(prompt, max_tokens)

    await name_clusters_by_model(Slow())

    assert await label_for(agent, cluster_id) == "Lost reset mails"
    assert await name_clusters_by_model(connect(server)) == 0


async def test_a_models_name_gives_way_where_too_few_people_still_vouch_for_it(
    db: str, deliver_all: Deliver, server: PretendModel
) -> None:
    asked = await ask(await make_person(Role.AGENT), PUBLIC[0])
    await ask_all([*PUBLIC[1:], "My password mail is lost"])
    cluster_id = await gather(deliver_all)
    await name_clusters_by_model(connect(server))
    assert (await names(cluster_id))["public"] == ("Reset mail for password", "model")

    await hide_topic(await make_person(Role.MODERATOR), asked.id)
    await deliver_all()

    label, label_by = (await names(cluster_id))["public"]
    assert ("reset" in label.lower(), "password" in label.lower(), label_by) == (False, True, "words")


async def test_the_sweep_asks_the_model_the_settings_name_and_none_where_they_name_none(
    db: str, deliver_all: Deliver, server: PretendModel, tools: Tools
) -> None:
    await ask_all(PUBLIC)
    cluster_id = await gather(deliver_all)
    told = {"SECRET_KEY": "x", "DATABASE_URL": "unused", "LLM_URL": server.url, "LLM_MODEL": "tiny", "LLM_KEY": KEY}
    wired = await make_tools(load_settings(told))
    half = await make_tools(load_settings({**told, "LLM_MODEL": ""}))

    await sweep_labels(replace(tools, language_model=half.language_model))
    assert server.asked == []
    await sweep_labels(replace(tools, language_model=wired.language_model))

    assert await label_for(ANONYMOUS, cluster_id) == "Reset mail for password"


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("Password reset mail", "Password reset mail"),
        ("  name: password reset mail.\n", "Password reset mail"),
        ('"Password reset mail"', "Password reset mail"),
        ("**Password reset mail**", "Password reset mail"),
        ("- Label: “Password reset mail”", "Password reset mail"),
        ("Confirm & pay (button)", "Confirm & pay (button)"),
        ("call +44 20 7946 0958 now", ""),
    ],
)
def test_an_answer_is_read_as_people_mean_it(answer: str, label: str) -> None:
    assert clean_answer(answer) == label


@given(st.text(max_size=200))
def test_whatever_comes_is_one_short_line_without_marks_or_nothing(answer: str) -> None:
    label = clean_answer(answer)
    assert label == "" or (len(label.splitlines()) == 1 and len(label) <= LABEL_LENGTH)
    assert not set(label) & set('<>@`*[]{}|\\"')
