"""Filing a pain point as an issue: written down here first, then sent to the tracker by a job, once."""

import json
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, KbError, NotFound, Unavailable
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.ports.tracker import IssuePacket, Tracker
from kb.product.events import note_issue_event
from kb.product.messages import IssueFiled
from kb.product.packet import build_packet, render_packet
from kb.signals.episodes import move_episodes

TRACKERS = ("board", "github")

TITLE_LENGTH = 200


async def file_issue(actor: Actor, cluster_id: UUID, *, tracker: str, base_url: str, title: str = "") -> int:
    """File the cluster's pain with its evidence; returns the issue's number.

    Raises `Conflict` when an issue of this cluster is open already, `Invalid` for an unknown tracker.
    """
    actor.require(Permission.ISSUE_FILE)
    if tracker not in TRACKERS:
        raise Invalid(say("Unknown tracker."), {"tracker": say("one of {known}", known=", ".join(TRACKERS))})
    cluster = await fetch_one("select number from cluster where id = $1 and merged_into is null", cluster_id)
    if cluster is None:
        raise NotFound(say("There is no such cluster."))
    packet = await build_packet(actor, cluster_id)
    body = render_packet(packet, link=f"{base_url}/clusters/{cluster['number']}")
    async with unit_of_work(actor) as unit:
        issue_id = new_id()
        number = await fetch_value(
            "insert into issue (id, cluster_id, title, body_source, packet, tracker, filed_by, created_at)"
            " values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8) on conflict (cluster_id) where state in ('filing', 'open')"
            " do nothing returning number",
            issue_id,
            cluster_id,
            (title.strip() or packet.title)[:TITLE_LENGTH],
            body,
            json.dumps(packet.as_json()),
            tracker,
            actor.person_id,
            unit.now,
        )
        if number is None:
            raise Conflict(say("An issue of this problem is open already."))
        await _follow_up(unit, issue_id, cluster_id, f"filed to {tracker} with {packet.people} people hurt")
    return int(number)


async def _follow_up(unit: UnitOfWork, issue_id: UUID, cluster_id: UUID, reason: str) -> None:
    await add_people_hurt(unit, issue_id)
    await move_episodes(cluster_id, to="filed", reason=reason, moment=unit.now)
    await note_issue_event(unit, issue_id, "filed", reason=reason)
    unit.audit("issue.file", "issue", issue_id)
    unit.emit(IssueFiled(issue_id))


async def add_people_hurt(unit: UnitOfWork, issue_id: UUID) -> int:
    """Write down everybody known whom the problem has hurt up to now; returns how many are new on the list."""
    return await execute(
        "insert into issue_person (issue_id, person_id, created_at)"
        " select distinct i.id, e.person_id, $2::timestamptz from issue i join episode e on e.cluster_id = cluster_heir(i.cluster_id)"
        " where i.id = $1 and e.person_id is not null and e.state not in ('dropped', 'told') on conflict do nothing",
        issue_id,
        unit.now,
    )


async def send_to_tracker(issue_id: UUID, trackers: dict[str, Tracker]) -> None:
    """Put a filed issue where it belongs. Safe to repeat: the tracker finds what it already has under the issue's key.

    Raises `Unavailable` for the queue to try again; any other refusal is kept with the issue and shown there.
    """
    row = await fetch_one("select title, body_source, tracker, state from issue where id = $1", issue_id)
    if row is None or row["state"] != "filing":
        return
    if row["tracker"] == "board":
        await _mark_open(issue_id, external_id=None, url=None)
        return
    tracker = trackers.get(row["tracker"])
    if tracker is None:
        await _keep_error(issue_id, f"{row['tracker']} is not set up: GITHUB_REPOSITORY and GITHUB_TOKEN are needed.")
        return
    try:
        filed = await tracker.file(IssuePacket(issue_id, row["title"], row["body_source"], labels=("answerloop",)))
    except Unavailable as error:
        await _keep_error(issue_id, error.message)
        raise
    except KbError as error:
        await _keep_error(issue_id, error.message)
        return
    await _mark_open(issue_id, external_id=filed.external_id, url=filed.url)


async def _mark_open(issue_id: UUID, *, external_id: str | None, url: str | None) -> None:
    async with unit_of_work(SYSTEM) as unit:
        touched = await execute(
            "update issue set state = 'open', external_id = $2, external_url = $3, filed_at = $4, filing_error = null"
            " where id = $1 and state = 'filing'",
            issue_id,
            external_id,
            url,
            unit.now,
        )
        if touched:
            await note_issue_event(unit, issue_id, "opened", reason=external_id or "on the built-in board")


async def _keep_error(issue_id: UUID, reason: str) -> None:
    async with unit_of_work(SYSTEM) as unit:
        await execute("update issue set filing_error = $2 where id = $1", issue_id, reason)
        await note_issue_event(unit, issue_id, "refused", reason=reason)
