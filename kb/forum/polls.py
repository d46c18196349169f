"""A poll as a reader may see it, read with its post."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.clock import now


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option. `votes` is None while the reader may not see the results."""

    id: UUID
    text: str
    votes: int | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PollView:
    """`voters` counts people; with several choices the votes are more. None while the reader may not see the results."""

    id: UUID
    question: str
    is_multiple: bool
    hides_results: bool
    closes_at: datetime | None
    voters: int | None
    options: tuple[OptionView, ...]

    @property
    def is_open(self) -> bool:
        """Whether votes count still."""
        return self.closes_at is None or self.closes_at > now()

    @property
    def has_voted(self) -> bool:
        """Whether the reader did."""
        return any(option.is_mine for option in self.options)


POLL_OF_POST = (
    "(select jsonb_build_object('id', q.id, 'question', q.question, 'is_multiple', q.is_multiple,"
    " 'hides_results', q.hides_results, 'closes_at', q.closes_at, 'voters', q.voter_count,"
    " 'options', (select jsonb_agg(jsonb_build_object('id', o.id, 'text', o.text, 'votes', o.vote_count, 'is_mine',"
    "   exists (select 1 from poll_vote v where v.option_id = o.id and v.person_id = $4)) order by o.position)"
    "   from poll_option o where o.poll_id = q.id))"
    " from poll q where q.post_id = p.id)"
)
"""A column for a query over posts `p` whose $4 is the reader, so that a page of posts costs no further statement."""


def read_poll_of_post(found: str | None) -> PollView | None:
    """What `POLL_OF_POST` answered, without the counts that this reader may not see yet."""
    if found is None:
        return None
    said = json.loads(found)
    closes_at = datetime.fromisoformat(said["closes_at"]) if said["closes_at"] else None
    is_over = closes_at is not None and closes_at <= now()
    shown = not said["hides_results"] or is_over or any(option["is_mine"] for option in said["options"])
    options = tuple(
        OptionView(UUID(option["id"]), option["text"], option["votes"] if shown else None, option["is_mine"])
        for option in said["options"]
    )
    voters = said["voters"] if shown else None
    return PollView(
        UUID(said["id"]), said["question"], said["is_multiple"], said["hides_results"], closes_at, voters, options
    )
