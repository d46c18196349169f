"""Keeping what is typed, as it is typed, so that it can be taken up on any device.

Drafts are nobody's business but their writer's: no audit line tells of them, and no message.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound, NotSignedIn, TooLarge
from kb.core.ids import new_id
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.drafts.places import check_place, place_name, place_path

MAX_BODY = 100_000
"""Characters, three times what a post may hold: a text that is refused for its length is the one to keep."""

MAX_LINE = 2_000
"""Characters of title, space and address."""

MAX_DRAFTS = 200
"""A person. More is a program storing files."""

KEPT_FOR = timedelta(days=180)
"""A text nobody came back to for half a year."""


@dataclass(frozen=True, slots=True)
class DraftText:
    """What is typed, as far as the form has such fields; `more` holds those that only this place's form has (`places.MORE`)."""

    title: str = ""
    body: str = ""
    space: str = ""
    page_url: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to keep; a chosen space alone is nothing."""
        return not self.title.strip() and not self.body.strip()


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft. `version` counts its savings; the `other` text is what a device wrote that did not know of this one."""

    id: UUID
    place: str
    text: DraftText
    version: int
    updated_at: datetime
    other_title: str | None
    other_body: str | None
    other_at: datetime | None

    @property
    def path(self) -> str:
        """Where it is written on."""
        return place_path(self.place)

    @property
    def name(self) -> str:
        """What it is, in words."""
        return place_name(self.place)


_READ = "select id, place, title, body, space, page_url, more, version, updated_at, other_title, other_body, other_at from draft"


async def keep_draft(actor: Actor, place: str, text: DraftText, *, based_on: int = 0) -> int:
    """Keep the text and return the draft's new version, 0 where it was blank and so nothing is kept any more.

    `based_on` is the version the writer saw last. The newest text wins; a text they had not seen is kept beside it.
    `Conflict` where that draft was sent or discarded meanwhile: whoever still wants it kept says `based_on=0`.
    """
    person_id = _writer(actor)
    check_place(place)
    _check_size(text)
    async with unit_of_work(actor):
        seen = await fetch_value(
            "select version from draft where person_id = $1 and place = $2 for update", person_id, place
        )
        if seen is None and based_on:
            raise Conflict(say("This draft was sent or discarded meanwhile."))
        if text.is_blank:
            await execute(
                "delete from draft where person_id = $1 and place = $2 and version = $3", person_id, place, based_on
            )
            return 0
        if seen is None:
            await _check_room(person_id)
        return await _store(person_id, place, text, based_on)


async def _store(person_id: UUID, place: str, text: DraftText, based_on: int) -> int:
    unseen = "draft.version <> $9 and draft.body <> excluded.body and draft.body <> ''"
    version: int = await fetch_value(
        "insert into draft (id, person_id, place, title, body, space, page_url, more, created_at, updated_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $10::jsonb, $8, $8) on conflict (person_id, place) do update set"
        " title = excluded.title, body = excluded.body, space = excluded.space, page_url = excluded.page_url, more = excluded.more,"
        " version = draft.version + 1, updated_at = excluded.updated_at,"
        f" other_title = case when {unseen} then draft.title else draft.other_title end,"
        f" other_body = case when {unseen} then draft.body else draft.other_body end,"
        f" other_at = case when {unseen} then draft.updated_at else draft.other_at end"
        " returning version",
        new_id(),
        person_id,
        place,
        text.title,
        text.body,
        text.space,
        text.page_url,
        now(),
        based_on,
        json.dumps(dict(text.more)),
    )
    return version


async def find_draft(actor: Actor, place: str) -> KeptDraft | None:
    """One's own draft at this place, if there is one."""
    if actor.person_id is None:
        return None
    row = await fetch_one(f"{_READ} where person_id = $1 and place = $2", actor.person_id, place)
    return read_draft(row) if row else None


async def list_drafts(actor: Actor) -> list[KeptDraft]:
    """One's own drafts, the last written first."""
    rows = await fetch_all(
        f"{_READ} where person_id = $1 order by updated_at desc limit $2", _writer(actor), MAX_DRAFTS
    )
    return [read_draft(row) for row in rows]


async def discard_draft(actor: Actor, draft_id: UUID) -> None:
    """Throw one's own draft away, with the other text if there is one. `NotFound` for somebody else's."""
    async with unit_of_work(actor):
        if not await execute("delete from draft where id = $1 and person_id = $2", draft_id, _writer(actor)):
            raise NotFound(say("There is no such draft."))


async def discard_draft_at(actor: Actor, place: str) -> None:
    """The same by place; discarding twice is fine."""
    async with unit_of_work(actor):
        await forget_draft(_writer(actor), place)


async def take_other_text(actor: Actor, draft_id: UUID) -> KeptDraft:
    """Change the two texts about: the other one stands in the form, the present one is kept beside it."""
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "update draft set title = other_title, body = other_body, other_title = title, other_body = body,"
            " other_at = updated_at, updated_at = $3, version = version + 1"
            " where id = $1 and person_id = $2 and other_body is not null"
            " returning id, place, title, body, space, page_url, more, version, updated_at, other_title, other_body, other_at",
            draft_id,
            _writer(actor),
            unit.now,
        )
    if row is None:
        raise NotFound(say("There is no such draft, or it has no other text."))
    return read_draft(row)


async def forget_draft(person_id: UUID, place: str) -> None:
    """Part of the unit of work that sends it: a text is sent and its draft gone, or neither."""
    await execute("delete from draft where person_id = $1 and place = $2", person_id, place)


async def forget_old_drafts() -> int:
    """Drop what nobody wrote on for `KEPT_FOR`; returns how many."""
    return await execute("delete from draft where updated_at < $1", now() - KEPT_FOR)


def read_draft(row: asyncpg.Record) -> KeptDraft:
    """A row of the table as a draft."""
    text = DraftText(row["title"], row["body"], row["space"], row["page_url"], json.loads(row["more"]))
    rest = {key: row[key] for key in ("id", "place", "version", "updated_at", "other_title", "other_body", "other_at")}
    return KeptDraft(text=text, **rest)


def _writer(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to keep drafts here."))
    return actor.person_id


def _check_size(text: DraftText) -> None:
    lines = (text.title, text.space, text.page_url, *text.more.values())
    if len(text.body) > MAX_BODY or max(map(len, lines)) > MAX_LINE:
        raise TooLarge(say("A draft holds {most} characters.", most=MAX_BODY), {"body": say("Too long to keep.")})
    if "\x00" in text.body + "".join(lines):
        raise Invalid(
            say("The text holds a character that cannot be kept."), {"body": say("It holds a NUL character.")}
        )


async def _check_room(person_id: UUID) -> None:
    if await fetch_value("select count(*) from draft where person_id = $1", person_id) >= MAX_DRAFTS:
        raise Invalid(
            say("You have {most} drafts. Discard some first.", most=MAX_DRAFTS), {"body": say("Too many drafts.")}
        )
