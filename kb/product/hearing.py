"""What GitHub tells us by webhook: believed only when signed, acted on once however often it is delivered."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import msgspec

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_one
from kb.core.errors import Invalid, NotAllowed
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.product.closing import end_issue, reopen_issue
from kb.product.rules import CLOSING_REASONS


@dataclass(frozen=True, slots=True)
class GitHubDelivery:
    """A webhook request: its headers that matter, and its body to the byte, which is what is signed."""

    delivery_id: str
    event: str
    signature: str
    body: bytes


async def hear_github(delivery: GitHubDelivery, *, secret: str) -> str:
    """Check and act; returns what came of it in a few words.

    Raises `NotAllowed` for a missing secret or a wrong signature, `Invalid` for a body that is not GitHub's.
    """
    _check_signature(delivery, secret)
    payload = _read(delivery)
    async with unit_of_work(SYSTEM) as unit:
        if not await _is_first(unit, delivery):
            return "delivered before"
        outcome = await _act(unit, delivery.event, payload)
        await execute("update tracker_delivery set outcome = $2 where delivery_id = $1", delivery.delivery_id, outcome)
        return outcome


def _check_signature(delivery: GitHubDelivery, secret: str) -> None:
    """X-Hub-Signature-256 is HMAC-SHA256 of the body; compared in constant time."""
    wanted = "sha256=" + hmac.new(secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(wanted.encode(), delivery.signature.encode()):
        raise NotAllowed(say("The signature does not fit."))


def _read(delivery: GitHubDelivery) -> dict[str, Any]:
    if not delivery.delivery_id or not delivery.event:
        raise Invalid(
            say("X-GitHub-Delivery and X-GitHub-Event are needed."), {"headers": say("send it as GitHub does")}
        )
    try:
        payload = msgspec.json.decode(delivery.body)
    except msgspec.DecodeError as error:
        raise Invalid(say("The body is not JSON."), {"body": str(error)}) from error
    if not isinstance(payload, dict):
        raise Invalid(say("The body is not an object."), {"body": say("send it as GitHub does")})
    return payload


async def _is_first(unit: UnitOfWork, delivery: GitHubDelivery) -> bool:
    inserted = await execute(
        "insert into tracker_delivery (delivery_id, tracker, event, payload, outcome, received_at)"
        " values ($1, 'github', $2, $3::jsonb, '', $4) on conflict do nothing",
        delivery.delivery_id,
        delivery.event,
        delivery.body.decode("utf-8", "replace"),
        unit.now,
    )
    return inserted == 1


async def _act(unit: UnitOfWork, event: str, payload: dict[str, Any]) -> str:
    """Only `issues` events about an issue we filed change anything; redelivered or out of order, the state is what GitHub says."""
    if event != "issues":
        return f"{event}: nothing to do"
    issue, repository = payload.get("issue"), payload.get("repository")
    if not isinstance(issue, dict) or not isinstance(repository, dict):
        raise Invalid(say("The body has no issue."), {"issue": say("missing")})
    external_id = f"{repository.get('full_name')}#{issue.get('number')}"
    ours = await fetch_one(
        "select id, state from issue where tracker = 'github' and external_id = $1 for update", external_id
    )
    if ours is None:
        return f"{external_id}: not ours"
    return await _follow(unit, ours, action=str(payload.get("action")), reason=str(issue.get("state_reason")))


async def _follow(unit: UnitOfWork, ours: Any, *, action: str, reason: str) -> str:
    if action == "closed" and ours["state"] in {"filing", "open"}:
        told = reason if reason in CLOSING_REASONS else "not_planned"
        await end_issue(unit, ours["id"], reason=told)
        return f"closed as {CLOSING_REASONS[told]}"
    if action == "reopened" and ours["state"] not in {"filing", "open"}:
        await reopen_issue(unit, ours["id"])
        return "reopened"
    return f"{action}: nothing to do"
