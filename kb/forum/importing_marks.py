"""What stands on imported topics besides their words: tags, closed, unlisted; and which post answers which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.database import execute, execute_many, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork
from kb.forum.spaces import add_to_counts
from kb.forum.tagging import TAG_LENGTH_MAX, TAGS_MOST
from kb.text.slugs import FALLBACK, slugify


@dataclass(frozen=True, slots=True)
class Marks:
    """Of one topic. Tags are names as the source has them; of more than this house allows, the first."""

    tags: tuple[str, ...] = ()
    is_closed: bool = False
    is_unlisted: bool = False


async def mark_imported(unit: UnitOfWork, source: str, new: Sequence[UUID], marks: Mapping[str, Marks]) -> None:
    """Mark topics that this unit has inserted; `marks` by their ids at the source. Tags that are missing are made."""
    rows = await fetch_all(
        "select id, space_id, source_id from topic where id = any($2::uuid[]) and source = $1", source, list(new)
    )
    found = [(row["id"], row["space_id"], marks[row["source_id"]]) for row in rows if row["source_id"] in marks]
    await _tag(unit, {topic_id: tag_slugs(mark.tags) for topic_id, _, mark in found})
    await execute(
        "update topic set closed_as = 'locked', closed_at = last_posted_at where id = any($1::uuid[])",
        [topic_id for topic_id, _, mark in found if mark.is_closed],
    )
    for topic_id, space_id, mark in found:
        if mark.is_unlisted:
            await execute("update topic set unlisted_at = created_at where id = $1", topic_id)
            await add_to_counts(space_id, topics=-1)


async def link_imported_replies(unit: UnitOfWork, source: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Which post answers which of the same topic, both by their ids at the source; a link that stands stays."""
    await execute(
        "update post p set reply_to_id = q.id from unnest($2::text[], $3::text[]) as u (reply, parent)"
        " join post q on q.source = $1 and q.source_id = u.parent"
        " where p.source = $1 and p.source_id = u.reply and p.topic_id = q.topic_id and p.reply_to_id is null",
        source,
        [reply for reply, _ in pairs],
        [parent for _, parent in pairs],
    )


def tag_slugs(names: Sequence[str]) -> list[str]:
    """As many as a topic may have; names that no address can hold are left out."""
    slugs = [slugify(name) for name in names]
    kept = [slug for slug in dict.fromkeys(slugs) if slug != FALLBACK and len(slug) <= TAG_LENGTH_MAX]
    return kept[:TAGS_MOST]


async def _tag(unit: UnitOfWork, wanted: Mapping[UUID, Sequence[str]]) -> None:
    slugs = sorted({slug for tags in wanted.values() for slug in tags})
    if not slugs:
        return
    await execute(
        "insert into tag (id, slug, created_at) select u.id, u.slug, $3 from unnest($1::uuid[], $2::text[]) as u (id, slug)"
        " where not exists (select 1 from tag_synonym s where s.slug = u.slug) on conflict (slug) do nothing",
        [new_id() for _ in slugs],
        slugs,
        unit.now,
    )
    rows = await fetch_all(
        "select slug, id from tag where slug = any($1::text[])"
        " union all select slug, tag_id from tag_synonym where slug = any($1::text[])",
        slugs,
    )
    ids = {row["slug"]: row["id"] for row in rows}
    pairs = sorted({(topic_id, ids[slug]) for topic_id, tags in wanted.items() for slug in tags if slug in ids})
    await execute_many("insert into topic_tag (topic_id, tag_id) values ($1, $2) on conflict do nothing", pairs)
