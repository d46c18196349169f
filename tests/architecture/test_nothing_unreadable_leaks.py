"""Nothing unreadable leaks: whatever suggests, relates, labels, counts or searches says only what its reader may read, in
communities made at random; and a right that is taken away is gone at the very next read, before any job has run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.answers.article_lists import list_articles, list_drafts
from kb.answers.queries import get_article
from kb.answers.ranking import list_answers_of_cluster, list_best_answers
from kb.answers.texts import get_answer_text
from kb.articles.shelves import list_others, list_shelves
from kb.clusters.asked import count_by_source, count_by_week
from kb.clusters.neighbours import list_closest_pairs, list_neighbours
from kb.clusters.proposals import list_proposals
from kb.clusters.queries import ORDERS, ClusterSearch, get_cluster, label_for, list_clusters, list_questions_of_cluster
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import KbError
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.desk.grammar import parse_filter
from kb.desk.views import VIEWS, list_tickets
from kb.forum.queries import get_topic_page
from kb.forum.spaces import list_spaces
from kb.forum.tags import list_tags
from kb.forum.topic_lists import TopicFilter, list_topics
from kb.help.finding import find_help
from kb.help.identifying import Caller
from kb.help.places import read_place
from kb.help.reading import find_answer_at
from kb.insights.loop import read_loop
from kb.insights.timeline import list_moments
from kb.notices.queries import list_notices
from kb.notices.watching import list_watches
from kb.people.sessions import find_session_actor, open_session
from kb.product.packet import build_packet
from kb.product.triage import list_pain_points
from kb.search.answering import asked_in_ticket, find_answers_for
from kb.search.searching import search
from kb.search.suggesting import suggest
from kb.tickets.queries import get_ticket, list_my_tickets
from tests.support.mixed_worlds import (
    EVERYBODY_ASKS,
    IN_CREW,
    SPACES,
    Item,
    Plan,
    World,
    give_role,
    hand_over,
    hide,
    leave_crew,
    make_world,
    narrow,
    read_people,
)
from tests.support.outreach_factories import PAGE
from tests.support.signals_factories import make_product

Deliver = Callable[[], Awaitable[int]]
Surface = tuple[str, Awaitable[object]]

EMBEDDER = HashingEmbedder()
BASE = "https://help.example"
LABEL_PEOPLE = 2

PLACES = (*SPACES, "help", "ticket", "ticket", "article")
PLANS = st.lists(
    st.builds(
        Plan,
        place=st.sampled_from(PLACES),
        asker=st.integers(0, 3),
        cluster=st.sampled_from((0, 0, 0, 1)),
        answered=st.booleans(),
        hidden=st.sampled_from((False, False, False, True)),
    ),
    min_size=4,
    max_size=10,
)
TAKEN = st.lists(
    st.one_of(
        st.tuples(st.just("space"), st.sampled_from(("help", "lounge")), st.sampled_from(("members", "staff"))),
        st.tuples(st.just("crew"), st.sampled_from(IN_CREW), st.just("")),
        st.tuples(st.just("hide"), st.integers(0, 9), st.just("")),
        st.tuples(st.just("ticket"), st.integers(0, 9), st.sampled_from(("member 0", "member 3"))),
        st.tuples(
            st.just("role"),
            st.sampled_from(("agent", "moderator", "product_manager", "admin")),
            st.sampled_from((Role.MEMBER, Role.MODERATOR)),
        ),
    ),
    min_size=1,
    max_size=4,
)

DENSE = [
    *(Plan("help", asker, 0, answered=True, hidden=False) for asker in range(3)),
    *(Plan("lounge", asker, 0, answered=asker == 1, hidden=False) for asker in range(2)),
    Plan("office", 0, 0, answered=True, hidden=False),
    *(Plan("ticket", asker, 0, answered=True, hidden=False) for asker in range(3)),
    Plan("article", 1, 0, answered=True, hidden=False),
]
"""Every place with enough people for a label: chance seldom makes this one."""

ANSWERED_IN_PRIVATE = [
    *(Plan("help", asker, 0, answered=False, hidden=False) for asker in range(2)),
    *(Plan("ticket", asker, 0, answered=True, hidden=False) for asker in range(2)),
]
"""A public question whose cluster is answered in tickets alone."""

AMONG_A_FEW = [
    Plan("help", 0, 0, answered=False, hidden=False),
    *(Plan("crew", asker, 0, answered=asker == 1, hidden=False) for asker in range(4)),
    Plan("ticket", 3, 0, answered=False, hidden=False),
    *(Plan("crew", asker, 1, answered=False, hidden=False) for asker in range(2)),
]
"""Most of what is asked stands in a group's space, and one cluster is of nothing else."""

