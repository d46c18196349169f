"""Pure decisions of the forum: what a topic and a post must hold, how fast one may write, and who may do what to which post."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from kb.core.actor import Actor
from kb.core.errors import Invalid, TooMany
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.core.saying import say
from kb.text.slugs import slugify
from kb.text.storing import storable

TITLE_MIN = 8
"""Characters: shorter titles ("Help", "Error") say nothing to somebody with the same problem."""

TITLE_MAX = 150
"""Characters; Stack Exchange's limit too."""

EXCERPT_LENGTH = 180
"""Characters of a topic's opening shown in lists: two lines on a phone."""

REASON_MAX = 200
"""Characters for why a post was edited: a line beside the version."""

VERSIONS_SHOWN = 200
"""Newest versions listed of one post; nobody compares the two hundred and first."""

ACCEPTED_MOST = 5
"""Accepted answers of a topic: they all stand above the other replies, and of more than five nobody learns what to do."""

UNREAD_COUNTED = 100
"""Unread posts of one topic are counted to here."""
EVENTS_SHOWN = 100
"""Newest lines of one topic about what was done to it: more is a quarrel, and the audit log has it all."""

ALIASES_SHOWN = 12
"""Duplicates named beside their original, those of most people first."""

BOOKMARKS_MOST = 2_000
"""Kept by one person; a list nobody could read to its end."""
NOTE_MAX = 200

PINS_MOST = 5
"""Pinned topics of a space, and of the front page: with more, nobody sees what is new on a phone."""

POSTS_PER_PAGE = 40
TOPICS_PER_PAGE = 20
TOPICS_PER_PAGE_MAX = 100

SAME_AGAIN = timedelta(minutes=10)
"""The same person sending the same text again within this time means the form was sent twice."""

RESERVED_SLUGS = frozenset(
    {
        "posts",
        "me-too",
        "hiding",
        "tags",
        "watch",
        "read",
        "bookmark",
        "lock",
        "closure",
        "pin",
        "unlisting",
        "move",
        "split",
        "merge",
        "duplicate",
        "timers",
    }
)
"""Words that mean something else after /t/<number>/."""


class Pace(NamedTuple):
    """How often one person may do something."""

    most: int
    within: timedelta
    what: str


ASKING_PACE = Pace(10, timedelta(hours=1), say("topics"))
"""A person with ten problems in an hour has one; more is a script."""

REPLYING_PACE = Pace(60, timedelta(hours=1), say("replies"))
"""A reply a minute for an hour: beyond any person who reads what they answer."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def clean_title(title: str) -> str:
    """One line, without control characters and marks that turn the direction of text around."""
    return " ".join(storable(_CONTROL.sub(" ", title)).split())


def clean_body(body: str) -> str:
    """What Postgres can hold; otherwise as typed."""
    return storable(body.replace("\r\n", "\n")).strip()


def check_topic(title: str, body: str, *, has_space: bool = True) -> None:
    """Raise `Invalid` naming every field that must change."""
    fields = {}
    if not has_space:
        fields["space"] = say("Choose the space it belongs to.")
    if not TITLE_MIN <= len(title) <= TITLE_MAX:
        fields["title"] = say(
            "Say it in one sentence of {least} to {most} characters; this has {has}.",
            least=TITLE_MIN,
            most=TITLE_MAX,
            has=len(title),
        )
    if not body:
        fields["body"] = say("Describe what you did, what you expected and what happened.")
    if fields:
        raise Invalid(say("The question needs a little more."), fields)


def check_reply(body: str) -> None:
    """Raise `Invalid` for an empty reply."""
    if not body:
        raise Invalid(say("The reply is empty."), {"body": say("Write something first.")})


def check_reason(reason: str) -> None:
    """Raise `Invalid` for a reason of an edit that is a text of its own."""
    if len(reason) > REASON_MAX:
        raise Invalid(
            say("The reason is too long."),
            {"reason": say("At most {most} characters; this has {has}.", most=REASON_MAX, has=len(reason))},
        )


def choose_slug(title: str) -> str:
    """The readable end of a topic's address; never one of the words that follow /t/<number>/ with another meaning."""
    slug = slugify(title)
    return f"{slug}-question" if slug in RESERVED_SLUGS else slug


