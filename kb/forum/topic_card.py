"""A topic as the picture that stands for it elsewhere: only of what everybody may read and find."""

from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_one
from kb.core.ids import possible_number
from kb.core.saying import say_many
from kb.files.title_cards import TitleCard


async def find_topic_card(number: int) -> TitleCard | None:
    """Its title, space, and how many people have the problem: whoever asked and those who said "me too"."""
    row = await fetch_one(
        "select t.title, s.name, t.me_too_count + 1 as people, t.accepted_post_id is not null as is_solved"
        " from topic t join space s on s.id = t.space_id"
        " where t.number = $1 and t.hidden_at is null and t.unlisted_at is null and s.visibility = any($2)",
        possible_number(number),
        ANONYMOUS.visibilities,
    )
    if row is None:
        return None
    note = say_many("{n} person has this", "{n} people have this", row["people"])
    return TitleCard(row["title"], row["name"], note, row["is_solved"])
