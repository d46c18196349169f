"""Keeping questions as their sources hold them now: new ones, changed ones, and those that are gone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.clusters.counting import recount_clusters
from kb.clusters.duplicates.leading import lead_new_questions
from kb.clusters.messages import QuestionsExtracted
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.merging import take_merging_turn
from kb.text.cleaning import normalise

TITLE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Asked:
    """One problem as its source holds it now."""

    kind: str
    source_id: UUID
    segment: int
    parent_id: UUID
    person_id: UUID | None
    account_id: UUID | None
    title: str
    text: str
    language: str
    visibility: str
    page_url: str | None
    asked_at: datetime

    @property
    def text_hash(self) -> bytes:
        """Equal for texts that differ only in case, spacing or final punctuation."""
        return hashlib.sha256(normalise(self.text).encode()).digest()


async def store_asked(
    kind: str, source_ids: Sequence[UUID], asked: Sequence[Asked], *, read: Sequence[UUID], announces: bool = True
) -> list[UUID]:
    """Bring the questions of these sources to what is `asked` in them; returns the ids of those that are new or changed.

    `read` are the sources that were looked into: those of them that ask nothing are written down."""
    async with unit_of_work(SYSTEM) as unit:
        await take_merging_turn(alone=False)  # before any row, so that nobody confirming waits for us and we for them
        await _forget_what_is_gone(kind, source_ids, asked)
        await _note_silent(kind, source_ids, set(read) - {one.source_id for one in asked})
        changed = await _upsert(unit, asked)
        await lead_new_questions(kind, sorted({one.parent_id for one in asked}))
        if changed and announces:
            unit.emit(QuestionsExtracted(question_ids=changed))
    return changed


async def _note_silent(kind: str, source_ids: Sequence[UUID], silent: set[UUID]) -> None:
    """So that the sweep for lost sources does not read them again and again, and in the end nothing else."""
    await execute(
        "delete from asks_nothing where source_kind = $1 and source_id = any($2::uuid[]) and source_id <> all($3::uuid[])",
        kind,
        list(source_ids),
        list(silent),
    )
    await execute(
        "insert into asks_nothing (source_kind, source_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        kind,
        sorted(silent),
    )


async def _forget_what_is_gone(kind: str, source_ids: Sequence[UUID], asked: Sequence[Asked]) -> None:
    rows = await fetch_all(
        "delete from question q where source_kind = $1 and source_id = any($2::uuid[]) and not exists"
        " (select 1 from unnest($3::uuid[], $4::smallint[]) as u (source_id, segment)"
        "   where u.source_id = q.source_id and u.segment = q.segment) returning cluster_id",
        kind,
        list(source_ids),
        [one.source_id for one in asked],
        [one.segment for one in asked],
    )
    await recount_clusters({row["cluster_id"] for row in rows if row["cluster_id"]})


async def _upsert(unit: UnitOfWork, asked: Sequence[Asked]) -> list[UUID]:
    """Insert or update; a changed text is considered afresh, anything else that changed is simply taken over."""
    rows = await fetch_all(
        "insert into question as q (id, source_kind, source_id, segment, parent_id, person_id, account_id, title, text, text_hash,"
        "   visibility, page_url, asked_at, created_at, language)"
        " select u.id, u.kind, u.source_id, u.segment, u.parent_id, u.person_id, u.account_id, u.title, u.text, u.text_hash,"
        "   u.visibility, u.page_url, u.asked_at, $13, u.language"
        " from unnest($1::uuid[], $2::text[], $3::uuid[], $4::smallint[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[],"
        "   $9::text[], $10::bytea[], $11::text[], $12::text[], $14::timestamptz[], $15::text[])"
        "   as u (id, kind, source_id, segment, parent_id, person_id, account_id, title, text, text_hash, visibility, page_url, asked_at,"
        "     language)"
        " on conflict (source_kind, source_id, segment) do update set title = excluded.title, text = excluded.text,"
        "   text_hash = excluded.text_hash, visibility = excluded.visibility, parent_id = excluded.parent_id, language = excluded.language,"
        "   considered_at = case when q.text_hash = excluded.text_hash then q.considered_at end"
        " returning id, considered_at",
        [new_id() for _ in asked],
        [one.kind for one in asked],
        [one.source_id for one in asked],
        [one.segment for one in asked],
        [one.parent_id for one in asked],
        [one.person_id for one in asked],
        [one.account_id for one in asked],
        [one.title[:TITLE_LENGTH] for one in asked],
        [one.text for one in asked],
        [one.text_hash for one in asked],
        [one.visibility for one in asked],
        [one.page_url for one in asked],
        unit.now,
        [one.asked_at for one in asked],
        [one.language for one in asked],
    )
    return [row["id"] for row in rows if row["considered_at"] is None]
