"""Pure decisions of the answers room: the states of an article, what one must hold, what the ledger takes, who counts."""

from datetime import timedelta
from typing import Literal, get_args

from kb.core.errors import Conflict, Invalid
from kb.core.saying import say
from kb.text.markdown import MAX_SOURCE
from kb.text.slugs import slugify
from kb.text.storing import storable

State = Literal["draft", "review", "published", "archived"]
Act = Literal["revise", "submit", "return", "publish", "verify", "archive", "restore"]

TRANSITIONS: dict[tuple[State, Act], State] = {
    ("draft", "revise"): "draft",
    ("draft", "submit"): "review",
    ("draft", "archive"): "archived",
    ("review", "revise"): "draft",
    ("review", "return"): "draft",
    ("review", "publish"): "published",
    ("review", "archive"): "archived",
    ("published", "revise"): "published",
    ("published", "return"): "published",
    ("published", "publish"): "published",
    ("published", "verify"): "published",
    ("published", "archive"): "archived",
    ("archived", "restore"): "draft",
}
"""What may be done in which state, and the state after. A reviewed text that changes must be reviewed again; a published
article keeps its published revision in front of readers until the newer one is published too."""

TITLE_MIN = 8
TITLE_MAX = 150
NOTE_MAX = 300
REASON_MAX = 1_000
"""Characters; a revision's note says what changed, not how."""

EXCERPT_LENGTH = 280
"""Characters of an answer shown where it is suggested: what fits four lines of a phone."""

VISIBILITIES = ("public", "members", "staff")

RESERVED_SLUGS = frozenset(
    {
        "edit",
        "review",
        "revisions",
        "submission",
        "return",
        "publication",
        "verification",
        "archive",
        "restoration",
        "comparison",
        "evidence",
        "translations",
        "schedule",
    }
)
"""Words that mean something else after /kb/<number>/."""

UseKind = Literal["shown", "opened", "inserted", "sent", "edited_then_sent", "said_solved", "reopened", "re_asked"]
Surface = Literal["ask", "search", "topic", "article", "desk", "widget", "api", "email", "assistant"]
TOLD: tuple[str, ...] = ("shown", "opened", "inserted", "said_solved", "reopened", "re_asked")
"""What somebody may say of an answer. That one was sent is found out, from the reply itself."""

SURFACES: tuple[str, ...] = get_args(Surface)

DURABLE_AFTER = timedelta(days=7)
"""Without a new question of that person in that cluster for this long, the answer has held. Chatwoot arrived at the same
seven days for its durable resolutions; Zendesk reopens within about that time too."""

EARLIER_REVISION_WEIGHT = 0.5
"""What a person helped by an earlier revision is worth to the present one: an edit is a prior, not a reset to zero."""

GIVEN_UP = 0.5
"""Share of an inserted answer's words that its reply changed, from which on something else was sent. Of 2,700 pairs of different
replies to the same request (Bitext) 97 % are further apart; two halves of the same text are not."""

MACRO_FROM = 3
"""Tickets in which the same reply was written, from which on it is proposed as a macro: twice may be chance, the third time is a habit."""

UNUSED_RANKED = 50
"""Replies of one cluster that were written once and never used again, of which the newest are ranked at all: none has a record,
and a cluster that is asked every day has thousands."""

MAX_RANKED = 500
"""Answers of one cluster that are ranked: the most used. Further ones were never used and would stand behind these."""

PROMOTED_PEOPLE = 5
"""People an answer must have helped for good before it is proposed as an article. Five of five by the toss of a coin happen once
in 32, four of four once in 16: from five on chance is no good explanation."""

PROMOTED_BOUND = 0.5
"""And the lower bound of its durable success (`ranking.lower_bound`) must pass this: with 95 % confidence it helps more often than it
does not. 5 of 5, 8 of 9 and 11 of 14 do; 5 of 6 do not yet."""


def state_after(state: State, act: Act) -> State:
    """The next state. Raises `Conflict` when the act does not fit the present one."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        raise Conflict(say("This article is {state}; that cannot be done with it now.", state=_spoken(state)))
    return after


def may_do(state: State, act: Act) -> bool:
    """Whether to offer the act at all."""
    return (state, act) in TRANSITIONS


def is_worth_an_article(*, stayed: int, bound: float) -> bool:
    """Whether an answer has crossed the reuse threshold: distinct people for whom it held, and how sure that is."""
    return stayed >= PROMOTED_PEOPLE and bound > PROMOTED_BOUND


def clean_line(text: str) -> str:
    """One line that Postgres can hold."""
    return " ".join(storable(text).split())


def clean_body(text: str) -> str:
    """What Postgres can hold; otherwise as typed."""
    return storable(text.replace("\r\n", "\n")).strip()


def check_article(*, title: str, body: str, visibility: str, note: str = "") -> None:
    """Raises `Invalid` naming every field that must change."""
    found = {
        "title": ""
        if TITLE_MIN <= len(title) <= TITLE_MAX
        else say("Use {least} to {most} characters.", least=TITLE_MIN, most=TITLE_MAX),
        "body": _body_error(body),
        "visibility": "" if visibility in VISIBILITIES else say("Choose who may read it."),
        "note": "" if len(note) <= NOTE_MAX else say("At most {most} characters.", most=NOTE_MAX),
    }
    if wrong := {field: text for field, text in found.items() if text}:
        raise Invalid(say("The article needs another look."), wrong)


def check_use(kind: str, surface: str) -> None:
    """Raises `Invalid` for words the ledger does not know."""
    fields = {}
    if kind not in TOLD:
        fields["kind"] = say("One of {known}.", known=", ".join(TOLD))
    if surface not in SURFACES:
        fields["surface"] = say("One of {known}.", known=", ".join(SURFACES))
    if fields:
        raise Invalid(say("This use cannot be recorded."), fields)


def choose_slug(title: str) -> str:
    """The readable end of an article's address; never one of the words that mean something else there."""
    slug = slugify(title)
    return f"{slug}-article" if slug in RESERVED_SLUGS else slug


def _body_error(body: str) -> str:
    if not body:
        return say("Write the answer first.")
    return (
        say("At most {most} characters; this has {has}.", most=MAX_SOURCE, has=len(body))
        if len(body) > MAX_SOURCE
        else ""
    )


def _spoken(state: State) -> str:
    return {
        "draft": say("a draft"),
        "review": say("in review"),
        "published": say("published"),
        "archived": say("archived"),
    }[state]
