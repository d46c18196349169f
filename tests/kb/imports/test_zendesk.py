"""A Zendesk comes in from its API's answers: exact shapes, pages, private words kept private, nobody told."""

import json
from pathlib import Path
from typing import Any

import pytest

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import NotFound
from kb.core.policy import Role
from kb.imports import running
from kb.imports.desks.bringing_in import DeskCounts, import_desk
from kb.imports.desks.zendesk import Zendesk
from kb.imports.running import OnProgress
from kb.tickets.queries import get_ticket
from tests.support.desks import HOST, agent, comment, customer, ticket, write
from tests.support.factories import make_person
from tests.support.shared_data import shared_data


async def bring_in(path: Path, on_progress: OnProgress = lambda _: None) -> DeskCounts:
    with Zendesk(path) as desk:
        return await import_desk(SYSTEM, desk, kind="zendesk", source="fern", on_progress=on_progress)


async def told(sql: str, *args: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await fetch_all(sql, *args)]


async def messages(source_id: str) -> list[tuple[str, str, str]]:
    """Kind, writer and words of a ticket's messages."""
    return await told(
        "select m.kind, p.name, m.body_source from ticket_message m join ticket t on t.id = m.ticket_id"
        " join person p on p.id = m.author_id where t.source_id = $1 order by m.position",
        source_id,
    )


async def test_recorded_answers_come_in_with_exact_numbers(db: str) -> None:
    counts = await bring_in(shared_data("tickets/zendesk_api"))

    # 100 of the list, 2 that were written, and of the export's 32 those 23 that were not deleted.
    assert (counts.tickets.imported, counts.tickets.rejected) == (125, 0)
    assert counts.passed_over == {
        "deleted tickets": 9, "suspended tickets": 1, "community posts": 100, "community comments": 100
    }  # fmt: skip
    assert counts.documents.rows == 19
    assert counts.documents.rejected == 0
    # Ticket 1 has the 22 comments of its audits; all others their description.
    assert await told("select kind, count(*) from ticket_message group by kind order by kind") == [
        ("agent", 18), ("customer", 125), ("note", 3)
    ]  # fmt: skip
    assert await told("select state, priority, count(*) from ticket group by 1, 2 order by 1, 2") == [
        ("open", "normal", 113), ("pending", "high", 1), ("solved", "normal", 10), ("solved", "urgent", 1)
    ]  # fmt: skip
    assert await told(
        "select t.source_id, s.score, s.comment from ticket_satisfaction s join ticket t on t.id = s.ticket_id"
    ) == [("35", "good", "Satisfaction!")]
    assert counts.people.imported == 5
    assert [reason.split(", ")[1] for _, reason in counts.missing.rejections] == [
        "/api/v2/exports/tickets?start_time=1401845017", "/api/v2/users?page=4&per_page=1",
        "/api/v2/tickets/1/audits?page=2", "/api/v2/ticket_metrics?page=2", "/api/v2/tickets?page=2",
    ]  # fmt: skip


