"""Whatever personal a ticket holds, in whatever shape: no article drafted from it, no page, no API and no feed ever shows it to anybody."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar

from kb.answers.collecting import collect_answer_of_message
from kb.answers.publishing import publish_article
from kb.answers.reviewing import submit_article
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.promotion.deciding import accept_as_article
from kb.promotion.proposing import propose_promotions
from tests.support.answers_factories import ask_as_well, make_answered_ticket, make_cluster, make_message, use_answer
from tests.support.factories import make_account, make_person

FIRST = ("Ines", "Jörg", "Zoë", "Ahmed", "Ana-Lucía", "Bjørn", "Tomasz")
LAST = ("Duarte", "Weißenfels", "Okonkwo", "Al-Sayed", "Ferreira", "Sørensen", "Wiśniewski")
SHAPES = ("{0}", "{0} {1}", "{0} {1}'s", "{1}", "{0}s")
CASES: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper)

digits = st.text("123456789", min_size=7, max_size=7)
mails = st.builds(
    "{}.{}@kunde-{}.example.com".format, st.sampled_from(["ines", "jw", "a.b"]), digits, st.integers(1, 99)
)
phones = st.builds("+49 30 {}".format, digits)
keys = st.builds("sk_live_{}{}".format, digits, st.text("abcdefXYZ", min_size=14, max_size=14))
streets = st.builds("Lindenallee {}, 50667 Köln".format, st.integers(100, 999))
passwords = st.builds("Hx{}qQ".format, digits)
cards = st.sampled_from(["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"])
ibans = st.sampled_from(["DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606"])

_TWENTY_DAYS = timedelta(days=20)

SENTENCES = st.lists(
    st.one_of(
        mails.map(lambda it: (f"Write to {it} again.", it)),
        phones.map(lambda it: (f"I called {it}, nobody was there", it)),
        keys.map(lambda it: (f"Your key {it} was used.", it)),
        streets.map(lambda it: (f"We sent it to {it}.", it)),
        passwords.map(lambda it: (f"password: {it}", it)),
        cards.map(lambda it: (f"The card {it} was refused.", it)),
        ibans.map(lambda it: (f"We paid to {it}.", it)),
    ),
    min_size=1,
    max_size=4,
)


@given(
    said=SENTENCES,
    first=st.sampled_from(FIRST),
    last=st.sampled_from(LAST),
    shape=st.sampled_from(SHAPES),
    case=st.sampled_from(CASES),
    asked=st.text("abcdefgh", min_size=12, max_size=12),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_canaries_of_a_ticket_never_reach_what_others_read(  # noqa: PLR0917 - one for each part that varies
    app: Litestar,
    db: str,
    said: list[tuple[str, str]],
    first: str,
    last: str,
    shape: str,
    case: Callable[[str], str],
    asked: str,
) -> None:
    company = "Kachelwerk Süd GmbH"
    customer = await make_person(Role.MEMBER, name=f"{first} {last}", account_id=await make_account(company))
    named = case(shape.format(first, last))
    body = "\n\n".join(
        [
            f"Hello {first},",
            *(sentence for sentence, _ in said),
            f"{named} works at {company}.",
            "Best regards\nTom Berg",
        ]
    )
    cluster_id = await make_cluster()
    ticket_id, reply_id = await make_answered_ticket(
        answer=body, requester=customer, cluster_id=cluster_id, subject=f"{first} {last}: {said[0][0]}"
    )
    await make_message(ticket_id, customer, "customer", f"My secret word is {asked}.")
    await collect_answer_of_message(reply_id)
    await execute("update question set asked_at = now() - interval '60 days'")
    answer_id = await fetch_value("select id from answer where source_id = $1", reply_id)
    for _ in range(5):
        await use_answer(answer_id, await make_person(), ago=_TWENTY_DAYS)
    await ask_as_well(cluster_id, 3)

    agent = await make_person(Role.AGENT, name="Ada Lind")
    await propose_promotions([cluster_id])
    promotion_id = await fetch_value("select id from promotion where cluster_id = $1", cluster_id)
    drafted = await accept_as_article(agent, promotion_id)
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)

    rows = await fetch_all(
        "select a.*, r.* from article a join article_revision r on r.article_id = a.id where a.id = $1", drafted.id
    )
    shown = " ".join(
        [*(str(dict(row)) for row in rows), *await _read_all(app, drafted.number, drafted.slug)]
    ).casefold()
    canaries = [first, last, company, "Tom Berg", asked, *(it for _, it in said)]
    assert [canary for canary in canaries if re.search(rf"(?<!\w){re.escape(canary.casefold())}(?!\w)", shown)] == []


async def _read_all(app: Litestar, number: int, slug: str) -> list[str]:
    """Every public face of the article, as nobody in particular reads it."""
    paths = (
        f"/kb/{number}/{slug}",
        "/kb",
        f"/kb?q={slug}",
        "/feed.atom",
        "/sitemap.xml",
        f"/api/v1/articles/{number}",
        "/api/v1/articles",
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return [answer.text for answer in await asyncio.gather(*(client.get(path) for path in paths))]
