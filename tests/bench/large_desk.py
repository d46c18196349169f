"""A desk as large as its budget speaks of, planted by COPY: tickets of every kind with their messages, tags and people."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import connection, execute, fetch_all
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.desk.saved_views import save_view
from kb.desk.teams import TeamDraft, add_member, create_team
from tests.support.factories import make_account, make_person

AGENTS, TEAMS, CUSTOMERS, TAGS = 24, 6, 3_000, 60
_BATCH = 10_000
_TICKET = (
    "id", "subject", "requester_id", "assignee_id", "team_id", "state", "channel", "priority", "message_count", "last_message_at",
    "solved_at", "waiting_since", "created_at", "due_at", "snoozed_at", "snoozed_until",
)  # fmt: skip
_MESSAGE = ("id", "ticket_id", "author_id", "kind", "position", "body_source", "body_html", "renderer", "created_at")
_WORDS = ("invoice", "refund", "password", "export", "login", "sync", "report", "receipt", "plan", "reminder", "import", "tax")  # fmt: skip

Row = tuple[Any, ...]


async def plant_desk(unsolved: int, solved: int) -> Actor:
    """Returns an agent who has tickets, a team and saved views."""
    planting = _Planting([await make_person(Role.AGENT) for _ in range(AGENTS)], await _people(), await _teams())
    for team_id in planting.teams:
        for agent in planting.agents[:: len(planting.teams) // 2]:
            await add_member(SYSTEM, team_id, agent)
    for batch in planting.batches(unsolved, solved):
        await _copy("ticket", _TICKET, batch[0])
        await _copy("ticket_message", _MESSAGE, batch[1])
        await _copy("ticket_tag", ("ticket_id", "name"), batch[2])
    await execute(
        "insert into ticket_link (incident_id, problem_id, created_at) select i.id, p.id, now()"
        " from (select id, row_number() over (order by number) as n from ticket where state <> 'solved' limit 2000) i"
        " join (select id, row_number() over (order by number desc) as n from ticket where state <> 'solved' limit 100) p"
        " on p.n = 1 + i.n % 100"
    )
    for table in ("ticket", "ticket_message", "ticket_tag", "ticket_link", "person", "team_member"):
        async with connection() as conn:
            await conn.execute(f"vacuum (analyze) {table}")
    agent = Actor(Role.AGENT, planting.agents[0])
    for name, filter_ in (("Urgent", "is:open priority:urgent"), ("Mine, late", "assignee:me is:overdue")):
        await save_view(agent, name, filter_, is_shared=True)
    return agent


async def _people() -> list[UUID]:
    accounts = [await make_account(f"Company {n}") for n in range(50)]
    await execute(
        "insert into person (id, email, name, username, role, account_id, created_at)"
        " select gen_random_uuid(), 'desk' || n || '@bench.example', 'Customer ' || n, 'deskcustomer' || n, 'member',"
        "   ($1::uuid[])[1 + n % 50], now() from generate_series(1, $2::int) n",
        accounts,
        CUSTOMERS,
    )
    return [row["id"] for row in await fetch_all("select id from person where username like 'deskcustomer%'")]


async def _teams() -> list[UUID]:
    return [await create_team(SYSTEM, TeamDraft(f"Team {n}", "round_robin")) for n in range(TEAMS)]


async def _copy(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    async with connection() as conn:
        await conn.copy_records_to_table(table, records=rows, columns=list(columns))


class _Planting:
    """All rows, the same for the same sizes but for their ids and times."""

    def __init__(self, agents: Sequence[Actor], customers: list[UUID], teams: list[UUID]) -> None:
        self.agents = [agent.person_id for agent in agents if agent.person_id]
        self.teams, self._customers = teams, customers
        self._random = random.Random(11)
        self._now = now()

    def batches(self, unsolved: int, solved: int) -> Iterator[tuple[list[Row], list[Row], list[Row]]]:
        batch: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
        for number in range(unsolved + solved):
            self._ticket(number, batch, is_solved=number >= unsolved)
            if len(batch[0]) >= _BATCH:
                yield batch
                batch = ([], [], [])
        yield batch

    def _ticket(self, number: int, batch: tuple[list[Row], list[Row], list[Row]], *, is_solved: bool) -> None:
        pick = self._random
        ticket, customer, agent = new_id(), pick.choice(self._customers), pick.choice(self.agents)
        opened = self._now - timedelta(days=pick.uniform(10, 700) if is_solved else pick.uniform(0, 30))
        state = "solved" if is_solved else ("pending" if number % 4 == 0 else "open")
        count = 1 + number % 3
        last = opened + timedelta(hours=count)
        due = self._now + timedelta(hours=pick.uniform(-20, 200)) if not is_solved and number % 5 == 0 else None
        snoozed = self._now if not is_solved and number % 20 == 0 else None
        batch[0].append(
            (ticket, self._words(5), customer, agent if number % 3 else None, pick.choice([None, *self.teams]), state, "email",
             ("normal", "normal", "low", "normal", "high", "urgent")[number % 6], count, last, last if is_solved else None, last,
             opened, due, snoozed, self._now + timedelta(days=2) if snoozed and number % 40 else None)
        )  # fmt: skip
        for position in range(1, count + 1):
            kind, author = ("agent", agent) if position == 2 else ("customer", customer)
            text = self._words(40)
            written = opened + timedelta(hours=position)
            batch[1].append((new_id(), ticket, author, kind, position, text, f"<p>{text}</p>", "bench", written))
        batch[2].extend((ticket, f"tag-{one}") for one in pick.sample(range(TAGS), number % 3))

    def _words(self, count: int) -> str:
        return " ".join(self._random.choice(_WORDS) + str(self._random.randrange(200)) for _ in range(count))