async def test_a_ticket_comes_with_everything_that_was_said_of_it(db: str, tmp_path: Path) -> None:
    helper = await make_person(Role.AGENT, name="Maja")
    email = await fetch_value("select email from person where id = $1", helper.person_id)
    folder = write(
        tmp_path / "fern",
        users={"users": [agent(1, email.upper()), customer(2, "ada@acme.example", organization_id=9), customer(3, None)]},
        organizations={"organizations": [{"id": 9, "name": "Acme", "external_id": "acme-1", "created_at": "2020-01-01T00:00:00Z"}]},
        ticket_fields={"ticket_fields": [{"id": 77, "title": "Order number"}, {"id": 78, "title": "Empty"}]},
        tickets={"tickets": [
            ticket(5, 2, status="closed", priority="urgent", tags=["Billing", "vip"], assignee_id=1, collaborator_ids=[3],
                   custom_fields=[{"id": 77, "value": "A-17"}, {"id": 78, "value": None}],
                   satisfaction_rating={"score": "bad", "comment": "Slow"})
        ], "next_page": None, "count": 1},
        tickets__5__comments={"comments": [
            comment(51, 2, "Words of 5", at="10:00"), comment(52, 1, "Ask the **bank**.", at="11:00", public=False),
            comment(54, 1, "Try again.", at="13:00"), comment(53, 3, "Me too.", at="12:00"),
        ], "next_page": None},
        ticket_metrics={"ticket_metrics": [{"id": 1, "ticket_id": 5, "solved_at": "2024-03-02T09:00:00Z"}]},
    )  # fmt: skip

    counts = await bring_in(folder)

    assert (counts.tickets.imported, counts.accounts) == (1, 1)
    assert await messages("5") == [
        ("customer", "Customer 2", "Words of 5"), ("note", "Maja", "Ask the **bank**."), ("customer", "Customer 3", "Me too."),
        ("agent", "Maja", "Try again."), ("note", "The desk it came from", "Order number: A-17"),
    ]  # fmt: skip
    row = await fetch_one(
        "select t.*, a.name as company, a.external_id, (select array_agg(name order by name) from ticket_tag where ticket_id = t.id)"
        " as tags from ticket t join person p on p.id = t.requester_id join account a on a.id = p.account_id"
    )
    assert row is not None
    assert (row["state"], row["priority"], row["tags"], row["assignee_id"]) == (
        "solved", "urgent", ["billing", "vip"], helper.person_id
    )  # fmt: skip
    assert (row["company"], row["external_id"], row["channel"]) == ("Acme", "acme-1", "import")
    assert (row["message_count"], row["last_message_at"].hour, row["solved_at"].day) == (3, 13, 2)
    assert await told("select score, comment from ticket_satisfaction") == [("bad", "Slow")]
    assert "<strong>bank</strong>" in await fetch_value(
        "select body_html from ticket_message where kind = 'note' limit 1"
    )


@pytest.mark.parametrize("kind", ["events", "audits", "line of a full export"])
async def test_comments_come_by_every_way_zendesk_tells_them(db: str, tmp_path: Path, kind: str) -> None:
    said = [
        comment(1, 2, "Words of 5", at="10:00"),
        comment(2, 1, "Answer", at="11:00"),
        comment(3, 1, "Aside", at="12:00", public=False),
    ]
    users = {"users": [agent(1, "a@x.example"), customer(2, "c@x.example")]}
    if kind == "events":
        events = [
            {"id": 900 + one["id"], "ticket_id": 5, "timestamp": 1, "updater_id": one["author_id"], "created_at": one["created_at"],
             "child_events": [{"id": 1, "event_type": "Change"}, {**one, "event_type": "Comment", "type": None, "author_id": None}]}
            for one in said
        ]  # fmt: skip
        write(
            tmp_path / "z",
            users=users,
            t={"tickets": [ticket(5, 2)]},
            e={"ticket_events": events, "end_of_stream": True},
        )
    elif kind == "audits":
        audits = [
            {"id": 900 + one["id"], "ticket_id": 5, "author_id": one["author_id"], "created_at": one["created_at"],
             "events": [{**one, "created_at": None}, {"id": 7, "type": "Notification", "body": "mail to all"}]}
            for one in said
        ]  # fmt: skip
        write(tmp_path / "z", users=users, t={"ticket": ticket(5, 2)}, a={"audits": audits})
    else:
        whole = ticket(5, 2, comments=said, requester=customer(2, "c@x.example"), submitter=agent(1, "a@x.example"))
        (tmp_path / "z").mkdir()
        (tmp_path / "z" / "export.json.jsonl").write_text(json.dumps(whole) + "\n")

    counts = await bring_in(tmp_path / "z")

    assert (counts.tickets.imported, counts.documents.rejected) == (1, 0)
    assert await messages("5") == [
        ("customer", "Customer 2", "Words of 5"), ("agent", "Agent 1", "Answer"), ("note", "Agent 1", "Aside")
    ]  # fmt: skip