def clean_page_url(page_url: str | None) -> str | None:
    """The product page without its query, which may hold secrets; None for what is no web address."""
    try:
        parts = urlsplit(clean_title(page_url or ""))
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"[:1000] if parts.scheme in {"http", "https"} and host else None


def check_pace(actor: Actor, pace: Pace, times: list[datetime], *, at: datetime) -> None:
    """Raise `TooMany` when the newest `times` fill the pace. Staff write as fast as they like."""
    if actor.is_staff or len(times) < pace.most:
        return
    wait = sorted(times)[-pace.most] + pace.within - at
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    raise TooMany(
        say(
            "That is {most} {what} within an hour. Your text is kept; send it again in {minutes} min.",
            most=pace.most,
            what=pace.what,
            minutes=minutes,
        ),
        retry_after=max(1, int(wait.total_seconds())),
    )


def closed_to_replies(closed_as: str) -> str:
    """Why a closed topic takes no reply, in a sentence; what was typed is kept."""
    if closed_as == "locked":
        return say("A moderator has locked this topic. Your text is kept: copy it, or ask a new question.")
    return say("Its asker has closed this topic. Your text is kept: copy it, or ask a new question.")


def may_arrange(actor: Actor) -> bool:
    """Whether the actor locks, pins, unlists, moves, splits and merges topics."""
    return actor.may(Permission.TOPIC_ARRANGE)


def may_close(actor: Actor, *, asker_id: UUID, closed_as: str | None) -> bool:
    """Askers close and reopen their own; what a moderator has locked only moderators open."""
    return may_arrange(actor) or (
        actor.may(Permission.TOPIC_ASK) and actor.person_id == asker_id and closed_as != "locked"
    )


def may_accept(actor: Actor, *, asker_id: UUID) -> bool:
    """The asker knows what helped; staff may say so for askers who never come back."""
    return actor.may(Permission.ANSWER_ACCEPT) and (actor.person_id == asker_id or actor.is_staff)


def may_hide(actor: Actor) -> bool:
    """Whether the actor hides topics and posts, and so sees hidden ones."""
    return actor.may(Permission.TOPIC_HIDE)


def may_vote(actor: Actor, *, author_id: UUID) -> bool:
    """Nobody votes for their own."""
    return actor.may(Permission.POST_VOTE) and actor.person_id != author_id


def may_edit(actor: Actor, *, author_id: UUID) -> bool:
    """Authors alone put words into their own mouths. Whoever is held back for now is told so when they send it."""
    return actor.holds(Permission.POST_WRITE) and actor.person_id == author_id


def may_revert(actor: Actor, *, author_id: UUID) -> bool:
    """The author, and staff: an edit that destroys a text others rely on can be taken back without them."""
    return actor.may(Permission.POST_WRITE) and (actor.person_id == author_id or actor.is_staff)


def may_tag(actor: Actor, *, asker_id: UUID) -> bool:
    """Its asker, whoever looks after tags, and people who are trusted to put them right."""
    return actor.person_id == asker_id or actor.may(Permission.TAG_MANAGE) or actor.allowance.may_tidy


def may_retitle(actor: Actor, *, asker_id: UUID) -> bool:
    """Its asker, moderators, and people who are trusted to put it right."""
    return actor.person_id == asker_id or actor.may(Permission.TOPIC_ARRANGE) or actor.allowance.may_tidy


def may_make_tags(actor: Actor) -> bool:
    """Members use the tags there are: a tag is worth something only where others use it too."""
    return actor.is_staff or actor.role == Role.SYSTEM
