"""How far a member is trusted, and what each level may do: the one table. How levels are earned and lost is kb/standing's.

It stands here because the rooms that obey it lie far apart. Staff are bound by none of it.
"""

from dataclasses import dataclass
from enum import IntEnum


class Trust(IntEnum):
    """Levels, as they are kept. Each holds what the one below it holds."""

    NEWCOMER = 0
    MEMBER = 1
    REGULAR = 2
    TRUSTED = 3
    LEADER = 4


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one level may do; None is no limit of its own beyond those that bind everybody.

    Links, pictures and mentions are counted in one post; topics and posts in the window they name.
    `may_tidy`: put titles and tags of other people's questions right.
    """

    links: int | None = None
    pictures: int | None = None
    mentions: int | None = None
    topics_first_day: int | None = None
    posts_an_hour: int | None = None
    may_tidy: bool = False


ALLOWANCES: dict[Trust, Allowance] = {
    Trust.NEWCOMER: Allowance(links=2, pictures=3, mentions=2, topics_first_day=3, posts_an_hour=10),
    Trust.MEMBER: Allowance(),
    Trust.REGULAR: Allowance(),
    Trust.TRUSTED: Allowance(may_tidy=True),
    Trust.LEADER: Allowance(may_tidy=True),
}
"""The figures for newcomers are Discourse's (newuser_max_links 2, newuser_max_mentions_per_post 2, max_topics_in_first_day 3,
max_replies_in_first_day 10), but three pictures for its one: a screenshot is how people show a problem."""
