"""Any server that speaks OpenAI's chat completions: llama.cpp, Ollama, vLLM, or a service. The operator names it.

Private addresses are allowed here and nowhere else, because nobody but the operator sets this one.
"""

from typing import Any

import httpx

from kb.core.errors import Unavailable

TIMEOUT = httpx.Timeout(60.0, connect=5.0)
"""A model on a processor without a graphics card takes tens of seconds for one line."""

LARGEST_ANSWER = 64 * 1024
"""Bytes that are read. An answer of this room is one line; a server that sends more is not what it should be."""


class ChatCompletions:
    """One model of one server. Redirects are not followed: the key goes where the operator sent it."""

    def __init__(self, *, url: str, model: str, key: str = "") -> None:
        self._model = model
        headers = {"User-Agent": "answerloop", "Accept": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/") + "/", timeout=TIMEOUT, headers=headers, follow_redirects=False
        )

    async def complete(self, prompt: str, max_tokens: int) -> str:
        """One answer at temperature 0."""
        asked = {
            "model": self._model,
            "messages": [{"role": "user", "content": prompt}],
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": False,
        }
        try:
            async with self._client.stream("POST", "chat/completions", json=asked) as answer:
                body = await _read(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"The language model cannot be reached: {type(error).__name__}.") from error
        if answer.status_code != httpx.codes.OK:
            raise Unavailable(f"The language model answered {answer.status_code}.")
        return _content(body)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


async def _read(answer: httpx.Response) -> bytes:
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise Unavailable("The language model's answer is too long to be one.")
    return body


def _content(body: bytes) -> str:
    try:
        document: Any = httpx.Response(200, content=body).json()
        content = document["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise Unavailable("The language model's answer was not understood.") from error
    if not isinstance(content, str):
        raise Unavailable("The language model's answer holds no text.")
    return content.strip()
