"""The reuse ledger: who met which answer, where, and what came of it. Rows are only ever added; ranking decides what counts."""

from collections.abc import Sequence
from uuid import UUID

from kb.answers.access import NO_ANSWER, READABLE_ANSWER
from kb.answers.messages import AnswerUsed
from kb.answers.rules import GIVEN_UP, Surface, UseKind, check_use
from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work

PAGE_URL_MAX = 1_000

_RECORD = (
    "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, visitor, page_url, created_at, address)"
    " select $2::uuid, a.id, a.revision, a.cluster_id, $4, $5, $6::uuid, $7, $8, $9::timestamptz, $10 from answer a"
    " left join ticket t on a.kind = 'reply' and t.id = a.parent_id"
    f" where a.id = $3 and (({READABLE_ANSWER}) or (a.retired_at is null and t.requester_id = $6)) returning id"
)
"""Whoever asked a ticket reads the replies in it, and may say that one of them solved it."""


async def record_use(
    actor: Actor,
    *,
    answer_id: UUID,
    kind: UseKind,
    surface: Surface,
    visitor: str | None = None,
    page_url: str | None = None,
) -> UUID:
    """One row; returns its id. Raises `NotFound` for an answer the actor may not read.

    `visitor` is a hash of the network address: it stands for somebody not signed in, and keeps one address from speaking for many.
    """
    check_use(kind, surface)
    return await _record(actor, answer_id, kind, surface, (*_who(actor, visitor), visitor), page_url)


async def record_insertion(actor: Actor, *, answer_id: UUID, received_by: UUID, surface: Surface = "desk") -> UUID:
    """A program gave the answer to this customer: the ledger counts people helped, not agents helping. On the desk: `inserting.py`."""
    actor.require(Permission.TICKET_ANSWER)
    check_use("inserted", surface)
    return await _record(actor, answer_id, "inserted", surface, (received_by, None, None), None)


async def record_reopening(ticket_id: UUID) -> int:
    """The ticket was solved and is not: what agents gave its requester since it was opened did not last.

    Returns how many answers that were believed in are not any more. Once an answer and ticket, however often it is told or opened again.
    """
    async with unit_of_work(SYSTEM) as unit:
        given = await fetch_all(_GIVEN, ticket_id)
        return await execute(
            "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, ticket_id, created_at)"
            " select n.use_id, n.answer_id, n.revision, n.cluster_id, 'reopened', 'desk', n.person_id, $1, $2"
            " from unnest($3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::uuid[])"
            " as n (use_id, answer_id, revision, cluster_id, person_id) on conflict do nothing",
            ticket_id,
            unit.now,
            [new_id() for _ in given],
            [row["answer_id"] for row in given],
            [row["revision"] for row in given],
            [row["cluster_id"] for row in given],
            [row["requester_id"] for row in given],
        )


_GIVEN = f"""
select a.id as answer_id, a.revision, a.cluster_id, t.requester_id from ticket t
join answer a on a.kind = 'reply' and a.parent_id = t.id and a.retired_at is null where t.id = $1
union
select u.answer_id, u.revision, u.cluster_id, t.requester_id from ticket t join answer_use u on u.person_id = t.requester_id and (
    (u.kind = 'edited_then_sent' and u.ticket_id = t.id and u.distance < {GIVEN_UP})
    or (u.kind = 'inserted' and coalesce(u.ticket_id, u.topic_id) is null and u.created_at >= t.created_at))
where t.id = $1
"""
"""What was written in the ticket, and what was sent in it; of programs, which name no ticket, what they gave since it was opened."""


async def _record(
    actor: Actor,
    answer_id: UUID,
    kind: UseKind,
    surface: Surface,
    who: tuple[UUID | None, str | None, str | None],
    page_url: str | None,
) -> UUID:
    """`who` is the person, the visitor and the address it was told from."""
    person_id, visitor, address = who
    use_id = new_id()
    async with unit_of_work(actor) as unit:
        recorded = await fetch_value(
            _RECORD,
            actor.visibilities,
            use_id,
            answer_id,
            kind,
            surface,
            person_id,
            visitor,
            clean_page(page_url),
            unit.now,
            address,
        )
        if recorded is None:
            raise NotFound(NO_ANSWER)
        if kind == "said_solved":
            unit.emit(AnswerUsed(use_id))
    return use_id


async def record_shown(
    actor: Actor, answer_ids: Sequence[UUID], surface: Surface, visitor: str | None = None, page_url: str | None = None
) -> int:
    """A row for each answer put before somebody, in one statement; those the actor may not read are passed over."""
    check_use("shown", surface)
    if not answer_ids:
        return 0
    _who(actor, visitor)
    async with unit_of_work(actor) as unit:
        return await insert_shown(unit, actor, answer_ids, surface, (actor.person_id, visitor), page_url)


async def insert_shown(
    unit: UnitOfWork,
    reader: Actor,
    answer_ids: Sequence[UUID],
    surface: Surface,
    who: tuple[UUID | None, str | None],
    page_url: str | None,
) -> int:
    """The rows inside the caller's unit of work, for rooms whose own rows must commit with them. `who` is a person's id and the hash of
    their network address, which stands for them where there is no id; answers that `reader` may not read are passed over."""
    if not answer_ids:
        return 0
    person_id, address = who
    return await execute(
        "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, visitor, page_url, created_at, address)"
        " select u.use_id, a.id, a.revision, a.cluster_id, 'shown', $4, $5::uuid, $6, $7, $8::timestamptz, $9"
        " from unnest($2::uuid[], $3::uuid[]) as u (use_id, answer_id)"
        f" join answer a on a.id = u.answer_id where {READABLE_ANSWER}",
        reader.visibilities,
        [new_id() for _ in answer_ids],
        list(answer_ids),
        surface,
        person_id,
        None if person_id else address,
        clean_page(page_url),
        unit.now,
        address,
    )


def clean_page(page_url: str | None) -> str | None:
    """The page without query and fragment, which may hold secrets."""
    page = (page_url or "").replace("\x00", "").split("#")[0].split("?")[0].strip()
    return page[:PAGE_URL_MAX] or None


def _who(actor: Actor, visitor: str | None) -> tuple[UUID | None, str | None]:
    """The person, else the visitor; one of them must be known."""
    if actor.person_id is not None:
        return actor.person_id, None
    if not visitor:
        raise Invalid(say("Nobody used this answer."), {"visitor": say("Say who met the answer.")})
    return None, visitor[:100]
