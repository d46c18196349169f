"""What a member did in the forum, as any reader may see it: for the public profile."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.forum.addresses import post_path, topic_path

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Deed:
    """A topic asked or an answer given. `kind` is asked, answered or accepted."""

    kind: str
    title: str
    space: str
    path: str
    at: datetime


_DEEDS = """
select p.position, p.id, p.accepted_at, p.created_at, t.number, t.slug, t.title, s.name as space
from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id
where p.author_id = $1 and s.visibility = any($2) and t.hidden_at is null and t.unlisted_at is null and p.hidden_at is null
order by p.created_at desc, p.id desc limit $3
"""


async def list_deeds(actor: Actor, person_id: UUID) -> list[Deed]:
    """The newest topics and answers of a person, of those this actor may read."""
    rows = await fetch_all(_DEEDS, person_id, actor.visibilities, SHOWN)
    return [
        Deed("asked", row["title"], row["space"], topic_path(row["number"], row["slug"]), row["created_at"])
        if row["position"] == 1
        else Deed(
            "accepted" if row["accepted_at"] else "answered",
            row["title"],
            row["space"],
            post_path(row["id"]),
            row["created_at"],
        )
        for row in rows
    ]
