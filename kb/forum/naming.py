"""Which of the people and topics a text names may be linked from it."""

from kb.core.database import fetch_all
from kb.forum.addresses import person_path
from kb.text.mentions import NOTHING_KNOWN, Known, find_mentioned

_KNOWN = (
    "select username, null::bigint as number from person where lower(username) = any($1) and suspended_at is null"
    " union all"
    " select null, t.number from topic t join space s on s.id = t.space_id"
    " where t.number = any($2) and t.hidden_at is null and s.visibility = 'public'"
)
"""Only topics that everybody may read: the link stands in stored HTML that is shown to whoever reads the post."""


async def find_known(source: str) -> Known:
    """One statement for all names and numbers of a text, none for a text without."""
    mentioned = find_mentioned(source)
    if not mentioned.usernames and not mentioned.numbers:
        return NOTHING_KNOWN
    rows = await fetch_all(_KNOWN, mentioned.usernames, mentioned.numbers)
    people = {row["username"].lower(): person_path(row["username"]) for row in rows if row["username"]}
    return Known(people, {row["number"]: f"/t/{row['number']}" for row in rows if row["number"]})
