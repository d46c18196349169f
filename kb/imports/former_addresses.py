"""Where imported things stood before, so that links to them lead here. Reading what stands there is checked where it is shown."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from kb.core.database import execute, fetch_all, fetch_value


async def keep_addresses(source: str, kind: str, subjects: Mapping[str, UUID | str]) -> None:
    """Part of an import's unit: what each old name of a `person`, `category` or numbered post (`topic/number`) leads to.

    People and spaces are named by our id, posts by their id at the source. What is kept stays.
    """
    await execute(
        "insert into former_address (source, kind, old, subject)"
        " select $1, $2, u.old, u.subject from unnest($3::text[], $4::text[]) as u (old, subject) on conflict do nothing",
        source,
        kind,
        list(subjects),
        [str(subject) for subject in subjects.values()],
    )


async def find_posts_by_number(source: str, numbers: Sequence[str]) -> dict[str, str]:
    """The posts' ids at the source by `topic/number`."""
    rows = await fetch_all(
        "select old, subject from former_address where source = $1 and kind = 'number' and old = any($2::text[])",
        source,
        list(numbers),
    )
    return {row["old"]: row["subject"] for row in rows}


async def find_space_of(source: str, category: str) -> UUID | None:
    """The space a category became, wherever it was moved since."""
    found: UUID | None = await fetch_value(
        "select s.id from former_address a join space s on s.id::text = a.subject"
        " where a.kind = 'category' and a.old = $2 and a.source = $1",
        source,
        category,
    )
    return found
