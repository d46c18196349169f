"""What a newcomer may not write yet: each limit is a figure of `kb.core.trust.ALLOWANCES`, each refusal names the field."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import Invalid, TooMany
from kb.core.saying import Said, say, say_many
from kb.forum.bodies import Body

FIRST_DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

_LINK = re.compile(r'<a [^>]{0,2000}?href="(?:https?:|mailto:|//)', re.IGNORECASE)
_PICTURE = re.compile(r"<img ", re.IGNORECASE)
_MENTION = re.compile(r'class="mention"')
"""Counted in HTML that our own gate has written: what a trick in the Markdown becomes is what counts."""


_COUNTED = (
    "select (select created_at from person where id = $1) as since,"
    " (select count(*) from (select 1 from topic where author_id = $1 and created_at > $2 limit 100) t) as topics,"
    " (select count(*) from (select 1 from post where author_id = $1 and created_at > $3 limit 100) p) as posts"
)


def check_newcomer_text(actor: Actor, body: Body) -> None:
    """Raise `Invalid` for a text with more links elsewhere, pictures or mentions than the writer's trust allows."""
    allowed = actor.allowance
    counted = [
        (len(_LINK.findall(body.html)), allowed.links, _too_many_links),
        (len(_PICTURE.findall(body.html)), allowed.pictures, _too_many_pictures),
        (len(_MENTION.findall(body.html)), allowed.mentions, _too_many_mentions),
    ]
    for found, most, said in counted:
        if most is not None and found > most:
            raise Invalid(
                say("Newcomers write with a few limits; they go once you have read and helped a little."),
                {"body": said(found, most)},
            )


async def check_newcomer_pace(actor: Actor, person_id: UUID, *, asks: bool, at: datetime) -> None:
    """Raise `TooMany` past a newcomer's topics of the first day or posts of an hour. Call it after `take_turn`."""
    allowed = actor.allowance
    if allowed.topics_first_day is None and allowed.posts_an_hour is None:
        return
    row = await fetch_one(_COUNTED, person_id, at - FIRST_DAY, at - HOUR)
    if row is None or row["since"] is None:
        return
    is_first_day = row["since"] > at - FIRST_DAY
    if asks and is_first_day and _is_spent(row["topics"], allowed.topics_first_day):
        said = say(
            "Newcomers ask {most} questions on their first day. Your text is kept; send it tomorrow.",
            most=row["topics"],
        )
        _refuse(said, row["since"] + FIRST_DAY - at)
    if _is_spent(row["posts"], allowed.posts_an_hour):
        said = say(
            "Newcomers write {most} posts an hour. Your text is kept; send it again in an hour.", most=row["posts"]
        )
        _refuse(said, HOUR)


def _is_spent(done: int, most: int | None) -> bool:
    return most is not None and done >= most


def _refuse(said: Said, wait: timedelta) -> None:
    raise TooMany(said, retry_after=max(1, int(wait.total_seconds())))


def _too_many_links(found: int, most: int) -> Said:
    return say_many(
        "At most {n} link to other sites in a newcomer's post; this has {found}.",
        "At most {n} links to other sites in a newcomer's post; this has {found}.",
        most,
        found=found,
    )


def _too_many_pictures(found: int, most: int) -> Said:
    return say_many(
        "At most {n} picture in a newcomer's post; this has {found}.",
        "At most {n} pictures in a newcomer's post; this has {found}.",
        most,
        found=found,
    )


def _too_many_mentions(found: int, most: int) -> Said:
    return say_many(
        "At most {n} person named with @ in a newcomer's post; this names {found}.",
        "At most {n} people named with @ in a newcomer's post; this names {found}.",
        most,
        found=found,
    )