EXAMPLES = settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to make a community smaller takes longer than to read it
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@example(plans=DENSE, taken=[("space", "help", "members"), ("space", "help", "staff"), ("hide", 0, "")], named=False)
@example(plans=DENSE, taken=[("ticket", 6, "member 3"), ("hide", 9, ""), ("role", "agent", Role.MEMBER)], named=True)
@example(plans=ANSWERED_IN_PRIVATE, taken=[("role", "agent", Role.MODERATOR)], named=False)
@example(plans=AMONG_A_FEW, taken=[("crew", "agent", ""), ("crew", "member 0", "")], named=False)
@example(plans=AMONG_A_FEW, taken=[("role", "agent", Role.MODERATOR)], named=True)
@given(plans=PLANS, taken=TAKEN, named=st.booleans())
@EXAMPLES
@pytest.mark.long
async def test_every_surface_says_only_what_its_reader_may_read_now(
    db: str, deliver_all: Deliver, plans: list[Plan], taken: list[tuple[str, object, object]], named: bool
) -> None:
    await _empty()
    world = await make_world(plans, deliver_all=deliver_all, label_people=LABEL_PEOPLE, named=named)
    tokens = {
        name: await open_session(actor.person_id, user_agent="tests")
        for name, actor in world.people.items()
        if actor.person_id
    }
    await _check(world, await read_people(world, tokens, find_session_actor))
    for what, which, how in taken:
        await _take(world, what, which, how)
        await _check(world, await read_people(world, tokens, find_session_actor))
    await deliver_all()
    await _check(world, await read_people(world, tokens, find_session_actor))


async def _empty() -> None:
    rows = await fetch_all("select tablename from pg_tables where schemaname = 'public' and tablename <> 'migration'")
    tables = ", ".join(f'"{row["tablename"]}"' for row in rows)
    await execute(f"truncate {tables} restart identity cascade")


async def _take(world: World, what: str, which: object, how: object) -> None:
    """Spaces only narrow, so that what was made public once does not have to be made so again."""
    item = world.items[which % len(world.items)] if isinstance(which, int) else None
    if what == "space" and not (how == "members" and which == "lounge"):
        await narrow(world, str(which), str(how))
    elif what == "hide" and item:
        await hide(item)
    elif what == "ticket" and item:
        await hand_over(item, world.people[str(how)])
    elif what == "crew":
        await leave_crew(world, str(which))
    elif what == "role":
        await give_role(world, str(which), Role(how))


async def _check(world: World, readers: dict[str, Actor]) -> None:
    key = replace(readers["agent"], scopes=frozenset({Permission.TOPIC_READ.value, Permission.ARTICLE_READ.value}))
    for name, reader in {**readers, "a key for topics alone": key}.items():
        await _holds_nothing_of(world.words_kept_from(reader, finds=True), _finding(reader), name)
    for name, reader in readers.items():
        await _holds_nothing_of(world.words_kept_from(ANONYMOUS, finds=True), _helping(world, reader), name)
        await _holds_nothing_of(world.words_kept_from(reader, moderates=True), _forum(world, reader), name)
        await _holds_nothing_of(world.words_kept_from(reader), _open(world, reader), name)
        await _holds_nothing_of(world.words_kept_from(reader), _clustered(world, reader), name)
        await _labels_have_enough_people(world, reader, name)
        await _counts_what_is_read(world, reader)


async def _holds_nothing_of(kept: set[str], surfaces: AsyncIterator[Surface], name: str) -> None:
    asked = [surface async for surface in surfaces]
    for surface, said in zip(asked, await asyncio.gather(*(_say(asking) for _, asking in asked)), strict=True):
        leaked = sorted(word for word in kept if word in said)
        assert not leaked, f"{surface[0]} tells {name} of {leaked}"


async def _say(asking: Awaitable[object]) -> str:
    """All of it as text; a refusal says nothing, and what the reader typed is nothing told."""
    try:
        said = repr(await asking).lower()
    except KbError:
        return ""
    for text in QUERIES:
        said = said.replace(text.lower(), "")
    return said


QUERIES = (EVERYBODY_ASKS, "kindticketa kindofficea kindcrewa export", "canaryax canarybx canarycx cureax")


async def _finding(reader: Actor) -> AsyncIterator[Surface]:
    for text in QUERIES:
        yield f"suggest({text!r})", suggest(reader, text, body="It stops.", embedder=EMBEDDER, limit=50)
        yield f"search({text!r})", search(reader, text, embedder=EMBEDDER)


async def _helping(world: World, reader: Actor) -> AsyncIterator[Surface]:
    """A page that is not ours: whoever looks at it, it shows what anybody may read."""
    caller = Caller(await make_product(), reader, "visitor", "d-1")
    for text in ("", EVERYBODY_ASKS):
        yield "help", find_help(caller, read_place(PAGE), text=text, embedder=EMBEDDER, base_url=BASE)
    for item in world.items:
        path = item.path if item.plan.place == "article" else f"/posts/{item.answer_source}"
        yield f"answer at {path}", find_answer_at(path, base_url=BASE)


