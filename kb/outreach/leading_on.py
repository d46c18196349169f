"""Telling those who follow a question that it was asked before, and whoever marked it that the asker objects: each once."""

from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_one
from kb.core.policy import Role, readable_visibilities
from kb.forum.addresses import topic_path
from kb.outreach.composing import literal
from kb.outreach.telling import tell_once
from kb.outreach.triggers import DUPLICATE_NEWS

WORDS = {
    "marked": (
        "Was this asked before?",
        "Somebody thinks that **$alias** asks the same as **$original**. If not, say so.",
    ),
    "confirmed": (
        "This was asked before",
        "**$alias** leads to **$original** now. You are told there what comes of it.",
    ),
    "contested": ("The asker objects", "Whoever asked **$alias** says that it is not **$original**. Staff decide."),
    "undone": ("A question of its own again", "**$alias** is no longer a duplicate of **$original**."),
}
"""Subject and Markdown body by what happened."""

_HEARERS = {
    "marked": "select d.asker as id from d",
    "confirmed": "select d.asker as id from d union select f.person_id from topic_follower f, d"
    " where d.alias_kind = 'topic' and f.topic_id = d.alias_id",
    "contested": "select m.person_id as id from duplicate_mark m where m.duplicate_id = $1"
    " union select d.confirmed_by from d",
    "undone": "select c.person_id as id from claim c where c.problem = 'duplicate:' || $1::uuid and c.episode like '%:confirmed'",
}

_FACTS = (
    "select d.*, coalesce(ta.author_id, ka.requester_id) as asker, coalesce(ta.title, ka.subject) as alias,"
    " coalesce(t.title, k.subject) as original, coalesce(t.number, k.number) as number, t.slug,"
    " coalesce(s.visibility, 'private') as visibility, coalesce(sa.visibility, 'private') as alias_visibility,"
    " k.requester_id as original_asker, t.hidden_at is not null or ta.hidden_at is not null as is_hidden"
    " from duplicate d left join topic t on d.original_kind = 'topic' and t.id = d.original_id"
    " left join space s on s.id = t.space_id left join ticket k on d.original_kind = 'ticket' and k.id = d.original_id"
    " left join topic ta on d.alias_kind = 'topic' and ta.id = d.alias_id left join space sa on sa.id = ta.space_id"
    " left join ticket ka on d.alias_kind = 'ticket' and ka.id = d.alias_id where d.id = $1"
)


async def tell_of_duplicate(duplicate_id: UUID, happened: str) -> None:
    """Tell each of those it concerns, once however often this runs; whoever may not read both sides now hears nothing."""
    facts = await fetch_one(_FACTS, duplicate_id)
    if facts is None or facts["is_hidden"]:
        return
    people = await fetch_all(
        f"with d as ({_FACTS}), hearer as ({_HEARERS[happened]})"
        " select p.id, p.role from hearer h join person p on p.id = h.id order by p.id",
        duplicate_id,
    )
    for person in people:
        if _may_read(person["role"], person["id"], facts):
            await _tell(person["id"], facts, happened)


def _may_read(role: str, person_id: UUID, facts: asyncpg.Record) -> bool:
    readable = readable_visibilities(Role(role))
    return (facts["visibility"] in readable or facts["original_asker"] == person_id) and (
        facts["alias_visibility"] in readable or facts["asker"] == person_id
    )


async def _tell(person_id: UUID, facts: asyncpg.Record, happened: str) -> None:
    subject, body = WORDS[happened]
    words = body.replace("$alias", literal(facts["alias"])).replace("$original", literal(facts["original"]))
    is_topic = facts["original_kind"] == "topic"
    await tell_once(
        SYSTEM,
        person_id=person_id,
        problem=f"duplicate:{facts['id']}",
        episode=f"duplicate:{facts['id']}:{happened}",
        trigger_key=DUPLICATE_NEWS,
        subject=subject,
        body=words,
        link=topic_path(facts["number"], facts["slug"]) if is_topic else f"/tickets/{facts['number']}",
        link_text="Read it",
    )
