"""Corrections of clusters for programs, under /api/v1/clusters; each answers with the change, which can be undone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post

from kb.clusters.correcting import move_questions, rename_cluster
from kb.clusters.merging import merge_clusters
from kb.clusters.proposals import list_proposals
from kb.clusters.proposing import accept_proposal, refuse_proposal
from kb.clusters.queries import get_cluster, get_cluster_number, list_cluster_events
from kb.clusters.splitting import split_cluster
from kb.clusters.telling_apart import say_apart, say_clusters_apart, say_same
from kb.clusters.undoing import undo_change
from kb.core.actor import Actor
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from server.clusters.correcting import find_target
from server.lists import CursorIn, Items, LimitIn, listed
from server.security.guards import requires

READ = [requires(Permission.CLUSTER_READ)]
CORRECT = [requires(Permission.CLUSTER_CORRECT)]


@dataclass(frozen=True, slots=True)
class Changed:
    """The change that was made; post to /api/v1/clusters/changes/{change}/undo to take it back."""

    change: UUID


@dataclass(frozen=True, slots=True)
class LabelIn:
    """A name that refreshes keep, 1 to 120 characters."""

    label: str


@dataclass(frozen=True, slots=True)
class MergeIn:
    """The number of the cluster that takes the other in."""

    into: int


@dataclass(frozen=True, slots=True)
class OtherIn:
    """The number of another cluster."""

    other: int


@dataclass(frozen=True, slots=True)
class SplitIn:
    """Questions of the cluster that become one of their own."""

    questions: list[UUID]
    label: str = ""


@dataclass(frozen=True, slots=True)
class SplitOut:
    """The number of the new cluster."""

    number: int


@dataclass(frozen=True, slots=True)
class MoveIn:
    """Questions, and the number of the cluster they go to; null leaves them alone."""

    questions: list[UUID]
    to: int | None


@dataclass(frozen=True, slots=True)
class PairIn:
    """Two questions. Where they part, `other` is the one that leaves."""

    one: UUID
    other: UUID


@dataclass(frozen=True, slots=True)
class EventOut:
    """A line of a cluster's history. `change` is null where there is nothing to undo, or no more."""

    kind: str
    actor: str
    reason: str
    at: datetime
    change: UUID | None
    undone: bool


@dataclass(frozen=True, slots=True)
class ProposalOut:
    """What a refresh would do. `into` is null for a split."""

    id: UUID
    kind: str
    cluster: int
    into: int | None
    questions: int
    examples: list[str]
    reason: str
    at: datetime


@post("/api/v1/clusters/{number:int}/label", guards=CORRECT, status_code=200)
async def api_rename(actor: Actor, number: int, data: LabelIn) -> Changed:
    """Name it."""
    cluster = await get_cluster(actor, possible_number(number))
    return Changed(await rename_cluster(actor, cluster.id, label=data.label))


@post("/api/v1/clusters/{number:int}/merge", guards=CORRECT, status_code=200)
async def api_merge(actor: Actor, number: int, data: MergeIn) -> Changed:
    """Its questions go into another cluster, and its number leads there for ever."""
    cluster = await get_cluster(actor, possible_number(number))
    heir = await get_cluster(actor, possible_number(data.into))
    return Changed(await merge_clusters(actor, cluster.id, into=heir.id))


@post("/api/v1/clusters/{number:int}/apart", guards=CORRECT, status_code=200)
async def api_clusters_apart(actor: Actor, number: int, data: OtherIn) -> Changed:
    """The two are not the same; no refresh merges them."""
    cluster = await get_cluster(actor, possible_number(number))
    other = await get_cluster(actor, possible_number(data.other))
    return Changed(await say_clusters_apart(actor, cluster.id, other.id))


@post("/api/v1/clusters/{number:int}/split", guards=CORRECT)
async def api_split(actor: Actor, number: int, data: SplitIn) -> SplitOut:
    """Some of its questions become a cluster of their own."""
    cluster = await get_cluster(actor, possible_number(number))
    new = await split_cluster(actor, cluster.id, data.questions, label=data.label)
    return SplitOut(await get_cluster_number(actor, new))


@get("/api/v1/clusters/{number:int}/events", guards=READ)
async def api_list_events(actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[EventOut]:
    """Its history, the newest first."""
    cluster = await get_cluster(actor, possible_number(number))
    events = await list_cluster_events(actor, cluster.id)
    rows = [EventOut(e.kind, e.actor_name, e.reason, e.created_at, e.change_id, e.is_undone) for e in events]
    return listed(rows, lambda one: f"{one.at.isoformat()} {one.change} {one.kind}", cursor=cursor, limit=limit)


@post("/api/v1/clusters/changes/{change_id:uuid}/undo", guards=CORRECT, status_code=200)
async def api_undo(actor: Actor, change_id: UUID) -> Changed:
    """Take a change back, a person's or a refresh's. 409 when it was undone before."""
    return Changed(await undo_change(actor, change_id))


@post("/api/v1/clusters/questions/move", guards=CORRECT, status_code=200)
async def api_move(actor: Actor, data: MoveIn) -> Changed:
    """Move up to a thousand questions, all or none, and pin them where they go."""
    target = await find_target(actor, data.to)
    return Changed(await move_questions(actor, data.questions, to=target[0] if target else None))


@post("/api/v1/clusters/questions/same", guards=CORRECT, status_code=200)
async def api_same(actor: Actor, data: PairIn) -> Changed:
    """Two questions want the same answer."""
    return Changed(await say_same(actor, data.one, data.other))


@post("/api/v1/clusters/questions/apart", guards=CORRECT, status_code=200)
async def api_apart(actor: Actor, data: PairIn) -> Changed:
    """Two questions want different answers."""
    return Changed(await say_apart(actor, data.one, data.other))


@get("/api/v1/clusters/proposals", guards=READ)
async def api_list_proposals(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[ProposalOut]:
    """What refreshes leave to people, the largest first."""
    rows = [
        ProposalOut(p.id, p.kind, p.number, p.into_number, p.questions, list(p.examples), p.reason, p.created_at)
        for p in await list_proposals(actor)
    ]
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/clusters/proposals/{proposal_id:uuid}/acceptance", guards=CORRECT, status_code=200)
async def api_accept(actor: Actor, proposal_id: UUID) -> Changed:
    """Do what was proposed."""
    return Changed(await accept_proposal(actor, proposal_id))


@post("/api/v1/clusters/proposals/{proposal_id:uuid}/refusal", guards=CORRECT, status_code=200)
async def api_refuse(actor: Actor, proposal_id: UUID) -> Changed:
    """Never propose it again."""
    return Changed(await refuse_proposal(actor, proposal_id))


ROUTES: list[Any] = [
    api_rename,
    api_merge,
    api_clusters_apart,
    api_split,
    api_list_events,
    api_undo,
    api_move,
    api_same,
    api_apart,
    api_list_proposals,
    api_accept,
    api_refuse,
]
