"""What was put before people goes into the ledger after the answer is on its way: typing must not wait for a write."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.background_tasks import BackgroundTask

from kb.answers.reusing import record_shown
from kb.answers.rules import Surface
from kb.clusters.searched import note_failed_search
from kb.core.actor import Actor
from kb.ports.search_index import EVERYWHERE
from kb.search.grammar import parse
from kb.search.searching import SearchResults
from server.security.visitors import hash_visitor
from server.wiring import Services


def note_searched(
    request: Request[Any, Any, Any], actor: Actor, services: Services, query: str, results: SearchResults
) -> BackgroundTask | None:
    """The task that records what a search put before its reader, or that it found nothing; None where nobody looked.

    Staff look for others: what they search in vain is nobody's question.
    """
    if results.count or not results.is_worth_asking or results.degraded or results.page > 1:
        return note_shown(request, actor, services, results.answer_ids, "search")
    asked = parse(query)
    is_narrowed = asked.within != EVERYWHERE or asked.without  # then the limits may be why
    if is_narrowed or actor.is_staff or not _is_seen(request, actor):
        return None
    return BackgroundTask(note_failed_search, actor, asked.text, visitor=hash_visitor(request, services))


def note_shown(
    request: Request[Any, Any, Any], actor: Actor, services: Services, answer_ids: Sequence[UUID], surface: Surface
) -> BackgroundTask | None:
    """The task that records it, or None where nobody saw an answer: a prefetch, or a program that keeps no cookies."""
    if not answer_ids or not _is_seen(request, actor):
        return None
    return BackgroundTask(record_shown, actor, list(answer_ids), surface, visitor=hash_visitor(request, services))


def _is_seen(request: Request[Any, Any, Any], actor: Actor) -> bool:
    """A prefetch is seen by nobody, nor is what a program that keeps no cookies fetches."""
    is_prefetch = "prefetch" in request.headers.get("sec-purpose", "")
    return not is_prefetch and bool(actor.is_signed_in or request.cookies)
