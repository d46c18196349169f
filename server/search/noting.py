"""What was put before people goes into the ledger after the answer is on its way: typing must not wait for a write."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.background_tasks import BackgroundTask

from kb.answers.reusing import record_shown
from kb.answers.rules import Surface
from kb.core.actor import Actor
from server.security.visitors import hash_visitor
from server.wiring import Services


def note_shown(
    request: Request[Any, Any, Any], actor: Actor, services: Services, answer_ids: Sequence[UUID], surface: Surface
) -> BackgroundTask | None:
    """The task that records it, or None where nobody saw an answer: a prefetch, or a program that keeps no cookies."""
    is_prefetch = "prefetch" in request.headers.get("sec-purpose", "")
    if not answer_ids or is_prefetch or not (actor.is_signed_in or request.cookies):
        return None
    return BackgroundTask(record_shown, actor, list(answer_ids), surface, visitor=hash_visitor(request, services))