async def test_pages_are_followed_in_any_order_and_the_newest_word_stands(db: str, tmp_path: Path) -> None:
    def page(number: int, of: list[dict[str, Any]], *, last: bool) -> dict[str, Any]:
        following = None if last else f"{HOST}/api/v2/tickets.json?page={number + 1}"
        return {
            "tickets": of,
            "next_page": following,
            "previous_page": number > 1 and f"{HOST}/api/v2/tickets.json?page={number - 1}",
        }

    newer = ticket(1, 2, status="solved", updated_at="2024-05-01T10:00:00Z")
    folder = write(
        tmp_path / "z",
        p2=page(2, [ticket(3, 2)], last=True),
        p1=page(1, [newer, ticket(2, 2)], last=False),
        cursor={"tickets": [ticket(1, 2)], "after_url": f"{HOST}/api/v2/incremental/tickets/cursor?cursor=abc", "end_of_stream": True},
        users={"users": [customer(2, "c@x.example")], "links": {"next": f"{HOST}/api/v2/users?page[after]=x"}, "meta": {"has_more": True}},
    )  # fmt: skip

    counts = await bring_in(folder)

    assert await told("select source_id, state from ticket order by source_id") == [
        ("1", "solved"),
        ("2", "open"),
        ("3", "open"),
    ]
    assert [reason for _, reason in counts.missing.rejections] == [
        "users.json: the page after it, /api/v2/users?page%5Bafter%5D=x, is in no document"
    ]


async def test_what_began_in_private_is_not_shown_to_whom_it_is_about(db: str, tmp_path: Path) -> None:
    victim = await make_person(name="Ines")
    email = await fetch_value(
        "update person set email_verified_at = now() where id = $1 returning email", victim.person_id
    )
    folder = write(
        tmp_path / "z",
        users={"users": [agent(1, "a@x.example"), customer(2, email)]},
        tickets={
            "tickets": [ticket(5, 2, subject="Fraud?", is_public=False), ticket(6, 2), ticket(7, 2, is_public=False)]
        },
        tickets__5__comments={"comments": [comment(51, 1, "Is she a fraud?", at="10:00", public=False)]},
    )

    await bring_in(folder)

    numbers = dict(await told("select source_id, number from ticket"))
    seen = await get_ticket(victim, numbers["6"])
    assert [message.source for message in seen.messages] == ["Words of 6"]
    with pytest.raises(NotFound):
        await get_ticket(victim, numbers["5"])
    assert (await get_ticket(victim, numbers["7"])).messages == (), "a description alone does not say who wrote it"


async def test_an_address_leads_only_to_those_who_have_shown_that_it_is_theirs(db: str, tmp_path: Path) -> None:
    claims, owns = await make_person(name="Ada"), await make_person(name="Bo")
    await fetch_value("update person set email_verified_at = null, password_hash = 'x' where id = $1", claims.person_id)
    await fetch_value("update person set email_verified_at = now() where id = $1", owns.person_id)
    emails = dict(await told("select id, email from person"))
    folder = write(
        tmp_path / "z",
        users={
            "users": [
                customer(2, emails[claims.person_id], name="Ada"),
                customer(3, emails[owns.person_id].upper(), name="Other"),
            ]
        },
        tickets={"tickets": [ticket(1, 2), ticket(2, 3), ticket(3, 4)]},
    )

    await bring_in(folder)

    askers = dict(await told("select source_id, requester_id from ticket"))
    assert askers["2"] == owns.person_id
    assert askers["1"] != claims.person_id, "the same name, and an address that anybody may type"
    assert len(set(askers.values())) == 3