async def _forum(world: World, reader: Actor) -> AsyncIterator[Surface]:
    yield "topics", list_topics(reader, TopicFilter(limit=100))
    yield "spaces", list_spaces(reader)
    yield "tags", list_tags(reader)
    for slug in SPACES:
        yield f"topics of {slug}", list_topics(reader, TopicFilter(space_slug=slug, limit=100))
    for item in world.items:
        if item.plan.place in SPACES:
            yield f"topic {item.number}", get_topic_page(reader, item.number)
    if reader.is_signed_in:
        yield "notices", list_notices(reader)
        yield "what was watched", list_watches(reader)


async def _open(world: World, reader: Actor) -> AsyncIterator[Surface]:
    yield "articles", list_articles(reader)
    yield "found articles", list_articles(reader, query="invoice")
    yield "home of the knowledge base", list_shelves(reader)
    yield "articles of no category", list_others(reader)
    for state in ("draft", "review", "archived"):
        yield f"{state} articles", list_drafts(reader, state)
    yield "my tickets", list_my_tickets(reader)
    for view, filter_ in VIEWS.items():
        yield f"view {view}", list_tickets(reader, parse_filter(filter_))
    yield "tickets by a word", list_tickets(reader, parse_filter("is:any invoice"))
    for item in world.items:
        if item.plan.place == "ticket":
            yield f"ticket {item.number}", get_ticket(reader, item.number)
            yield (
                f"answers for ticket {item.number}",
                find_answers_for(reader, asked_in_ticket(item.id, item.number, reader.person_id or item.id, {})),
            )
        if item.plan.place == "article":
            yield f"article {item.number}", get_article(reader, item.number)
    for row in await fetch_all("select id from answer"):
        yield "an answer's text", get_answer_text(reader, row["id"])


async def _clustered(world: World, reader: Actor) -> AsyncIterator[Surface]:
    yield "clusters", list_clusters(reader)
    yield "clusters found", list_clusters(reader, ClusterSearch(words="kind"))
    yield "proposals", list_proposals(reader)
    for order in ORDERS:
        yield f"{order} clusters", list_clusters(reader, ClusterSearch(order=order))
    yield "pain points", list_pain_points(reader)
    yield "best answers", list_best_answers(reader, world.clusters)
    for number, cluster_id in zip(world.numbers, world.clusters, strict=True):
        yield f"label of {number}", label_for(reader, cluster_id)
        yield f"cluster {number}", get_cluster(reader, number)
        yield f"questions of {number}", list_questions_of_cluster(reader, cluster_id)
        yield f"answers of {number}", list_answers_of_cluster(reader, cluster_id)
        yield f"packet of {number}", build_packet(reader, cluster_id)
        yield f"neighbours of {number}", list_neighbours(reader, cluster_id)
        yield f"pairs of {number}", list_closest_pairs(reader, cluster_id, world.clusters[0])
    for who in world.people.values():
        if who.person_id:
            yield f"moments of {who.name}", list_moments(reader, who.person_id)


async def _labels_have_enough_people(world: World, reader: Actor, name: str) -> None:
    """Ticket readers may read each text; others never meet a word of too few people."""
    if "private" in reader.visibilities:
        return
    for number, cluster_id in enumerate(world.clusters):
        label = (await label_for(reader, cluster_id)).lower()
        planned = sorted({item.plan.cluster for item in world.items if item.plan.place != "article"})
        asked = world.asked_in(planned[number], reader)
        for word in {w for item in asked for w in item.words} | (
            {EVERYBODY_ASKS.split()[0].lower()} if label else set()
        ):
            holders = {i.asker_id for i in asked if word in i.words or word not in _own_words(world)}
            assert word not in label or len(holders) >= LABEL_PEOPLE, f"“{label}” told to {name} holds {word}"
        assert not label or len({item.asker_id for item in asked}) >= LABEL_PEOPLE


def _own_words(world: World) -> set[str]:
    return {word for item in world.items for word in item.words}


async def _counts_what_is_read(world: World, reader: Actor) -> None:
    """No number counts what the reader may not read."""
    planned = sorted({item.plan.cluster for item in world.items if item.plan.place != "article"})
    asked = {world.clusters[at]: world.asked_in(number, reader) for at, number in enumerate(planned)}
    if reader.may(Permission.LOOP_READ):
        loop = await read_loop(reader)
        assert loop.questions == sum(len(items) for items in asked.values())
    if not reader.may(Permission.CLUSTER_READ):
        with pytest.raises(KbError):
            await list_clusters(reader)
        return
    rows = {row.id: row for row in await list_clusters(reader)}
    for cluster_id, items in asked.items():
        row = rows.get(cluster_id)
        assert (row.question_count if row else 0) == len(items)
        assert (row.person_count if row else 0) == len(_people(items))
        if row:
            page = await get_cluster(reader, row.number)
            assert (page.question_count, page.person_count) == (row.question_count, row.person_count)
            assert len(await list_questions_of_cluster(reader, cluster_id)) == len(items)
            assert sum(asked for _, asked in await count_by_week(reader, cluster_id)) == len(items)
            assert sum((await count_by_source(reader, cluster_id)).values()) == len(items)


def _people(items: list[Item]) -> set[object]:
    return {item.asker_id for item in items}
