"""Accepting drafts the article or files the issue, once; what the one who decides is shown is what is written."""

import asyncio

import pytest

from kb.answers.reviewing import get_review
from kb.core.actor import Actor
from kb.core.database import fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.policy import Role
from kb.promotion.deciding import IssueWanted, accept_as_article, accept_as_issue, dismiss_promotion
from kb.promotion.gathering import list_sources, preview_draft
from kb.promotion.proposing import propose_promotions
from kb.promotion.queries import PromotionView, list_promotions
from tests.support.factories import make_person
from tests.support.promotion_factories import keep_asking, make_reused_answer


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


async def propose(actor: Actor) -> PromotionView:
    assert await propose_promotions() == 1
    (found,) = (await list_promotions(actor)).promotions
    return found


async def test_the_draft_is_of_several_answers_without_repeats_and_says_where_each_step_comes_from(
    agent: Actor,
) -> None:
    cluster_id, best = await make_reused_answer(
        from_ticket=True,
        answer="Hello Ines,\n\nplease do this:\n\n1. Open **Settings > Mail**.\n2. Press *Reset*, Ines.\n\nBest,\nTom",
    )
    _, second = await make_reused_answer(
        cluster_id, helped=2, answer="- Open Settings > Mail\n- Or ask your admin to send it, at +49 30 1234567."
    )
    _, useless = await make_reused_answer(
        cluster_id, helped=0, from_ticket=True, answer="Please wait for a reply of ours."
    )
    found = await propose(agent)
    sources = await list_sources(agent, found.cluster_id, found.answer_id)
    assert [one.id for one in sources] == [best, second], "what helped nobody is no source"

    preview = await preview_draft(agent, sources)
    shown = [("".join(p.text for p in one.pieces), [s.answer_id for s in one.sources]) for one in preview.passages]
    assert shown == [
        ("please do this:", [best]),
        ("1. Open **Settings > Mail**.", [best, second]),
        ("2. Press *Reset*, [name].", [best]),
        ("## Another way that worked", []),
        ("- Or ask your admin to send it, at [phone].", [second]),
    ]
    assert [piece.masked for one in preview.passages for piece in one.pieces if piece.masked] == ["name", "phone"]

    one, other = await asyncio.gather(accept_as_article(agent, found.id), accept_as_article(agent, found.id))
    assert one == other
    row = await fetch_one("select state, article_id, decided_by from promotion")
    assert row is not None
    assert (row["state"], row["article_id"], row["decided_by"]) == ("accepted", one.id, agent.person_id)
    review = await get_review(agent, one.id)
    assert [p.text for p in review.passages] == [text for text, _ in shown]
    assert [[s.answer_id for s in p.sources] for p in review.passages[:3]] == [[best], [best, second], [best]]
    assert useless not in {s.answer_id for p in review.passages for s in p.sources}
    assert await propose_promotions() == 0


async def test_the_one_who_accepts_chooses_answers_and_title(agent: Actor) -> None:
    cluster_id, best = await make_reused_answer()
    _, second = await make_reused_answer(cluster_id, helped=2, answer="Ask the admin of your company to send it.")
    found = await propose(agent)
    with pytest.raises(NotFound):
        await accept_as_article(agent, found.id, answer_ids=[found.id])
    drafted = await accept_as_article(agent, found.id, title="The reset mail never comes", answer_ids=[second])
    row = await fetch_one("select title, body_html, from_answer_id from article where id = $1", drafted.id)
    assert row is not None
    assert (row["title"], row["from_answer_id"]) == ("The reset mail never comes", second)
    assert "Settings" not in row["body_html"]
    with pytest.raises(Conflict):
        await dismiss_promotion(agent, found.id, reason="Too late.")
    assert best != second


async def test_an_issue_is_filed_with_its_evidence_by_those_who_file_issues(agent: Actor) -> None:
    cluster_id, answer_id = await make_reused_answer(helped=0)
    await keep_asking(cluster_id, answer_id)
    manager = await make_person(Role.PRODUCT_MANAGER)
    found = await propose(manager)
    for act in (
        accept_as_issue(agent, found.id, IssueWanted(), base_url="http://test"),
        dismiss_promotion(agent, found.id, reason="No."),
        accept_as_article(agent, found.id),
    ):
        with pytest.raises(NotFound):
            await act
    number = await accept_as_issue(manager, found.id, IssueWanted(title="Mail is lost"), base_url="http://test")
    row = await fetch_one(
        "select i.title, i.packet, p.state from issue i join promotion p on p.issue_id = i.id where i.number = $1",
        number,
    )
    assert row is not None
    assert (row["title"], row["state"]) == ("Mail is lost", "accepted")
    assert '"people": 3' in row["packet"]
    assert await propose_promotions() == 0


async def test_a_dismissal_says_why(agent: Actor) -> None:
    await make_reused_answer()
    found = await propose(agent)
    for reason in ("", " \x00", "x" * 501):
        with pytest.raises(Invalid) as refused:
            await dismiss_promotion(agent, found.id, reason=reason)
        assert "reason" in refused.value.fields
    await dismiss_promotion(agent, found.id, reason="It changes next week.")
    with pytest.raises(Conflict):
        await dismiss_promotion(agent, found.id, reason="Again.")
    assert await fetch_value("select state from promotion") == "dismissed"
