"""Digests: what somebody has neither seen nor had by mail, once a day or a week, for those who chose one."""

from datetime import timedelta
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.notices.composing import DIGEST_LINES
from kb.notices.levels import level_of_topic
from kb.notices.mailing import put_into_mail
from kb.notices.messages import NoticeMailPrepared

HOUR = 7
"""UTC. No digest is made earlier in the day: the day it tells of is over, and mail is read in the morning."""

_PERIOD = "case p.choice when 'daily' then interval '23 hours' else interval '6 days 23 hours' end"
"""An hour less than a day or a week, so that a run that was late once does not move the digest for good."""

OLDEST = timedelta(days=14)
"""A digest brings news, not what was left out of one two weeks ago."""

_MUTED_SINCE = (
    "n.kind in ('mention', 'reply', 'accepted', 'topic') and exists (select from topic t join space s on s.id = t.space_id"
    f" where t.id = n.topic_id and {level_of_topic('n.person_id')} = 'muted')"
)
"""Told while its reader still listened. What moderators say and what somebody set a reminder for is theirs in any case."""

_UNTOLD = (
    "n.person_id = p.person_id and n.seen_at is null and n.mail_id is null and n.mail_due_at is null and n.created_at > $2"
    f" and not ({_MUTED_SINCE})"
)


async def prepare_digests(*, limit: int = 500) -> int:
    """Make those that are due and have something to say; returns how many."""
    moment = now()
    if moment.hour < HOUR:
        return 0
    due = await fetch_all(
        "select p.person_id from notice_preference p join person o on o.id = p.person_id"
        " where p.kind = 'digest' and p.choice in ('daily', 'weekly') and o.email is not null"
        " and o.email_verified_at is not null and o.suspended_at is null"
        " and not exists (select from notice_mail m where m.person_id = p.person_id and m.day is not null"
        f"   and m.created_at > $1::timestamptz - {_PERIOD})"
        f" and exists (select from notice n where {_UNTOLD}) order by p.person_id limit $3",
        moment,
        moment - OLDEST,
        limit,
    )
    return sum([await _prepare(row["person_id"]) for row in due])


async def _prepare(person_id: UUID) -> bool:
    """One digest; a second run of the same day makes none."""
    async with unit_of_work(SYSTEM) as unit:
        made = await fetch_one(
            "insert into notice_mail (id, person_id, day, next_attempt_at, created_at) values ($1, $2, $3, $4, $4)"
            " on conflict (person_id, day) do nothing returning id",
            new_id(),
            person_id,
            unit.now.date(),
            unit.now,
        )
        if made is None:
            return False
        rows = await fetch_all(
            f"select n.id from notice n, (select $1::uuid as person_id) p where {_UNTOLD}"
            " order by n.id desc limit $3 for update of n skip locked",
            person_id,
            unit.now - OLDEST,
            DIGEST_LINES,
        )
        await put_into_mail(made["id"], [row["id"] for row in rows])
        unit.emit(NoticeMailPrepared(made["id"]))
    return True
