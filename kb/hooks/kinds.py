"""The kinds of events a webhook can be told of: where each is read, whose eyes it needs, and what is said of it.

One statement a kind serves three times: when something happened, when a lost message left it untold, and again before each sending, so
that what was hidden meanwhile is never told. $1 are visibilities; nothing hidden, unlisted or imported is news.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from kb.core.saying import Said, say
from kb.forum.addresses import post_path, topic_path
from kb.hooks.rules import TEXT_MAX

Data = dict[str, Any]

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Kind:
    """`rows` selects subject_id, happened_at, once (which time it is, "" for what happens but once) and what `write` needs.

    `subject` and `of` are the columns by which it is found; `recent` tells what is young enough, by $2, a moment, or $3, its first id.
    """

    name: str
    about: Said
    for_staff: bool
    rows: str
    subject: str
    of: str
    recent: str
    write: Callable[[asyncpg.Record, str], Data]


_THREAD = (
    "t.id as topic_id, t.number, t.title, t.slug, s.slug as space, array(select g.slug from topic_tag x join tag g on g.id = x.tag_id"
    " where x.topic_id = t.id order by g.slug) as tags, p.id as post_id, p.position,"
    f" left(p.body_source, {TEXT_MAX}) as body,"
    " length(p.body_source) as length, p.created_at as written_at, a.username, a.name as author"
    " from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id join person a on a.id = p.author_id"
    " where s.visibility = any($1) and t.hidden_at is null and t.unlisted_at is null and t.merged_into is null"
    " and p.hidden_at is null and p.source is null"
)
_TICKET = "k.number, k.subject, k.channel, k.state from ticket k where 'private' = any($1) and k.source is null"
_ISSUE = "i.number, i.title, i.tracker, i.external_url from issue i where 'private' = any($1)"


def _topic(row: asyncpg.Record, base_url: str) -> Data:
    url = base_url + topic_path(row["number"], row["slug"])
    return {
        "id": str(row["topic_id"]), "number": row["number"], "title": row["title"], "url": url, "space": row["space"],
        "tags": list(row["tags"]),
    }  # fmt: skip


def _post(row: asyncpg.Record, base_url: str) -> Data:
    return {
        "id": str(row["post_id"]),
        "position": row["position"],
        "author": {"username": row["username"], "name": row["author"]},
        "body": row["body"],
        "is_whole": row["length"] <= TEXT_MAX,
        "url": base_url + post_path(row["post_id"]),
        "written_at": row["written_at"].isoformat(),
    }


def _thread(row: asyncpg.Record, base_url: str) -> Data:
    return {"topic": _topic(row, base_url), "post": _post(row, base_url)}


def _article(row: asyncpg.Record, base_url: str) -> Data:
    article = {
        "id": str(row["subject_id"]), "number": row["number"], "title": row["title"], "revision": row["revision"],
        "visibility": row["visibility"], "url": f"{base_url}/kb/{row['number']}/{row['slug']}",
    }  # fmt: skip
    return {"article": article}


def _ticket(row: asyncpg.Record, base_url: str) -> Data:
    url = f"{base_url}/desk/{row['number']}"
    ticket = {key: row[key] for key in ("number", "subject", "channel", "state")}
    return {"ticket": {"id": str(row["subject_id"]), **ticket, "url": url}}


def _issue(row: asyncpg.Record, base_url: str) -> Data:
    issue = {
        "id": str(row["subject_id"]), "number": row["number"], "title": row["title"], "tracker": row["tracker"],
        "tracker_url": row["external_url"] or "", "url": f"{base_url}/issues/{row['number']}",
    }  # fmt: skip
    return {"issue": issue}


def _flag(row: asyncpg.Record, base_url: str) -> Data:
    """Who flagged stays between them and moderators."""
    flag = {"id": str(row["subject_id"]), "reason": row["reason"], "note": row["note"]}
    return {
        "flag": flag,
        "topic": _topic(row, base_url),
        "post": {"id": str(row["post_id"]), "url": base_url + post_path(row["post_id"])},
    }


_KINDS = (
    Kind(
        "topic.asked", say("Somebody asks a question."), False,
        f"select t.id as subject_id, t.created_at as happened_at, '' as once, {_THREAD} and p.position = 1",
        "t.id", "t.id", "t.id >= $3", _thread,
    ),
    Kind(
        "post.written", say("Somebody replies to a topic."), False,
        f"select p.id as subject_id, p.created_at as happened_at, '' as once, {_THREAD} and p.position > 1",
        "p.id", "p.id", "p.id >= $3", _thread,
    ),
    Kind(
        "answer.accepted", say("A reply is accepted as an answer."), False,
        "select p.id as subject_id, p.accepted_at as happened_at, extract(epoch from p.accepted_at)::text as once,"
        f" {_THREAD} and p.accepted_at is not null",
        "p.id", "p.id", "t.last_posted_at > $2::timestamptz - interval '30 days' and p.accepted_at >= $2", _thread,
    ),
    Kind(
        "topic.solved", say("A topic is solved by an accepted answer."), False,
        "select t.id as subject_id, p.accepted_at as happened_at, extract(epoch from p.accepted_at)::text as once,"
        f" {_THREAD} and p.id = t.accepted_post_id",
        "t.id", "t.id", "t.last_posted_at > $2::timestamptz - interval '30 days' and p.accepted_at >= $2", _thread,
    ),
    Kind(
        "article.published", say("An article, or a new revision of one, is published."), False,
        "select ar.id as subject_id, l.created_at as happened_at, ar.published_revision::text as once, ar.number, ar.title, ar.slug,"
        " ar.published_revision as revision, ar.visibility from article ar join lateral (select created_at from audit_line"
        "   where subject_kind = 'article' and subject_id = ar.id and action = 'article.publish' order by id desc limit 1) l on true"
        " where ar.visibility = any($1) and ar.state = 'published'",
        "ar.id", "ar.id", "ar.updated_at >= $2", _article,
    ),
    Kind(
        "ticket.opened", say("Somebody writes to support; the subject is told, not the message."), True,
        f"select k.id as subject_id, k.created_at as happened_at, '' as once, {_TICKET}",
        "k.id", "k.id", "k.id >= $3", _ticket,
    ),
    Kind(
        "ticket.solved", say("A ticket is solved."), True,
        "select k.id as subject_id, k.solved_at as happened_at, extract(epoch from k.solved_at)::text as once,"
        f" {_TICKET} and k.state = 'solved' and k.solved_at is not null",
        "k.id", "k.id", "k.last_message_at > $2::timestamptz - interval '30 days' and k.solved_at >= $2", _ticket,
    ),
    Kind(
        "issue.filed", say("A problem is filed as an issue."), True,
        f"select i.id as subject_id, i.created_at as happened_at, '' as once, {_ISSUE}",
        "i.id", "i.id", "i.id >= $3", _issue,
    ),
    Kind(
        "issue.shipped", say("An issue is completed: a fix has shipped."), True,
        "select i.id as subject_id, i.closed_at as happened_at, extract(epoch from i.closed_at)::text as once,"
        f" {_ISSUE} and i.state = 'shipped' and i.closed_at is not null",
        "i.id", "i.id", "i.closed_at >= $2", _issue,
    ),
    Kind(
        "flag.raised", say("A member flags a post for moderators."), True,
        "select f.id as subject_id, f.created_at as happened_at, '' as once, f.reason, f.note, t.id as topic_id, t.number, t.title, t.slug,"
        " s.slug as space, '{}'::text[] as tags, p.id as post_id from flag f join post p on p.id = f.post_id"
        " join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
        " where 'staff' = any($1) and s.visibility = any($1)",
        "f.id", "f.post_id", "f.id >= $3", _flag,
    ),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}

NEEDS_STAFF: Mapping[str, bool] = {kind.name: kind.for_staff for kind in _KINDS}
"""Of each kind whether it is for staff's eyes alone."""


def write_test(webhook_id: str, name: str) -> Data:
    """What a test says."""
    return {"webhook": {"id": webhook_id, "name": name}, "message": "This is a test. Nothing has happened."}
