"""From where a thing stood before to where it stands here. What the actor may not read leads nowhere, like what never was."""

from urllib.parse import quote

from kb.core.actor import Actor
from kb.core.database import fetch_one, fetch_value
from kb.core.errors import NotFound
from kb.forum.addresses import person_path, space_path, tag_path, topic_path
from kb.forum.tags import find_seen_tags
from kb.text.slugs import slugify

NOTHING_THERE = "There is nothing at this address."

_TOPIC = (
    "select t.number, t.slug from topic t join space s on s.id = t.space_id"
    " join import_run r on r.source = t.source and r.kind = $1"
    " where t.source_id = $2 and t.hidden_at is null and s.visibility = any($3) order by r.started_at limit 1"
)
_POST = (
    "select t.number, t.slug, p.id from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
    " join import_run r on r.source = p.source and r.kind = $1"
    " where p.source_id = $2 and p.hidden_at is null and t.hidden_at is null and s.visibility = any($3)"
    " order by r.started_at limit 1"
)
_NUMBERED = (
    "select t.number, t.slug, p.id from former_address a join post p on p.source = a.source and p.source_id = a.subject"
    " join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
    " where a.kind = 'number' and a.old = $1 and p.hidden_at is null and t.hidden_at is null and s.visibility = any($2)"
    " limit 1"
)


async def find_former_topic(actor: Actor, kind: str, old: int) -> str | None:
    """The path of the topic an import of this kind brought under that number."""
    row = await fetch_one(_TOPIC, kind, str(old), actor.visibilities)
    return topic_path(row["number"], row["slug"]) if row else None


async def get_former_topic(actor: Actor, kind: str, old: int) -> str:
    """The same; `NotFound` where there is none that the actor may read."""
    return _there(await find_former_topic(actor, kind, old))


async def get_former_post(actor: Actor, kind: str, old: int) -> str:
    """The path of a post by its number at the source."""
    row = await fetch_one(_POST, kind, str(old), actor.visibilities)
    return _there(f"/posts/{row['id']}" if row else None)


async def get_former_reply(actor: Actor, topic: int, number: int) -> str:
    """The path of a topic's post by its turn in Discourse; where there is none, or it is the first, the topic's."""
    row = await fetch_one(_NUMBERED, f"{topic}/{number}", actor.visibilities) if number > 1 else None
    return f"/posts/{row['id']}" if row else await get_former_topic(actor, "discourse", topic)


async def get_former_space(actor: Actor, category: str) -> str:
    """The path of the space a category became: `support/exports/5`, `support`; its id counts, else its last name."""
    parts = [part for part in category.split("/") if part]
    ids = [part for part in parts if part.isdecimal() and part.isascii()]
    slug: str | None = await fetch_value(
        "select s.slug from space s where s.visibility = any($1) and (s.slug = $3 or s.id::text in"
        " (select subject from former_address where kind = 'category' and old = $2))"
        " order by s.slug = $3 limit 1",
        actor.visibilities,
        ids[0] if ids else "",
        "" if ids or not parts else slugify(parts[-1]),
    )
    return _there(space_path(slug) if slug else None)


async def get_former_tag(actor: Actor, name: str) -> str:
    """The path of the tag of this name, which may be a synonym now."""
    slug = slugify(name)
    return _there(tag_path(quote(slug)) if await find_seen_tags(actor, [slug]) else None)


async def get_former_person(name: str) -> str:
    """The path of somebody's profile by the username they had where they came from, else by the one they have here."""
    username: str | None = await fetch_value(
        "select username from (select p.username, 1 as rank from former_address a join person p on p.id::text = a.subject"
        " where a.kind = 'person' and a.old = $1 and p.suspended_at is null"
        " union all select username, 2 from person where lower(username) = $1 and suspended_at is null) known"
        " where username is not null order by rank limit 1",
        name.lower().replace("\x00", ""),
    )
    return _there(person_path(username) if username else None)


def _there(path: str | None) -> str:
    if path is None:
        raise NotFound(NOTHING_THERE)
    return path
