"""Which promise holds for a ticket, and what one may be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, get_args
from uuid import UUID

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.text.storing import storable
from kb.tickets.rules import clean_tags

Kind = Literal["first_reply", "next_reply", "solution"]
KINDS: tuple[Kind, ...] = get_args(Kind)

NAME_MAX = 80
MOST_POLICIES = 50
"""More nobody could say by heart whose turn it is."""

LONGEST = timedelta(days=365)
"""Of a promise, in staffed time."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A promise: for which tickets (an empty condition fits all), how much staffed time for what (None: nothing is promised), in
    whose hours (None: around the clock), and how long before its end somebody is warned."""

    name: str
    priorities: tuple[str, ...] = ()
    teams: tuple[UUID, ...] = ()
    tags: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    calendar_id: UUID | None = None
    first_reply: timedelta | None = None
    next_reply: timedelta | None = None
    solution: timedelta | None = None
    warn_before: timedelta = timedelta(minutes=30)
    is_on: bool = True

    @property
    def targets(self) -> dict[Kind, timedelta]:
        """What is promised."""
        promised: dict[Kind, timedelta | None] = {
            "first_reply": self.first_reply,
            "next_reply": self.next_reply,
            "solution": self.solution,
        }
        return {kind: target for kind, target in promised.items() if target is not None}


@dataclass(frozen=True, slots=True)
class Traits:
    """What policies look at in a ticket."""

    priority: str
    team_id: UUID | None
    tags: frozenset[str]
    plan: str


def fits(policy: Policy, traits: Traits) -> bool:
    """Whether the promise is for such a ticket: each condition that is made holds."""
    return (
        policy.is_on
        and (not policy.priorities or traits.priority in policy.priorities)
        and (not policy.teams or traits.team_id in policy.teams)
        and (not policy.tags or not traits.tags.isdisjoint(policy.tags))
        and (not policy.plans or traits.plan.casefold() in {plan.casefold() for plan in policy.plans})
    )


def choose_policy(policies: Sequence[tuple[UUID, Policy]], traits: Traits) -> UUID | None:
    """The first that fits, in the order people gave them."""
    return next((id_ for id_, policy in policies if fits(policy, traits)), None)


def clean_policy(policy: Policy) -> Policy:
    """As it is kept: words that Postgres can hold, tags as tickets bear them. Raises `Invalid` naming `tags`."""
    plans = (storable(plan).strip() for plan in policy.plans)
    return replace(
        policy,
        name=storable(policy.name).strip(),
        tags=tuple(clean_tags(policy.tags)),
        plans=tuple(plan for plan in plans if plan),
    )


def check_policy(policy: Policy) -> None:
    """Raises `Invalid` naming every field that must change."""
    wrong: dict[str, str] = {}
    if not 0 < len(policy.name) <= NAME_MAX:
        wrong["name"] = say("Give it a name of at most {most} characters.", most=NAME_MAX)
    if not policy.targets:
        wrong["first_reply"] = say("Promise something: a first reply, the next ones or a solution.")
    for kind, target in policy.targets.items():
        if not timedelta(minutes=1) <= target <= LONGEST:
            wrong[kind] = say("From a minute to a year of staffed time.")
    if not timedelta() <= policy.warn_before <= LONGEST:
        wrong["warn_before"] = say("From nothing to a year.")
    if wrong:
        raise Invalid(say("The policy needs another look."), wrong)
