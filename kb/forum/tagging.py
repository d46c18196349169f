"""Giving topics tags: at most five; members use those there are, staff may make new ones."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, execute_many, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import access_topic
from kb.forum.rules import may_make_tags, may_tag
from kb.forum.tags import find_seen_tags
from kb.text.slugs import slugify

TAGS_MOST = 5
TAG_LENGTH_MAX = 30


def read_tags(typed: str) -> list[str]:
    """What somebody typed, apart by commas, as slugs."""
    return clean_tags(typed.split(","))


def clean_tags(names: Iterable[str]) -> list[str]:
    """As slugs, each once. Raises `Invalid` for too many and for what no address can hold."""
    given = [name.strip() for name in names if name.strip(" #")]
    slugs = list(dict.fromkeys(slugify(name) for name in given))
    if len(slugs) > TAGS_MOST:
        raise Invalid(say("Too many tags."), {"tags": say("At most {most}, apart by commas.", most=TAGS_MOST)})
    if any(
        len(slug) > TAG_LENGTH_MAX or not any(map(str.isalnum, name)) for slug, name in zip(slugs, given, strict=False)
    ):
        raise Invalid(
            say("A tag is too long."), {"tags": say("Letters and digits, at most {most} each.", most=TAG_LENGTH_MAX)}
        )
    return slugs


async def tag_topic(actor: Actor, topic_id: UUID, names: Sequence[str]) -> None:
    """Give the topic these tags and no others. `NotAllowed` where `may_tag` says no."""
    actor.require(Permission.POST_WRITE)
    slugs = clean_tags(names)
    async with unit_of_work(actor) as unit:
        topic = await access_topic(actor, topic_id)
        if not may_tag(actor, asker_id=topic.asker_id):
            raise NotAllowed(say("Its asker, trusted members and moderators give a topic its tags."))
        await set_tags(unit, topic_id, slugs)


async def set_tags(unit: UnitOfWork, topic_id: UUID, slugs: list[str]) -> None:
    """Part of a write; the topic's row is locked, or new. Raises `Invalid` for a tag that the actor may not make."""
    wanted = await _find_or_make(unit, slugs)
    had = {row["tag_id"] for row in await fetch_all("select tag_id from topic_tag where topic_id = $1", topic_id)}
    if gone := sorted(had - wanted):
        await execute("delete from topic_tag where topic_id = $1 and tag_id = any($2::uuid[])", topic_id, gone)
    if new := sorted(wanted - had):
        await execute_many(
            "insert into topic_tag (topic_id, tag_id) values ($1, $2) on conflict do nothing",
            [(topic_id, tag_id) for tag_id in new],
        )
    if gone or new:
        unit.audit("topic.tag", "topic", topic_id, tags=slugs)


async def _find_or_make(unit: UnitOfWork, slugs: list[str]) -> set[UUID]:
    if not slugs:
        return set()
    found = await find_seen_tags(unit.actor, slugs)
    missing = [slug for slug in slugs if slug not in found]
    if missing and not may_make_tags(unit.actor):
        raise Invalid(
            say("There is no such tag."),
            {"tags": say("There is no tag “{tag}” yet. Choose of those there are.", tag=missing[0])},
        )
    return {*found.values(), *[await _make(unit, slug) for slug in missing]}


async def _make(unit: UnitOfWork, slug: str) -> UUID:
    """The tag, new or of topics that the actor may not read."""
    tag_id = new_id()
    if await execute(
        "insert into tag (id, slug, created_at) select $1, $2, $3 where not exists"
        " (select 1 from tag_synonym where slug = $2) on conflict (slug) do nothing",
        tag_id,
        slug,
        unit.now,
    ):
        unit.audit("tag.make", "tag", tag_id, slug=slug)
        return tag_id
    known: UUID | None = await fetch_value(
        "select id from tag where slug = $1 union all select tag_id from tag_synonym where slug = $1 limit 1", slug
    )
    if known is None:
        raise Conflict(say("The tag was merged meanwhile."), {"tags": say("Send it again.")})
    return known
