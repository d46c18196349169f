"""Topics and tickets of the demo, with their answers, votes and me-toos; told in the messages any import tells."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, execute_many, fetch_all
from kb.core.unit_of_work import unit_of_work
from kb.demo.arranging_desk import agent_of, priority_of, tags_of
from kb.demo.reading import Record, moment, read_records
from kb.demo.telling_people import SOURCE
from kb.forum.importing import (
    ImportedPost,
    ImportedTopic,
    accept_imported,
    insert_imported_posts,
    insert_imported_topics,
)
from kb.imports.messages import AnswersImported, TicketsImported, TopicsImported
from kb.text.languages import language_of_post
from kb.text.markdown import render_markdown
from kb.text.slugs import slugify
from kb.tickets.importing import ImportedMessage, ImportedTicket, insert_imported_tickets

People = dict[str, UUID]


async def load_topics(people: People) -> int:
    """All topics in one unit of work; returns how many were new."""
    records = read_records("topics")
    async with unit_of_work(SYSTEM) as unit:
        spaces = {row["slug"]: row["id"] for row in await fetch_all("select slug, id from space")}
        new: list[UUID] = []
        for slug, space_id in spaces.items():
            topics = [_topic(r, people) for r in records if r["space"] == slug]
            new += await insert_imported_topics(unit, source=SOURCE, space_id=space_id, topics=topics)
        replies = [_reply(r, n, post, people) for r in records for n, post in enumerate(r["posts"], 1)]
        await insert_imported_posts(unit, source=SOURCE, posts=replies)
        pairs = [
            (r["key"], f"{r['key']}/{n}") for r in records for n, post in enumerate(r["posts"], 1) if post["accepted"]
        ]
        accepted = await accept_imported(unit, source=SOURCE, pairs=pairs)
        await _load_me_toos(records, people)
        await _load_votes(records, people)
        if new:
            unit.emit(TopicsImported(new))
        if accepted:
            unit.emit(AnswersImported(accepted))
    return len(new)


def _topic(record: Record, people: People) -> ImportedTopic:
    question = _post(record["key"], record["key"], record, people)
    return ImportedTopic(record["title"], slugify(record["title"]), question)


def _reply(record: Record, number: int, post: Record, people: People) -> ImportedPost:
    return _post(f"{record['key']}/{number}", record["key"], post, people)


def _post(source_id: str, parent: str, record: Record, people: People) -> ImportedPost:
    rendered = render_markdown(record["body"])
    return ImportedPost(
        source_id=source_id,
        parent_source_id=parent,
        author_id=people[record["author"]],
        body_source=record["body"],
        body_html=rendered.html,
        renderer=rendered.renderer_version,
        votes=len(record.get("votes", ())),
        licence=None,
        created_at=moment(record["days_ago"]),
        language=language_of_post(rendered.html),
    )


async def _load_me_toos(records: list[Record], people: People) -> None:
    await execute_many(
        "insert into me_too (topic_id, person_id, created_at) select id, $2, created_at + interval '2 hours' from topic"
        " where source = $3 and source_id = $1 and author_id <> $2 on conflict do nothing",
        [(r["key"], people[who], SOURCE) for r in records for who in r["me_too"]],
    )
    await execute(
        "update topic t set me_too_count = (select count(*) from me_too m where m.topic_id = t.id) where t.source = $1",
        SOURCE,
    )


async def _load_votes(records: list[Record], people: People) -> None:
    votes = [(r["key"], people[who], SOURCE) for r in records for who in r["votes"]]
    votes += [
        (f"{r['key']}/{n}", people[who], SOURCE)
        for r in records
        for n, p in enumerate(r["posts"], 1)
        for who in p["votes"]
    ]
    await execute_many(
        "insert into post_vote (post_id, person_id, created_at) select id, $2, created_at + interval '1 hour' from post"
        " where source = $3 and source_id = $1 and author_id <> $2 on conflict do nothing",
        votes,
    )
    await execute(
        "update post p set vote_count = (select count(*) from post_vote v where v.post_id = p.id) where p.source = $1",
        SOURCE,
    )
    await execute(
        "update topic t set vote_count = p.vote_count from post p where p.topic_id = t.id and p.position = 1 and t.source = $1",
        SOURCE,
    )


async def load_tickets(people: People) -> int:
    """All tickets in one unit of work; returns how many were new."""
    records = read_records("tickets")
    async with unit_of_work(SYSTEM) as unit:
        new = await insert_imported_tickets(unit, source=SOURCE, tickets=[_ticket(r, people) for r in records])
        await execute_many(
            "update ticket set page_url = $2, channel = $3 where source = $4 and source_id = $1",
            [(r["key"], r["page"], r["channel"], SOURCE) for r in records],
        )
        if new.count:
            unit.emit(TicketsImported(list(new.customer_messages), list(new.agent_messages)))
    return new.count


def _ticket(record: Record, people: People) -> ImportedTicket:
    messages = tuple(_message(message, people) for message in record["messages"])
    return ImportedTicket(
        record["key"],
        record["subject"],
        record["state"],
        messages,
        priority=priority_of(record),
        tags=tags_of(record),
        assignee_id=agent_of(record, people),
    )


def _message(record: Record, people: People) -> ImportedMessage:
    rendered = render_markdown(record["body"])
    return ImportedMessage(
        kind=record["kind"],
        author_id=people[record["author"]],
        body_source=record["body"],
        body_html=rendered.html,
        renderer=rendered.renderer_version,
        created_at=moment(record["days_ago"]),
    )
