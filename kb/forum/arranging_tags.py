"""Looking after tags: what they are for, synonyms, and merging two that mean the same. A merge can be taken back exactly."""

from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.rules import clean_title
from kb.forum.tags import get_tag

DESCRIPTION_MAX = 300

_ALONE = "lock table topic_tag in share row exclusive mode"
"""Nobody tags while tags change their meaning; readers do not wait."""


async def describe_tag(actor: Actor, slug: str, description: str) -> None:
    """Say what the tag is for."""
    actor.require(Permission.TAG_MANAGE)
    description = clean_title(description)
    if len(description) > DESCRIPTION_MAX:
        raise Invalid(
            say("The description is too long."),
            {"description": say("At most {most} characters.", most=DESCRIPTION_MAX)},
        )
    async with unit_of_work(actor) as unit:
        tag = await get_tag(actor, slug)
        await execute("update tag set description = $2 where id = $1", tag.id, description)
        unit.audit("tag.describe", "tag", tag.id, before=tag.description)


async def merge_tags(actor: Actor, slug: str, into: str) -> UUID:
    """Topics of the one have the other from now on, and the old name leads there. Returns the merge, for `undo_tag_merge`."""
    actor.require(Permission.TAG_MANAGE)
    async with unit_of_work(actor) as unit:
        await execute(_ALONE)
        one, other = await get_tag(actor, slug), await _find_other(actor, into)
        if one.id == other:
            raise Invalid(say("A tag is not merged into itself."), {"into": say("Choose another tag.")})
        merge_id = new_id()
        await execute(
            "insert into tag_merge (id, from_id, from_slug, from_description, from_created_at, into_id, moved, had_both, synonyms,"
            "   merged_by, merged_at)"
            " select $1, g.id, g.slug, g.description, g.created_at, $3, array(select x.topic_id from topic_tag x where x.tag_id = g.id"
            "   and not exists (select 1 from topic_tag o where o.topic_id = x.topic_id and o.tag_id = $3)),"
            "   array(select x.topic_id from topic_tag x"
            "     join topic_tag o on o.topic_id = x.topic_id and o.tag_id = $3 where x.tag_id = g.id),"
            "   array(select y.slug from tag_synonym y where y.tag_id = g.id), $4, $5 from tag g where g.id = $2",
            merge_id,
            one.id,
            other,
            actor.person_id,
            unit.now,
        )
        await execute(
            "insert into topic_tag (topic_id, tag_id) select unnest(moved), into_id from tag_merge where id = $1",
            merge_id,
        )
        await execute("update tag_synonym set tag_id = $2 where tag_id = $1", one.id, other)
        await execute("delete from tag where id = $1", one.id)
        await execute("insert into tag_synonym (slug, tag_id) values ($1, $2)", one.slug, other)
        unit.audit("tag.merge", "tag", one.id, merge=merge_id, slug=one.slug, into=other)
    return merge_id


async def undo_tag_merge(actor: Actor, merge_id: UUID) -> None:
    """As it was; topics that lost the tag since do not get it back. A later merge of the other tag is undone first."""
    actor.require(Permission.TAG_MANAGE)
    async with unit_of_work(actor) as unit:
        await execute(_ALONE)
        merge = await fetch_one("select * from tag_merge where id = $1 and undone_at is null for update", merge_id)
        if merge is None:
            raise NotFound(say("There is no such merge, or it was undone."))
        stands = "delete from tag_synonym where slug = $1 and tag_id = $2"
        if not await execute(stands, merge["from_slug"], merge["into_id"]):
            raise Conflict(say("The tag it was merged into was merged itself since. Undo that first."))
        await execute(
            "insert into tag (id, slug, description, created_at) values ($1, $2, $3, $4)",
            merge["from_id"],
            merge["from_slug"],
            merge["from_description"],
            merge["from_created_at"],
        )
        await _give_back(merge)
        await execute("update tag_merge set undone_at = $2 where id = $1", merge_id, unit.now)
        unit.audit("tag.unmerge", "tag", merge["from_id"], merge=merge_id, slug=merge["from_slug"])


async def _give_back(merge: asyncpg.Record) -> None:
    one, other = merge["from_id"], merge["into_id"]
    still = "select topic_id, $1 from topic_tag where tag_id = $2 and topic_id = any($3::uuid[])"
    topics = [*merge["moved"], *merge["had_both"]]
    await execute(f"insert into topic_tag (topic_id, tag_id) {still}", one, other, topics)
    await execute("delete from topic_tag where tag_id = $1 and topic_id = any($2::uuid[])", other, merge["moved"])
    synonyms = "update tag_synonym set tag_id = $1 where tag_id = $2 and slug = any($3::text[])"
    await execute(synonyms, one, other, merge["synonyms"])


async def add_synonym(actor: Actor, slug: str, synonym: str) -> None:
    """Another name for the tag. Raises `Invalid` where that is a tag or a synonym already: tags are merged."""
    actor.require(Permission.TAG_MANAGE)
    async with unit_of_work(actor) as unit:
        await execute(_ALONE)
        tag = await get_tag(actor, slug)
        taken = "select 1 from tag where slug = $1 union all select 1 from tag_synonym where slug = $1"
        if not synonym or await fetch_value(taken, synonym):
            raise Invalid(say("There is such a tag already."), {"synonym": say("Merge the two instead.")})
        await execute("insert into tag_synonym (slug, tag_id) values ($1, $2)", synonym, tag.id)
        unit.audit("tag.synonym", "tag", tag.id, synonym=synonym)


async def _find_other(actor: Actor, into: str) -> UUID:
    try:
        return (await get_tag(actor, into)).id
    except NotFound as refusal:
        raise Invalid(say("There is no such tag."), {"into": say("Choose a tag there is.")}) from refusal
