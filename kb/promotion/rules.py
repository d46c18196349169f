"""Pure decisions of promotion: what is still asked, when a proposal comes back, what a dismissal must say."""

from dataclasses import dataclass
from datetime import timedelta

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.product.rules import STILL_ASKED, STILL_ASKED_DAYS

ARTICLE, ISSUE = "article", "issue"
KINDS = (ARTICLE, ISSUE)

OPEN, ACCEPTED, DISMISSED, OVERTAKEN = "open", "accepted", "dismissed", "overtaken"
"""Overtaken: somebody wrote the article or filed the issue by hand, the answer stands no more, or the cluster was merged away."""
STATES = (OPEN, ACCEPTED, DISMISSED, OVERTAKEN)

LOOKS_BACK = timedelta(days=30)
"""How far back the clock's job looks for uses and questions that may have carried an answer across: a worker may have been down
for weeks. Whatever crosses is proposed when its message is handled; silence that lasted seven days sends none."""

RETURNS_AT = 2
"""A proposal that was decided comes back once so many times as many people have asked: the issue's own words, "if volume doubles"."""

STILL_ASKED_SINCE = timedelta(days=STILL_ASKED_DAYS)
"""The window of triage's lane of the same name, so that board and proposal do not contradict each other."""

MET = STILL_ASKED
"""Of the same window, people or visitors who were shown, opened or were given an answer of the cluster; a reply written to them
afresh is none. Where nobody meets it, it is not the product that needs work but the way to the answer."""

REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class Asking:
    """What became of an answered cluster lately: who asked although an answer stood, and who met one."""

    asked: int
    met: int


def is_still_asked(asking: Asking) -> bool:
    """Whether the answers are there, are seen, and do not keep people from asking."""
    return asking.asked >= STILL_ASKED and asking.met >= MET


def check_reason(typed: str) -> str:
    """The reason of a dismissal on one line. Raises `Invalid`: without one the next who looks begins anew."""
    reason = " ".join(typed.replace("\x00", "").split())
    if not 1 <= len(reason) <= REASON_MAX:
        raise Invalid(
            say("Say why."),
            {"reason": say("1 to {most} characters, for whoever looks when it comes back.", most=REASON_MAX)},
        )
    return reason
