"""Spaces, topics, replies, clusters and ledgers for tests of the answers room, put straight into their tables."""

from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from kb.answers.drafting import NewArticle, write_article
from kb.answers.publishing import publish_article
from kb.answers.reviewing import submit_article
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.text.markdown import render_markdown
from tests.support.factories import make_person, name_cluster

_serial = count(1)


async def make_cluster(label: str = "reset mail does not arrive") -> UUID:
    """A cluster without questions."""
    cluster_id = new_id()
    await execute("insert into cluster (id, label, created_at) values ($1, $2, $3)", cluster_id, label, now())
    await name_cluster(cluster_id, label)
    return cluster_id


async def make_space(visibility: str = "public", *, name: str = "Help") -> UUID:
    """A space; its slug is its name with a number."""
    space_id = new_id()
    await execute(
        "insert into space (id, slug, name, visibility, created_at) values ($1, $2, $3, $4, $5)",
        space_id,
        f"{name.lower()}-{next(_serial)}",
        name,
        visibility,
        now(),
    )
    return space_id


async def ask_question(
    parent_id: UUID,
    *,
    kind: str,
    person: Actor,
    cluster_id: UUID | None,
    source_id: UUID | None = None,
    at: datetime | None = None,
) -> UUID:
    """A question of a topic or ticket, as extraction and clustering would leave it."""
    question_id = new_id()
    await execute(
        "insert into question (id, source_kind, source_id, parent_id, person_id, title, text, text_hash, visibility, asked_at,"
        "   cluster_id, created_at) values ($1, $2, $3, $4, $5, 'A question', 'a question', '', 'public', $6, $7, $6)",
        question_id,
        kind,
        source_id or parent_id,
        parent_id,
        person.person_id,
        at or now(),
        cluster_id,
    )
    return question_id


async def ask_as_well(cluster_id: UUID, people: int, *, at: datetime | None = None) -> list[Actor]:
    """So many members, each with a question of their own in the cluster."""
    members = [await make_person(Role.MEMBER) for _ in range(people)]
    for member in members:
        await ask_question(new_id(), kind="search", person=member, cluster_id=cluster_id, at=at)
    return members


async def make_solved_topic(
    *,
    answer: str = "Press **Reset** twice, then wait a minute.",
    title: str = "The reset mail does not arrive",
    space_id: UUID | None = None,
    cluster_id: UUID | None = None,
    author: Actor | None = None,
    accepted: bool = True,
) -> tuple[UUID, UUID]:
    """A topic with its question in the cluster and one reply, accepted unless said otherwise; returns topic and reply."""
    asker, author = await make_person(Role.MEMBER), author or await make_person(Role.MEMBER)
    topic_id, post_id = new_id(), new_id()
    await execute(
        "insert into topic (id, space_id, author_id, title, slug, last_posted_at, created_at) values ($1, $2, $3, $4, 'slug', $5, $5)",
        topic_id,
        space_id or await make_space(),
        asker.person_id,
        title,
        now(),
    )
    await _post(new_id(), topic_id, asker, 1, "It never comes. What now?")
    await _post(post_id, topic_id, author, 2, answer)
    if accepted:
        await execute("update topic set accepted_post_id = $2 where id = $1", topic_id, post_id)
        await execute("update post set accepted_at = created_at where id = $1", post_id)
    await ask_question(topic_id, kind="topic", person=asker, cluster_id=cluster_id)
    return topic_id, post_id


async def _post(post_id: UUID, topic_id: UUID, author: Actor, position: int, body: str) -> None:
    rendered = render_markdown(body)
    await execute(
        "insert into post (id, topic_id, author_id, position, body_source, body_html, renderer, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        post_id,
        topic_id,
        author.person_id,
        position,
        body,
        rendered.html,
        rendered.renderer_version,
        now(),
    )


async def make_answered_ticket(
    *,
    answer: str = "Hello Ines, I have sent the link to ines@example.com again.",
    subject: str = "Reset mail for ines@example.com",
    cluster_id: UUID | None = None,
    requester: Actor | None = None,
) -> tuple[UUID, UUID]:
    """A ticket with its question in the cluster and an agent's reply; returns ticket and reply."""
    requester = requester or await make_person(Role.MEMBER, name="Ines Duarte")
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket_id, asked_id = new_id(), new_id()
    await execute(
        "insert into ticket (id, subject, requester_id, channel, last_message_at, created_at) values ($1, $2, $3, 'form', $4, $4)",
        ticket_id,
        subject,
        requester.person_id,
        now(),
    )
    await make_message(ticket_id, requester, "customer", "It never comes.", message_id=asked_id)
    await ask_question(ticket_id, kind="ticket", person=requester, cluster_id=cluster_id, source_id=asked_id)
    return ticket_id, await make_message(ticket_id, agent, "agent", answer)


async def make_message(
    ticket_id: UUID, author: Actor, kind: str, body: str, *, message_id: UUID | None = None, at: datetime | None = None
) -> UUID:
    """One more message of a ticket."""
    message_id, rendered = message_id or new_id(), render_markdown(body)
    await execute(
        "insert into ticket_message (id, ticket_id, author_id, kind, position, body_source, body_html, renderer, created_at)"
        " values ($1, $2, $3, $4, (select count(*) + 1 from ticket_message where ticket_id = $2), $5, $6, $7, $8)",
        message_id,
        ticket_id,
        author.person_id,
        kind,
        body,
        rendered.html,
        rendered.renderer_version,
        at or now(),
    )
    return message_id


async def make_answer(
    cluster_id: UUID | None,
    *,
    visibility: str = "public",
    title: str = "Reset it",
    accepted: bool = False,
    revision: int = 1,
) -> UUID:
    """An answer row alone, of a post that need not exist."""
    answer_id = new_id()
    await execute(
        "insert into answer (id, kind, source_id, parent_id, cluster_id, visibility, title, excerpt, revision, accepted, created_at)"
        " values ($1, 'post', $2, $2, $3, $4, $5, 'Press it.', $6, $7, $8)",
        answer_id,
        new_id(),
        cluster_id,
        visibility,
        title,
        revision,
        accepted,
        now(),
    )
    return answer_id


async def make_published_article(title: str, body: str = "Press it.") -> UUID:
    """An article that readers see."""
    agent = await make_person(Role.AGENT)
    drafted = await write_article(agent, NewArticle(title=title, body=body))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    return drafted.id


async def use_answer(
    answer_id: UUID,
    who: Actor | str,
    kind: str = "said_solved",
    *,
    ago: timedelta = timedelta(days=30),
    revision: int = 1,
    surface: str = "article",
) -> None:
    """A row of the ledger; `who` is a person, or the hash of a visitor."""
    await execute(
        "insert into answer_use (id, answer_id, revision, kind, surface, person_id, visitor, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new_id(),
        answer_id,
        revision,
        kind,
        surface,
        who.person_id if isinstance(who, Actor) else None,
        who if isinstance(who, str) else None,
        now() - ago,
    )


async def count_rows(table: str) -> int:
    """How many rows a table holds."""
    return int(await fetch_value(f"select count(*) from {table}"))
