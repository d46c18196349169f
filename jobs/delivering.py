"""Delivering one outbox message to every handler that hears it, each at least once and retried on its own."""

from uuid import UUID

import structlog

from jobs.handlers import HANDLERS
from jobs.registry import Handler
from jobs.tools import Tools
from kb.core import outbox
from kb.core.errors import NotFound

log = structlog.get_logger()


async def deliver(message_id: UUID, tools: Tools, *, worker: str) -> bool:
    """Run the handlers not yet done for this message. False when there was nothing to do or one of them failed."""
    leased = await outbox.lease(message_id, worker=worker)
    if leased is None:
        return False
    failures = [
        failure
        for handler in HANDLERS.get(type(leased.message), ())
        if handler.__name__ not in leased.delivered and (failure := await _run(handler, leased, tools)) is not None
    ]
    if failures:
        await outbox.give_back(leased, reason="; ".join(failures))
        return False
    await outbox.finish(message_id)
    return True


async def _run(handler: Handler, leased: outbox.LeasedMessage, tools: Tools) -> str | None:
    """Run one handler; returns why it failed. What is gone needs no handling any more."""
    try:
        await handler(tools, leased.message)
    except NotFound as gone:
        log.info("handler.gone", handler=handler.__name__, reason=gone.message)
    except Exception as error:  # a handler's failure is kept with its message and must not stop the others
        log.warning("handler.failed", handler=handler.__name__, message_id=str(leased.id), exc_info=True)
        return f"{handler.__name__}: {type(error).__name__}: {error}"
    await outbox.record_delivery(leased.id, handler.__name__)
    return None
