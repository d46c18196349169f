"""The demo community is whole, believable in size, and the loop finds its problems."""

from collections import Counter
from collections.abc import Awaitable, Callable

from kb.core.database import fetch_all, fetch_value
from kb.demo.loading import DEMO_PASSWORD, DEMO_SIGN_INS, finish_demo, is_empty, load_demo
from kb.demo.reading import read_records
from kb.people.signing_in import sign_in


def test_there_are_enough_questions_and_problems_to_be_worth_clustering() -> None:
    problems = {record["key"] for record in read_records("problems")}
    asked = Counter(r["problem"] for r in read_records("topics") + read_records("tickets"))

    assert len(problems) == 40
    assert sum(asked.values()) >= 400
    assert set(asked) - {None} <= problems
    assert min(asked[p] for p in problems) >= 3


def test_references_in_the_files_lead_somewhere() -> None:
    people = {record["key"] for record in read_records("people")}
    spaces = {record["slug"] for record in read_records("spaces")}
    for topic in read_records("topics"):
        assert topic["space"] in spaces
        assert {topic["author"], *topic["me_too"], *(post["author"] for post in topic["posts"])} <= people
        assert sum(post["accepted"] for post in topic["posts"]) <= 1
    for ticket in read_records("tickets"):
        assert {ticket["requester"], *(m["author"] for m in ticket["messages"])} <= people


async def test_loading_brings_in_everything_once_and_the_sign_ins_work(db: str) -> None:
    assert await is_empty()

    counts = await load_demo()
    again = await load_demo()

    assert counts.topics == len(read_records("topics"))
    assert counts.tickets == len(read_records("tickets"))
    assert counts.events == len(read_records("events"))
    assert (again.topics, again.tickets, again.events) == (0, 0, 0)
    assert not await is_empty()
    for who in DEMO_SIGN_INS:
        assert await sign_in(who.email, DEMO_PASSWORD)


async def test_events_find_their_people_and_silent_ones_are_among_them(db: str) -> None:
    await load_demo()

    with_person = await fetch_value("select count(distinct person_id) from event where name = '$rageclick'")
    silent = await fetch_value(
        "select count(distinct e.person_id) from event e where e.name = '$rageclick' and not exists"
        " (select 1 from topic t where t.author_id = e.person_id)"
        " and not exists (select 1 from ticket k where k.requester_id = e.person_id)"
    )
    assert with_person > 50
    assert silent > 10


async def test_articles_grow_from_accepted_answers_and_me_toos_tell_of_reuse(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    await load_demo()
    await deliver_all()

    await finish_demo()
    await finish_demo()

    states = Counter(row["state"] for row in await fetch_all("select state from article"))
    assert states == Counter(record["state"] for record in read_records("articles"))
    assert await fetch_value("select count(*) from article where from_answer_id is not null") >= 12
    doubled = (
        "select count(*) from (select 1 from answer_use group by answer_id, person_id, kind having count(*) > 1) d"
    )
    assert await fetch_value(doubled) == 0
    assert await fetch_value("select count(*) from answer_use where kind = 'said_solved'") > 50
