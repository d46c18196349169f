"""Telling everybody whom a problem hurt that a fix has shipped: once each, in the product and by mail.

"It is fixed" is not said here: that waits until people reach the place again and it holds.
"""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.languages.offered import SOURCE
from kb.outreach.telling import tell_once
from kb.product.events import note_issue_event
from kb.signals.episodes import move_episodes

TRIGGER = "fix-shipped"

BATCH = 200


async def tell_people_hurt(issue_id: UUID, *, base_url: str, language: str = SOURCE) -> int:
    """Tell those not yet told; returns how many were. Interrupted, it goes on with the rest; repeated, it tells nobody twice.
    `language` is for whoever chose none."""
    issue = await fetch_one(
        "select id, cluster_heir(cluster_id) as cluster_id, state from issue where id = $1", issue_id
    )
    if issue is None or issue["state"] != "shipped":
        return 0
    waiting = await fetch_all(
        "select person_id from issue_person where issue_id = $1 and told_at is null order by person_id limit $2",
        issue_id,
        BATCH,
    )
    for row in waiting:
        await _tell(issue, row["person_id"], base_url, language)
    if len(waiting) == BATCH:
        return BATCH + await tell_people_hurt(issue_id, base_url=base_url, language=language)
    return len(waiting)


async def _tell(issue: dict[str, object], person_id: UUID, base_url: str, language: str) -> None:
    """The claim keeps it to once; `told_at` and the episode follow it."""
    known = await _what_they_know(issue["cluster_id"], person_id, base_url)
    decided = await tell_once(
        SYSTEM,
        person_id=person_id,
        problem=f"issue:{issue['id']}:shipped",
        trigger_key=TRIGGER,
        subject=say("A fix has shipped for a problem you met"),
        body=say(
            "{why}\n\n**{title}**\n\nA fix has just shipped. If it still happens to you, tell us.",
            why=known.why,
            title=known.title,
        ),
        link=known.link,
        link_text=say("Look it up"),
        language=language,
    )
    async with unit_of_work(SYSTEM) as unit:
        await execute(
            "update issue_person set told_at = $3 where issue_id = $1 and person_id = $2",
            issue["id"],
            person_id,
            unit.now,
        )
        await move_episodes(
            issue["cluster_id"],  # type: ignore[arg-type]
            to="told",
            reason="told that a fix has shipped" if decided.outcome == "send" else decided.reason,
            person_ids=[person_id],
            moment=unit.now,
        )
        await note_issue_event(unit, issue["id"], "told", reason=decided.reason)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Known:
    """The problem in words this person may read: their own, else a public topic's, else none."""

    title: str
    link: str
    why: str


async def _what_they_know(cluster_id: object, person_id: UUID, base_url: str) -> _Known:
    """The issue's own title is never used: it may be the subject of somebody else's private ticket."""
    row = await fetch_one(
        "select q.title, coalesce(q.person_id = $2, false) as own, t.number as topic, t.slug, k.number as ticket from question q"
        " left join topic t on q.source_kind = 'topic' and t.id = q.parent_id"
        " left join space s on s.id = t.space_id"
        " left join ticket k on q.source_kind = 'ticket' and k.id = q.parent_id"
        " where q.cluster_id = $1 and (k.requester_id = $2"
        "   or (t.hidden_at is null and t.unlisted_at is null"
        "     and (s.visibility = 'public' or (q.person_id = $2 and s.visibility = 'members'))))"
        " order by own desc, q.asked_at desc limit 1",
        cluster_id,
        person_id,
    )
    if row is None:
        return _Known(say("A problem in the product"), f"{base_url}/", say("We noticed that you met a problem:"))
    if row["ticket"]:
        return _Known(row["title"], f"{base_url}/tickets/{row['ticket']}", say("You wrote to us about this:"))
    why = (
        say("You asked about this:")
        if row["own"]
        else say("We noticed that you met this problem, which others asked about:")
    )
    return _Known(row["title"], f"{base_url}/t/{row['topic']}/{row['slug']}", why)


async def sweep_untold(*, base_url: str, language: str = SOURCE) -> int:
    """Shipped issues with people not yet told: a lost message, or a worker killed in the middle."""
    rows = await fetch_all(
        "select distinct i.id from issue i join issue_person p on p.issue_id = i.id"
        " where i.state = 'shipped' and p.told_at is null and i.closed_at < now() - interval '1 minute'"
    )
    return sum([await tell_people_hurt(row["id"], base_url=base_url, language=language) for row in rows])
