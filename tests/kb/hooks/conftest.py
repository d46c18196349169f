"""A receiver, and tools that reach it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from jobs.tools import Tools
from kb.adapters.webhook_postman import WebhookPostman
from kb.hooks.sweeping import send_due
from tests.support.delivering import deliver_until_quiet
from tests.support.hooks_factories import INSIDE, let_waits_pass
from tests.support.webhook_receiver import Receiver, receiver


@pytest.fixture
async def wiki(db: str) -> AsyncIterator[Receiver]:
    async with receiver() as running:
        yield running


@pytest.fixture
def postman() -> WebhookPostman:
    return WebhookPostman(INSIDE)


@pytest.fixture
def deliver(tools: Tools, postman: WebhookPostman) -> Callable[[], Awaitable[int]]:
    """All that waits in the outbox, with what follows from it."""
    return lambda: deliver_until_quiet(replace(tools, postman=postman))


@pytest.fixture
def next_round(postman: WebhookPostman) -> Callable[[], Awaitable[int]]:
    """The waits pass and the sweep comes by; returns how much was taken."""

    async def run() -> int:
        await let_waits_pass()
        return await send_due(postman, base_url="http://test")

    return run
