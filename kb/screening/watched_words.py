"""Words that staff watch: what happens to a text that holds one. The list is compiled once for each change of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.screening.links import links_of
from kb.screening.matching import Automaton, fold, fold_pattern
from kb.screening.rules import ACTIONS, BLOCK, HOLD, WORD, WORDS_MAX, Finding, Writing, check_words
from kb.text.plain import plain_from_html

REMOVED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class WatchedWord:
    """`word` as it was typed, with `*` at its end where only a beginning counts; `action` is block, hold or flag."""

    id: UUID
    word: str
    action: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class _Compiled:
    version: tuple[int, datetime | None]
    automaton: Automaton
    words: Mapping[str, WatchedWord]


_compiled: list[_Compiled] = []
"""The newest list, of this process."""


async def list_watched(actor: Actor) -> list[WatchedWord]:
    """Those in force, by word."""
    actor.require(Permission.WATCHED_WORD_MANAGE)
    return await _read("removed_at is null order by lower(word), id")


async def list_removed(actor: Actor) -> list[WatchedWord]:
    """Those removed last, which can be added again."""
    actor.require(Permission.WATCHED_WORD_MANAGE)
    return await _read(f"removed_at is not null order by removed_at desc, id limit {REMOVED_SHOWN}")


async def watch_words(actor: Actor, text: str, action: str) -> int:
    """Watch each line of the text; one that is watched already gets this action. Returns how many changed.

    Raises `Invalid` that names the first line which cannot be watched; then none of them is.
    """
    actor.require(Permission.WATCHED_WORD_MANAGE)
    lines = check_words(text, action)
    async with unit_of_work(actor) as unit:
        changed = [await _watch(word, folded, action, unit.now) for folded, word in lines.items()]
        if int(await fetch_value("select count(*) from watched_word where removed_at is null")) > WORDS_MAX:
            raise Invalid(say("The list is full."), {"words": say("At most {most} words are watched.", most=WORDS_MAX)})
        for word_id, word in zip(changed, lines.values(), strict=True):
            if word_id:
                unit.audit("watched_word.add", "watched_word", word_id, word=word, does=action)
    return sum(word_id is not None for word_id in changed)


async def unwatch_word(actor: Actor, word_id: UUID) -> None:
    """Watch it no more; it can be added again."""
    actor.require(Permission.WATCHED_WORD_MANAGE)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "update watched_word set removed_at = coalesce(removed_at, $2), changed_at = $2 where id = $1 returning word",
            word_id,
            unit.now,
        )
        if row is None:
            raise NotFound(say("There is no such word on the list."))
        unit.audit("watched_word.remove", "watched_word", word_id, word=row["word"])


async def try_text(actor: Actor, text: str) -> list[WatchedWord]:
    """Which words would be found in a text, the strictest first."""
    actor.require(Permission.WATCHED_WORD_MANAGE)
    return await _find(text)


async def find_watched(writing: Writing) -> list[Finding]:
    """What a text's watched words ask for. Raises `Invalid` with the word where one may not be written at all."""
    found = [(word, "title") for word in await _find(writing.title)]
    links = " \n ".join(links_of(writing.html))
    found += [(word, "body") for word in await _find(f"{plain_from_html(writing.html)}\n{links}")]
    for word, field in found:
        if word.action == BLOCK:
            said = say("“{word}” may not be written here. Change it and send it again.", word=word.word)
            raise Invalid(say("A word in it is not allowed here."), {field: said})
    named = list(dict.fromkeys(word.word for word, _ in found))
    holds = any(word.action == HOLD for word, _ in found)
    return [Finding(WORD, f"It holds {', '.join(f'“{word}”' for word in named)}.", holds)] if named else []


async def _find(text: str) -> list[WatchedWord]:
    compiled = await _load()
    found = [compiled.words[pattern] for pattern in compiled.automaton.find(fold(text))]
    return sorted(found, key=lambda one: (ACTIONS.index(one.action), one.word))


async def _load() -> _Compiled:
    row = await fetch_one("select count(*) as n, max(changed_at) as at from watched_word")
    version = (row["n"], row["at"]) if row else (0, None)
    if not _compiled or _compiled[0].version != version:
        words = {fold_pattern(one.word): one for one in await _read("removed_at is null")}
        _compiled[:] = [_Compiled(version, Automaton(words), words)]
    return _compiled[0]


async def _read(condition: str) -> list[WatchedWord]:
    rows = await fetch_all(f"select id, word, action, changed_at as added_at from watched_word where {condition}")
    return [WatchedWord(**row) for row in rows]


async def _watch(word: str, folded: str, action: str, at: datetime) -> UUID | None:
    """Its id, or None where it was on the list like this."""
    word_id: UUID | None = await fetch_value(
        "insert into watched_word as w (id, word, folded, action, changed_at) values ($1, $2, $3, $4, $5)"
        " on conflict (folded) do update set word = excluded.word, action = excluded.action, changed_at = excluded.changed_at,"
        "   removed_at = null where w.action <> excluded.action or w.removed_at is not null returning id",
        new_id(),
        word,
        folded,
        action,
        at,
    )
    return word_id
