"""The language model's promise, over real HTTP: one answer, or `Unavailable`, whatever the server does."""

import httpx
import pytest

from kb.adapters import chat_completions
from kb.adapters.chat_completions import LARGEST_ANSWER, ChatCompletions
from kb.core.errors import Unavailable
from kb.ports.language_model import LanguageModel
from tests.support.language_models import KEY, PretendModel, pretend_model


def connect(server: PretendModel, *, key: str = KEY) -> ChatCompletions:
    return ChatCompletions(url=server.url, model="tiny", key=key)


async def test_a_prompt_is_sent_as_the_wire_wants_it_and_the_answer_comes_back_stripped() -> None:
    async with pretend_model() as server:
        server.say = lambda prompt: "  Password reset mail \n"
        model: LanguageModel = connect(server)

        assert await model.complete("Name it", 40) == "Password reset mail"

        (asked,) = server.asked
        assert server.paths == ["/v1/chat/completions"]
        assert asked == {
            "model": "tiny",
            "messages": [{"role": "user", "content": "Name it"}],
            "max_tokens": 40,
            "temperature": 0,
            "stream": False,
        }


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500, 503])
async def test_a_refusal_is_a_model_that_is_not_there(status: int) -> None:
    async with pretend_model() as server:
        server.status = status
        with pytest.raises(Unavailable, match=str(status)):
            await connect(server).complete("Name it", 40)
        assert len(server.asked) == 1, "neither tried again here nor sent elsewhere"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": ["a"]}}]}',
        b"\xff\xfe",
        b" " * (LARGEST_ANSWER + 1),
    ],
)
async def test_an_answer_that_is_none_is_a_model_that_is_not_there(raw: bytes) -> None:
    async with pretend_model() as server:
        server.raw = raw
        with pytest.raises(Unavailable):
            await connect(server).complete("Name it", 40)


async def test_a_wrong_key_a_closed_port_and_a_nonsense_address_are_a_model_that_is_not_there() -> None:
    async with pretend_model() as server:
        with pytest.raises(Unavailable, match="401"):
            await connect(server, key="wrong").complete("Name it", 40)
    with pytest.raises(Unavailable):
        await connect(server).complete("Name it", 40)
    with pytest.raises(Unavailable):
        await ChatCompletions(url="not an address", model="tiny").complete("Name it", 40)


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_completions, "TIMEOUT", httpx.Timeout(0.05))
    async with pretend_model() as server:
        server.hangs = True
        model = connect(server)
        with pytest.raises(Unavailable, match="ReadTimeout"):
            await model.complete("Name it", 40)
        await model.close()
