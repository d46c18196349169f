"""Which messages ask: the first of a ticket always, later ones when they bring something new."""

from collections.abc import Awaitable, Callable

import pytest

from kb.core.database import fetch_all
from kb.core.policy import Role
from kb.tickets.answering import reply_to_ticket
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]


@pytest.mark.parametrize("thanks", ["Works now.", "C'est fait, merci.", "Tried that, declined again", "And????"])
async def test_a_short_reply_to_the_agent_is_no_question_of_its_own(deliver_all: Deliver, thanks: str) -> None:
    asker = await make_person(Role.MEMBER)
    ticket = await make_ticket(asker, subject="Invoices are sent twice")
    await reply_to_ticket(asker, ticket.id, thanks, kind="customer")
    await deliver_all()

    assert [row["title"] for row in await fetch_all("select title from question")] == ["Invoices are sent twice"]


async def test_a_longer_message_with_another_problem_is_a_question(deliver_all: Deliver) -> None:
    asker = await make_person(Role.MEMBER)
    ticket = await make_ticket(asker, subject="Invoices are sent twice")
    await reply_to_ticket(
        asker,
        ticket.id,
        "That is solved. There is something else: since the update my bank transactions are no longer fetched at night, and"
        " the page says that the consent has run out although I renewed it last week.",
        kind="customer",
    )
    await deliver_all()

    titles = [row["title"] for row in await fetch_all("select title from question order by asked_at")]
    assert len(titles) == 2
    assert "bank transactions" in titles[1]
