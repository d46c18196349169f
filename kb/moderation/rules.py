"""Pure decisions of moderation, each limit with its reason."""

from datetime import datetime, timedelta
from typing import NamedTuple

from kb.core.errors import Invalid
from kb.core.policy import STAFF_ROLES, Role
from kb.core.saying import say

REASONS = ("spam", "off_topic", "rude", "wrong", "other")
"""Why a post is flagged; `wrong` is dangerous or false advice, `other` wants a note."""

KEEP, HIDE, DISMISS = "keep", "hide", "dismiss"
DECISIONS = (KEEP, HIDE, DISMISS)
"""`keep`: it stays, and flagging it was fair; `dismiss`: it stays, and the flags were wrong; `hide`: moderators alone see it."""

OUTCOMES = {KEEP: "kept", HIDE: "agreed", DISMISS: "dismissed"}

FLAG, FIRST_POST, WORD, SPAM, OTHER = "flag", "first_post", "word", "spam", "other"
SOURCES = (FLAG, FIRST_POST, WORD, SPAM, OTHER)
"""What brings a post into the queue."""

NOTE_MAX = 500
"""Characters of a flag's note: what is wrong, not a treatise."""

TOLD_MAX = 2000
"""Characters of what an author is told: as much as fits one screen."""

NAME_MAX = 60
"""Characters of a canned reason's name: a line in a menu."""

FLAGS_AN_HOUR = 20
"""Somebody who reads and flags needs minutes a flag; more is a campaign."""

STANDING_AGE = timedelta(days=7)
"""A made-up crowd is made on the day it is wanted; who plans a week ahead plans for other things."""

QUEUE_PAGE = 25
LOG_PAGE = 50


class Flagger(NamedTuple):
    """What is known of somebody who flags: posts of theirs in sight, and what came of their earlier flags."""

    role: str
    joined_at: datetime
    posts: int
    agreed: int
    dismissed: int


def has_standing(flagger: Flagger, *, at: datetime) -> bool:
    """Whether the flag counts towards hiding a post before anybody has looked.

    Staff's do. Others' need a week here, a post of their own, and no more flags dismissed than agreed to beyond one.
    """
    if Role(flagger.role) in STAFF_ROLES:
        return True
    is_settled = at - flagger.joined_at >= STANDING_AGE and flagger.posts > 0
    return is_settled and flagger.dismissed <= flagger.agreed + 1


def check_flag(reason: str, note: str) -> None:
    """Raise `Invalid` naming every field that must change."""
    fields: dict[str, str] = {}
    if reason not in REASONS:
        fields["reason"] = say("Choose what is wrong with it.")
    if reason == "other" and not note:
        fields["note"] = say("Say in a few words what is wrong.")
    if len(note) > NOTE_MAX:
        fields["note"] = say("At most {most} characters; this has {n}.", most=NOTE_MAX, n=len(note))
    if fields:
        raise Invalid(say("The flag needs a little more."), fields)


def check_decision(decision: str, told: str, *, warns: bool = False) -> None:
    """Raise `Invalid` for a decision there is none of, a text too long to be read, and a warning of nothing or without a word."""
    if decision not in DECISIONS:
        raise Invalid(
            say("There is no such decision."), {"decision": say("one of {known}", known=", ".join(DECISIONS))}
        )
    if warns and decision != HIDE:
        raise Invalid(say("Only of what is hidden anybody is warned."), {"decision": say("hide")})
    if warns and not told:
        raise Invalid(say("A warning says why."), {"told": say("Choose a reason or write one: a warning says why.")})
    if len(told) > TOLD_MAX:
        raise Invalid(
            say("The text is too long."),
            {"told": say("At most {most} characters; this has {n}.", most=TOLD_MAX, n=len(told))},
        )


def check_canned(name: str, text: str) -> None:
    """Raise `Invalid` naming every field that must change."""
    fields: dict[str, str] = {}
    if not 1 <= len(name) <= NAME_MAX:
        fields["name"] = say("A name of 1 to {most} characters.", most=NAME_MAX)
    if not 1 <= len(text) <= TOLD_MAX:
        fields["text"] = say("A text of 1 to {most} characters.", most=TOLD_MAX)
    if fields:
        raise Invalid(say("The reason needs a little more."), fields)


def fill_in(text: str, *, name: str) -> str:
    """The text with the author's name where `{name}` stands; any other brace stays a brace."""
    return text.replace("{name}", name)
