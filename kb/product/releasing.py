"""Releases of the product: which are out. What appeared after one is new with it, and articles are due to be checked for it."""

from dataclasses import dataclass
from datetime import datetime

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work

VERSION_MAX = 40
NOTES_MAX = 4_000


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A version, and since when it is out."""

    version: str
    notes: str
    released_at: datetime


async def record_release(actor: Actor, version: str, *, notes: str = "", released_at: datetime | None = None) -> None:
    """A version is out, now or since then. Recording it again changes its notes and day."""
    actor.require(Permission.ISSUE_FILE)
    version, notes, at = " ".join(version.split()), notes.strip(), released_at or now()
    wrong = {
        "version": "" if 1 <= len(version) <= VERSION_MAX and "\x00" not in version
        else say("1 to {most} characters, such as 4.2.", most=VERSION_MAX),
        "notes": "" if len(notes) <= NOTES_MAX and "\x00" not in notes else say("At most {most} characters.", most=NOTES_MAX),
        "released_at": "" if at <= now() else say("A release is recorded once it is out."),
    }  # fmt: skip
    if fields := {name: text for name, text in wrong.items() if text}:
        raise Invalid(say("The release cannot be recorded so."), fields)
    async with unit_of_work(actor) as unit:
        await execute(
            "insert into release (version, notes, released_at) values ($1, $2, $3)"
            " on conflict (version) do update set notes = excluded.notes, released_at = excluded.released_at",
            version,
            notes,
            at,
        )
        unit.audit("release.record", "release", None, version=version, released_at=at)


async def list_releases(actor: Actor) -> list[ReleaseView]:
    """The newest first."""
    actor.require(Permission.ISSUE_READ)
    rows = await fetch_all(
        "select version, notes, released_at from release order by released_at desc, version limit 100"
    )
    return [ReleaseView(**row) for row in rows]
