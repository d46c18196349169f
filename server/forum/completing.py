"""Whom and what one begins to name, for the editor and for programs."""

from litestar import get

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.forum.completing import NamedPerson, NamedTopic, complete_people, complete_topics
from server.security.guards import requires

WRITE = [requires(Permission.POST_WRITE)]


@get("/api/v1/completions/people", guards=WRITE)
async def api_complete_people(actor: Actor, q: str = "") -> dict[str, list[NamedPerson]]:
    """People who wrote in public and whose username or name begins so; at most 8."""
    return {"people": await complete_people(actor, q)}


@get("/api/v1/completions/topics", guards=WRITE)
async def api_complete_topics(actor: Actor, q: str = "") -> dict[str, list[NamedTopic]]:
    """Topics the caller may read, by number or by words of the title; at most 8."""
    return {"topics": await complete_topics(actor, q)}