async def test_merged_tickets_and_incidents_are_linked(db: str, tmp_path: Path) -> None:
    merge: dict[str, Any] = {"via": {"channel": "system", "source": {"rel": "merge", "from": {"ticket_id": 3}}}}
    folder = write(
        tmp_path / "z",
        tickets={"tickets": [ticket(1, 2), ticket(2, 2, problem_id=1), ticket(3, 2), ticket(4, 2), ticket(5, 2, tags=["closed_by_merge"]),
                             ticket(6, 2, problem_id=99)]},
        tickets__4__comments={"comments": [comment(41, 2, "Words of 4", at="10:00"), comment(42, 8, "#3 was merged", at="11:00", **merge)]},
        tickets__5__comments={"comments": [comment(51, 8, 'This request was closed and merged into request #1 "Ticket 1".', at="12:00")]},
    )  # fmt: skip

    counts = await bring_in(folder)
    again = await bring_in(folder)

    links = await told(
        "select i.source_id, p.source_id from ticket_link l join ticket i on i.id = l.incident_id join ticket p on p.id = l.problem_id"
        " order by 1"
    )
    assert links == [("2", "1"), ("3", "4"), ("5", "1")]
    assert (counts.linked, again.linked, again.tickets.imported) == (3, 0, 0)


async def test_nobody_is_told_and_nothing_waits_but_the_reading(db: str, tmp_path: Path) -> None:
    await bring_in(write(tmp_path / "z", t={"tickets": [ticket(1, 2), ticket(2, 2, status="pending")]}))

    assert await told("select name from outbox_message") == [("ImportsWait",)]
    assert await told("select due_at, to_route, count(*) from ticket group by 1, 2") == [(None, False, 2)]
    assert await told("select kind, count(*) from import_waiting group by 1") == [("customer", 2)]


async def test_broken_off_it_goes_on_and_repeated_it_changes_nothing(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "z", t={"tickets": [ticket(n, 2 + n % 3) for n in range(1, 11)]})
    monkeypatch.setattr(running, "BATCH", 2)

    class PulledOut(Exception):
        pass

    def pull(more: int, so_far: list[int] = []) -> None:  # noqa: B006 - it counts over the calls
        so_far.append(more)
        if sum(so_far) > 6:
            raise PulledOut

    with pytest.raises(PulledOut):
        await bring_in(folder, pull)
    before = await fetch_value("select count(*) from ticket")

    counts = await bring_in(folder)
    again = await bring_in(folder)

    assert 0 < before < 10
    assert (counts.tickets.imported, counts.tickets.unchanged) == (10 - before, before)
    assert (again.tickets.imported, again.tickets.unchanged, again.people.imported) == (0, 10, 0)
    assert await told("select count(*), count(distinct ticket_id) from ticket_message") == [(10, 10)]


async def test_bad_documents_and_junk_are_named_and_the_rest_comes_in(db: str, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "z",
        junk={"tickets": [
            ticket(1, 2, subject="a\x00b\ud800" * 200, description="\u202e\x07 \x00", tags=["x" * 90, 7, ""], priority=12, status=None),
            ticket(2, 2, subject="", description=""), {"id": None}, "no object",
            ticket(3, 2, created_at="yesterday", description="z" * 200_000),
        ]},
        other={"hello": "world"},
        lost={"comments": [comment(9, 2, "Whose?", at="10:00")]},
        users={"users": [customer(2, "not an address", name="")], "count": 1},
    )  # fmt: skip
    (folder / "torn.json").write_text('{"tickets": [')

    counts = await bring_in(folder)

    assert counts.tickets.imported == 1
    assert [reason for _, reason in counts.tickets.rejections] == [
        "ticket 2: no text of it is in any document", "3: a message is 200,000 characters long; at most 128,000 are possible"
    ]  # fmt: skip
    assert [reason.split(":")[0] for _, reason in counts.documents.rejections] == ["other.json", "torn.json"]
    assert [reason for _, reason in counts.missing.rejections] == ["comment 9: its ticket ? is in no document"]
    assert await told("select name, email from person") == [("Customer 2", None)]
