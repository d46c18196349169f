"""Questions out of topics and tickets: the part that asks, cleaned; a long message with several problems gives several."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.clusters.counting import recount_clusters
from kb.clusters.duplicates.leading import lead_new_questions
from kb.clusters.messages import QuestionsExtracted
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.merging import take_merging_turn
from kb.text.cleaning import normalise, question_text
from kb.text.excerpts import excerpt
from kb.text.languages import detect_language
from kb.text.segments import split_problems

TITLE_LENGTH = 160

WORDS_OF_A_FOLLOW_UP = 20
"""A customer's later message with fewer words answers the agent ("Works now.", "Tried that, declined again"): it is about the
question already asked. By length and not by phrases, so that it holds in every language: of the 76 follow-ups in the demo's
tickets, written in five languages, not one asks something new."""


@dataclass(frozen=True, slots=True)
class _Asked:
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


async def extract_from_topics(topic_ids: Sequence[UUID], *, announces: bool = True) -> list[UUID]:
    """Make or update the questions of these topics; returns the ids of those that are new or changed, and says so unless told not to.

    A hidden or unlisted topic has no question: its readers may not learn of it anywhere. Staff announcements without a question mark
    in a space for staff still count: staff have problems too.
    """
    rows = await fetch_all(
        "select t.id, t.title, t.page_url, t.created_at, t.author_id, a.account_id, s.visibility, p.body_source,"
        " t.hidden_at is null and t.unlisted_at is null as is_shown"
        " from topic t join space s on s.id = t.space_id join post p on p.topic_id = t.id and p.position = 1"
        " join person a on a.id = t.author_id where t.id = any($1::uuid[])",
        list(topic_ids),
    )
    shown = [row for row in rows if row["is_shown"]]
    asked = [_from_topic(row) for row in shown]
    return await _store("topic", list(topic_ids), asked, read=[row["id"] for row in shown], announces=announces)


def _from_topic(row: asyncpg.Record) -> _Asked:
    text = question_text(row["title"], row["body_source"])
    return _Asked(
        kind="topic",
        source_id=row["id"],
        segment=0,
        parent_id=row["id"],
        person_id=row["author_id"],
        account_id=row["account_id"],
        title=row["title"],
        text=text,
        language=detect_language(text),
        visibility=row["visibility"],
        page_url=row["page_url"],
        asked_at=row["created_at"],
    )


async def extract_from_ticket_messages(message_ids: Sequence[UUID], *, announces: bool = True) -> list[UUID]:
    """The same for customers' messages; agents' messages and notes ask nothing."""
    rows = await fetch_all(
        "select m.id, m.position, m.body_source, m.created_at, m.author_id, a.account_id, t.id as ticket_id, t.subject, t.page_url"
        " from ticket_message m join ticket t on t.id = m.ticket_id join person a on a.id = m.author_id"
        " where m.id = any($1::uuid[]) and m.kind = 'customer'",
        list(message_ids),
    )
    asked = [part for row in rows for part in _from_message(row)]
    return await _store("ticket", list(message_ids), asked, read=[row["id"] for row in rows], announces=announces)


def _from_message(row: asyncpg.Record) -> Iterable[_Asked]:
    """Each problem of the message. The subject speaks for the first message alone, and only where there is one problem."""
    if row["position"] > 1 and len(row["body_source"].split()) < WORDS_OF_A_FOLLOW_UP:
        return
    parts = split_problems(row["body_source"])
    subject = row["subject"] if row["position"] == 1 and len(parts) == 1 else ""
    for number, part in enumerate(parts):
        text = question_text(subject, part)
        yield _Asked(
            kind="ticket",
            source_id=row["id"],
            segment=number,
            parent_id=row["ticket_id"],
            person_id=row["author_id"],
            account_id=row["account_id"],
            title=subject or excerpt(text, TITLE_LENGTH),
            text=text,
            language=detect_language(text),
            visibility="private",
            page_url=row["page_url"],
            asked_at=row["created_at"],
        )


async def extract_from_searches(search_ids: Sequence[UUID]) -> list[UUID]:
    """Make the questions of these searches that found nothing. Only those who read tickets read them: searching is not publishing."""
    rows = await fetch_all(
        "select f.id, f.words, f.created_at, f.person_id, p.account_id from failed_search f"
        " left join person p on p.id = f.person_id where f.id = any($1::uuid[])",
        list(search_ids),
    )
    asked = [_from_words("search", row) for row in rows if question_text("", row["words"])]
    return await _store("search", list(search_ids), asked, read=[row["id"] for row in rows])


async def extract_from_feedback(unhelped_ids: Sequence[UUID]) -> list[UUID]:
    """Make the questions of these readers whom an article did not help; read by those who read tickets."""
    rows = await fetch_all(
        "select f.id, f.words, f.created_at, f.person_id, p.account_id from unhelped_reader f"
        " left join person p on p.id = f.person_id where f.id = any($1::uuid[])",
        list(unhelped_ids),
    )
    asked = [_from_words("feedback", row) for row in rows if question_text("", row["words"])]
    return await _store("feedback", list(unhelped_ids), asked, read=[row["id"] for row in rows])


@dataclass(frozen=True, slots=True)
class AskedInChat:
    """What somebody asked in a conversation, as the room that holds conversations tells it; personal data is masked by then."""

    id: UUID
    conversation_id: UUID
    words: str
    person_id: UUID | None
    account_id: UUID | None
    page_url: str | None
    asked_at: datetime


async def extract_from_chats(turns: Sequence[AskedInChat]) -> list[UUID]:
    """Make the questions of these turns; read by those who read tickets."""
    asked = [_from_chat(turn) for turn in turns if question_text("", turn.words)]
    ids = [turn.id for turn in turns]
    return await _store("chat", ids, asked, read=ids)


def _from_chat(turn: AskedInChat) -> _Asked:
    text = question_text("", turn.words)
    return _Asked(
        kind="chat",
        source_id=turn.id,
        segment=0,
        parent_id=turn.conversation_id,
        person_id=turn.person_id,
        account_id=turn.account_id,
        title=excerpt(text, TITLE_LENGTH),
        text=text,
        language=detect_language(text),
        visibility="private",
        page_url=turn.page_url,
        asked_at=turn.asked_at,
    )


def _from_words(kind: str, row: asyncpg.Record) -> _Asked:
    text = question_text("", row["words"])
    return _Asked(
        kind=kind,
        source_id=row["id"],
        segment=0,
        parent_id=row["id"],
        person_id=row["person_id"],
        account_id=row["account_id"],
        title=row["words"],
        text=text,
        language=detect_language(text),
        visibility="private",
        page_url=None,
        asked_at=row["created_at"],
    )


async def _store(
    kind: str, source_ids: Sequence[UUID], asked: Sequence[_Asked], *, read: Sequence[UUID], announces: bool = True
) -> list[UUID]:
    """`read` are the sources that were looked into: those of them that ask nothing are written down."""
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


async def _forget_what_is_gone(kind: str, source_ids: Sequence[UUID], asked: Sequence[_Asked]) -> None:
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


async def _upsert(unit: UnitOfWork, asked: Sequence[_Asked]) -> list[UUID]:
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
