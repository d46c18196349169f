"""What moderators' verdicts teach about words: each post once, and taken back exactly."""

from collections.abc import Iterable
from uuid import UUID

from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.ports.spam_judge import Learned
from kb.screening.matching import fold
from kb.text.plain import plain_from_html

WORDS_KEPT = 300
"""Distinct words of one text that teach; a longer one would be heard more than others."""


async def learn_spam(post_id: UUID, title: str, html: str, *, is_spam: bool) -> None:
    """Part of a write: this post was spam, or fair. A later verdict about it replaces the earlier."""
    await unlearn_spam(post_id)
    words = list(dict.fromkeys(fold(f"{title}\n{plain_from_html(html)}").split()))[:WORDS_KEPT]
    await execute("insert into spam_verdict (post_id, is_spam, words) values ($1, $2, $3)", post_id, is_spam, words)
    await _count(words, is_spam=is_spam, change=1)


async def unlearn_spam(post_id: UUID) -> None:
    """Part of a write: as if nothing had been said of the post."""
    await fetch_value("select pg_advisory_xact_lock(hashtextextended('spam_verdict', 0))")
    row = await fetch_one("delete from spam_verdict where post_id = $1 returning is_spam, words", post_id)
    if row:
        await _count(row["words"], is_spam=row["is_spam"], change=-1)


async def read_learned(text: str) -> Learned:
    """What verdicts say of the words of a text."""
    totals = await fetch_one(
        "select count(*) filter (where is_spam) as spam, count(*) filter (where not is_spam) as fair from spam_verdict"
    )
    rows = await fetch_all("select word, spam, fair from spam_word where word = any($1)", fold(text).split())
    words = {row["word"]: (row["spam"], row["fair"]) for row in rows}
    return Learned(totals["spam"], totals["fair"], words) if totals else Learned()


async def _count(words: Iterable[str], *, is_spam: bool, change: int) -> None:
    await execute(
        "insert into spam_word as w (word, spam, fair) select unnest($1::text[]), $2, $3"
        " on conflict (word) do update set spam = w.spam + excluded.spam, fair = w.fair + excluded.fair",
        list(words),
        change if is_spam else 0,
        0 if is_spam else change,
    )
    await execute("delete from spam_word where word = any($1) and spam = 0 and fair = 0", list(words))
