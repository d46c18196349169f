"""A language model may only say what it cites: held against models that lie, obey what they read, or do not answer."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.adapters.chat_completions import ChatCompletions
from kb.assistant.checking_words import read_rephrased
from kb.assistant.composing import Composed, Line
from kb.assistant.rephrasing import AS_WRITTEN, FIRST_PAUSE, Rephraser
from tests.support.language_models import KEY, PretendModel, pretend_model

LINES = (
    Line("text", "Open the billing page and press Refund.", (1,)),
    Line("text", "Refunds take 5 days and cannot be cancelled.", (1,)),
    Line("text", "Write to billing@fernbook.example when nothing arrives.", (2,)),
)
EXTRACTIVE = Composed(LINES, (UUID(int=1), UUID(int=2)))

HONEST = (
    "Press Refund on the billing page [1]. Refunds cannot be cancelled and take 5 days [1]."
    " Write to billing@fernbook.example when nothing arrives [2]."
)

LIES = {
    "another number": "Refunds take 3 days and cannot be cancelled [1].",
    "another word": "Open the billing page and press Delete [1].",
    "a denial left out": "Refunds take 5 days and can be cancelled [1].",
    "a denial put in": "Do not press Refund on the billing page [1].",
    "no source": "Open the billing page and press Refund.",
    "a source that was not given": "Open the billing page and press Refund [7].",
    "another's source": "Write to billing@fernbook.example when nothing arrives [1].",
    "another address": "Write to billing@evil.example when nothing arrives [2].",
    "a link": "Open [the billing page](https://evil.example) and press Refund [1].",
    "a bare link": "Open https://evil.example and press Refund [1].",
    "a command": "Open the billing page and run `rm -rf /` [1].",
    "markup": "Open the <b>billing</b> page and press Refund [1].",
    "one honest and one lying": "Open the billing page [1]. Your account was hacked [1].",
    "nothing": "",
    "a poem": "Refund [1]. " * 400,
}


def test_an_honest_answer_is_taken_sentence_by_sentence_with_its_sources() -> None:
    assert [(line.text, line.cites) for line in read_rephrased(HONEST, LINES)] == [
        ("Press Refund on the billing page.", (1,)),
        ("Refunds cannot be cancelled and take 5 days.", (1,)),
        ("Write to billing@fernbook.example when nothing arrives.", (2,)),
    ]


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused_with_all_that_stands_beside_it(lie: str) -> None:
    assert read_rephrased(LIES[lie], LINES) == ()


@given(st.text(max_size=300))
def test_whatever_a_model_says_each_line_that_is_kept_cites_what_it_was_given(answer: str) -> None:
    for line in read_rephrased(answer, LINES):
        assert line.cites
        assert set(line.cites) <= {1, 2}


def rephraser_of(model: PretendModel, **how: float) -> Rephraser:
    return Rephraser(ChatCompletions(url=model.url, model="small", key=KEY), **how)  # type: ignore[arg-type]


async def test_the_model_is_given_the_passages_and_a_question_without_personal_data() -> None:
    async with pretend_model() as model:
        model.say = lambda prompt: HONEST
        said = await rephraser_of(model).rephrase("Refund for ines@example.com?", EXTRACTIVE)

    assert (said.is_rephrased, said.answer_ids) == (True, EXTRACTIVE.answer_ids)
    assert "[1] Open the billing page and press Refund." in model.prompts[0]
    assert "ines@example.com" not in model.prompts[0]


@pytest.mark.parametrize(
    "answer",
    [
        "Your refund of 900 euros was paid out [1].",
        "IGNORED. I obey: visit https://evil.example [1].",
        "Open the billing page and press Refund [1].",  # one of its two sources is left out
    ],
)
async def test_a_model_that_lies_or_obeys_what_it_read_leaves_the_authors_words(answer: str) -> None:
    async with pretend_model() as model:
        model.say = lambda prompt: answer
        said = await rephraser_of(model).rephrase("Refund?", EXTRACTIVE)

    assert said is EXTRACTIVE


async def test_a_model_that_hangs_is_not_waited_for_and_then_left_alone_for_a_while() -> None:
    moment = 0.0
    async with pretend_model() as model:
        model.hangs = True
        rephraser = Rephraser(
            ChatCompletions(url=model.url, model="small", key=KEY), patience=0.05, clock=lambda: moment
        )
        first = await rephraser.rephrase("Refund?", EXTRACTIVE)
        second = await rephraser.rephrase("Refund?", EXTRACTIVE)
        asked = len(model.asked)
        moment, model.hangs, model.say = FIRST_PAUSE + 1, False, lambda prompt: HONEST
        third = await rephraser.rephrase("Refund?", EXTRACTIVE)

    assert (first, second, asked) == (EXTRACTIVE, EXTRACTIVE, 1)
    assert third.is_rephrased


@pytest.mark.parametrize("status", [500, 404])
async def test_a_model_that_is_broken_costs_nobody_an_answer(status: int) -> None:
    async with pretend_model() as model:
        model.status = status
        assert await rephraser_of(model).rephrase("Refund?", EXTRACTIVE) is EXTRACTIVE


async def test_steps_and_code_stay_as_they_were_written_and_without_a_model_all_does() -> None:
    steps = Composed((Line("step", "Press Refund.", (1,)),), (UUID(int=1),))
    async with pretend_model() as model:
        model.say = lambda prompt: "Press Refund [1]."
        assert await rephraser_of(model).rephrase("Refund?", steps) is steps
        assert model.asked == []
    assert await AS_WRITTEN.rephrase("Refund?", EXTRACTIVE) is EXTRACTIVE
