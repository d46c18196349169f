"""The badges there are: what each thanks for, and the statement that finds who has earned it.

All of them thank for problems that went away, or for questions that helped others; none for being here or for being liked.
Each statement takes people's ids as $1 (null: everybody) and gives `person_id`. Hidden texts, and answers to one's own questions,
count for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kb.core.saying import Said, say


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge. `key` stands in its address; `tone` is bronze, silver or gold, by how hard it is to earn."""

    key: str
    name: Said
    about: Said
    icon: str
    tone: str
    earned_by: str

    @property
    def path(self) -> str:
        """Its page, with who holds it."""
        return f"/badges/{self.key}"


_SOLVED = (
    "from post p join topic t on t.id = p.topic_id where p.accepted_at is not null and p.hidden_at is null"
    " and t.hidden_at is null and t.author_id <> p.author_id and ($1::uuid[] is null or p.author_id = any($1))"
)


def _solved(having: str, *, where: str = "") -> str:
    return f"select p.author_id as person_id {_SOLVED} {where} group by p.author_id having {having}"


def _used(kind: str, people: int) -> str:
    return (
        "select a.author_id as person_id from answer a join answer_use u on u.answer_id = a.id"
        f" where u.kind = '{kind}' and a.kind = 'post' and a.author_id is not null and u.person_id is distinct from a.author_id"
        " and ($1::uuid[] is null or a.author_id = any($1)) group by a.author_id"
        f" having count(distinct coalesce(u.person_id::text, u.visitor)) >= {people}"
    )


_ASKED_FOR_MANY = (
    "select distinct t.author_id as person_id from topic t where t.accepted_post_id is not null and t.hidden_at is null"
    " and t.me_too_count >= 3 and ($1::uuid[] is null or t.author_id = any($1))"
)
_FIRST_WELL_ASKED = (
    "select f.author_id as person_id from (select distinct on (t.author_id) t.author_id, t.accepted_post_id, t.vote_count, t.me_too_count,"
    " t.hidden_at from topic t where ($1::uuid[] is null or t.author_id = any($1)) order by t.author_id, t.created_at, t.id) f"
    " where f.accepted_post_id is not null and f.hidden_at is null and f.vote_count + f.me_too_count >= 1"
)

ALL: tuple[Badge, ...] = (
    Badge(
        "first-solution",
        say("First solution"),
        say("An answer of theirs solved somebody's problem."),
        "answered",
        "bronze",
        _solved("count(*) >= 1"),
    ),
    Badge(
        "well-asked",
        say("Well asked"),
        say("Their first question was solved, and somebody else had waited for the answer."),
        "ask",
        "bronze",
        _FIRST_WELL_ASKED,
    ),
    Badge(
        "within-the-hour",
        say("Within the hour"),
        say("They solved a problem within an hour of the question."),
        "clock",
        "bronze",
        _solved("count(*) >= 1", where="and p.created_at <= t.created_at + interval '1 hour'"),
    ),
    Badge(
        "kept-right",
        say("Kept right"),
        say("They went back to an accepted answer of theirs, days later, to keep it right."),
        "edit",
        "bronze",
        _solved("count(*) >= 1", where="and p.edited_at > p.accepted_at + interval '3 days'"),
    ),
    Badge(
        "ten-solved",
        say("Ten solved"),
        say("Ten answers of theirs solved somebody's problem."),
        "star",
        "silver",
        _solved("count(*) >= 10"),
    ),
    Badge(
        "many-rooms",
        say("At home in many rooms"),
        say("They solved problems in five spaces."),
        "home",
        "silver",
        _solved("count(distinct t.space_id) >= 5"),
    ),
    Badge(
        "voice-of-many",
        say("Voice of many"),
        say("They asked what at least three others had too, and it was solved."),
        "people",
        "silver",
        _ASKED_FOR_MANY,
    ),
    Badge(
        "passed-on",
        say("Passed on"),
        say("The support team answered three people's tickets with answers of theirs."),
        "ticket",
        "silver",
        _used("inserted", 3),
    ),
    Badge(
        "fifty-solved",
        say("Fifty solved"),
        say("Fifty answers of theirs solved somebody's problem."),
        "sparkle",
        "gold",
        _solved("count(*) >= 50"),
    ),
    Badge(
        "ten-without-asking",
        say("Solved unasked"),
        say("Ten people found an answer of theirs and did not have to ask."),
        "search",
        "gold",
        _used("said_solved", 10),
    ),
)

BADGES: Mapping[str, Badge] = {badge.key: badge for badge in ALL}
