"""Questions out of topics and tickets: the part that asks, cleaned; a long message with several problems gives several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.clusters.storing_asked import TITLE_LENGTH, Asked, store_asked
from kb.core.database import fetch_all
from kb.text.cleaning import question_text
from kb.text.excerpts import excerpt
from kb.text.languages import detect_language
from kb.text.segments import split_problems

WORDS_OF_A_FOLLOW_UP = 20
"""A customer's later message with fewer words answers the agent ("Works now.", "Tried that, declined again"): it is about the
question already asked. By length and not by phrases, so that it holds in every language: of the 76 follow-ups in the demo's
tickets, written in five languages, not one asks something new."""


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
    return await store_asked("topic", list(topic_ids), asked, read=[row["id"] for row in shown], announces=announces)


def _from_topic(row: asyncpg.Record) -> Asked:
    text = question_text(row["title"], row["body_source"])
    return Asked(
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
    return await store_asked("ticket", list(message_ids), asked, read=[row["id"] for row in rows], announces=announces)


def _from_message(row: asyncpg.Record) -> Iterable[Asked]:
    """Each problem of the message. The subject speaks for the first message alone, and only where there is one problem."""
    if row["position"] > 1 and len(row["body_source"].split()) < WORDS_OF_A_FOLLOW_UP:
        return
    parts = split_problems(row["body_source"])
    subject = row["subject"] if row["position"] == 1 and len(parts) == 1 else ""
    for number, part in enumerate(parts):
        text = question_text(subject, part)
        yield Asked(
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
    asked = [one for row in rows if (one := _from_words("search", row))]
    return await store_asked("search", list(search_ids), asked, read=[row["id"] for row in rows])


async def extract_from_feedback(unhelped_ids: Sequence[UUID]) -> list[UUID]:
    """Make the questions of these readers whom an article did not help; read by those who read tickets."""
    rows = await fetch_all(
        "select f.id, f.words, f.created_at, f.person_id, p.account_id from unhelped_reader f"
        " left join person p on p.id = f.person_id where f.id = any($1::uuid[])",
        list(unhelped_ids),
    )
    asked = [one for row in rows if (one := _from_words("feedback", row))]
    return await store_asked("feedback", list(unhelped_ids), asked, read=[row["id"] for row in rows])


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
    asked = [one for turn in turns if (one := _from_chat(turn))]
    ids = [turn.id for turn in turns]
    return await store_asked("chat", ids, asked, read=ids)


def _from_chat(turn: AskedInChat) -> Asked | None:
    """None where the words ask nothing."""
    text = question_text("", turn.words)
    if not text:
        return None
    return Asked(
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


def _from_words(kind: str, row: asyncpg.Record) -> Asked | None:
    """None where the words ask nothing."""
    text = question_text("", row["words"])
    if not text:
        return None
    return Asked(
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
