"""In which order replies are read, each with where its next page begins."""

from dataclasses import dataclass
from types import MappingProxyType

from kb.core.errors import Invalid
from kb.core.saying import say

OLDEST, NEWEST, HELPFUL = "oldest", "newest", "helpful"


@dataclass(frozen=True, slots=True)
class ReplyOrder:
    """SQL about posts `n`: what follows the post at position $5 (0: the first page), and the order itself."""

    after: str
    order: str

    def fill(self, sql: str) -> str:
        """The statement in this order."""
        return (
            sql.replace("{after}", self.after)
            .replace("{order_of_page}", self.order.replace("n.", "p."))
            .replace("{order}", self.order)
        )


REPLY_ORDER = MappingProxyType(
    {
        OLDEST: ReplyOrder("n.position > $5", "n.position"),
        NEWEST: ReplyOrder("($5 = 0 or n.position < $5)", "n.position desc"),
        # A page goes on by what the last post's votes are now: a vote meanwhile moves one post, never a page.
        HELPFUL: ReplyOrder(
            "($5 = 0 or (n.vote_count, -n.position) <"
            " (select c.vote_count, -c.position from post c where c.topic_id = $3 and c.position = $5))",
            "n.vote_count desc, n.position",
        ),
    }
)


def check_sort(sort: str) -> str:
    """The order's name, "" being the oldest first; `Invalid` for one there is not."""
    if (sort or OLDEST) not in REPLY_ORDER:
        raise Invalid(
            say("Replies are not sorted like this."), {"sort": say("one of {known}", known=", ".join(REPLY_ORDER))}
        )
    return sort or OLDEST
