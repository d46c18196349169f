"""A turn with the assistant, from what is said to what is written down and read back, over the questions that help is measured on."""

import time

from kb.assistant.finding import Means
from kb.assistant.replying import Heard
from kb.assistant.saying import say_in_chat
from kb.core.database import execute
from kb.ports.embedder import Embedder
from tests.bench.figures import Figure, percentile
from tests.support.assistant_factories import begin, on_page

TURNS, WARMING = 120, 20


async def turns(embedder: Embedder, questions: int) -> list[Figure]:
    """Strangers' questions, each with a follow-up now and then; extractive, as it is without a language model."""
    means = Means(embedder, base_url="https://help.example")
    seconds, answered = [], 0
    for number in range(TURNS):
        if number % 3 == 0:
            talk = await begin(on_page())
        text = "and on the phone?" if number % 3 == 2 else f"send invoice does nothing {number}"
        began = time.perf_counter()
        said = await say_in_chat(talk.chatter, talk.id, Heard(text), means=means)
        seconds.append(time.perf_counter() - began)
        answered += any(turn.kind in {"answer", "which"} for turn in said.turns)
        await execute("delete from rate_count")
    if not answered:
        raise RuntimeError("silence is quick: nothing was answered")
    note = f"{questions:,} questions, {answered} of {TURNS} answered; the budget is for 100,000 questions"
    half, most = percentile(seconds[WARMING:], 0.5) * 1000, percentile(seconds[WARMING:], 0.95) * 1000
    return [
        Figure("assistant's turn, p50", half, "ms", note=note),
        Figure("assistant's turn, p95", most, "ms", 80, note=note),
    ]
