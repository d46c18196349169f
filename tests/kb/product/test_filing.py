"""From pain to issue, from closing to telling: once, and only for `completed`."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from kb.adapters.github_tracker import GitHubTracker
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from kb.core.policy import Role
from kb.outreach.triggers import ensure_default_triggers
from kb.product.closing import close_issue
from kb.product.filing import file_issue, send_to_tracker
from kb.product.hearing import GitHubDelivery, hear_github
from kb.product.queries import get_issue
from kb.product.telling import sweep_untold, tell_people_hurt
from kb.product.weighing import weigh_pain_points
from tests.support.factories import make_person
from tests.support.product_factories import closed_payload, hurt, make_cluster, pretend_github, signed

Deliver = Callable[[], Awaitable[int]]
SECRET = "hush"
HERE = "http://here.example"


async def hurting_cluster(people: int = 2) -> tuple[UUID, list[Actor]]:
    """A weighed cluster and those it hurt."""
    cluster = await make_cluster()
    hurt_people = [await make_person() for _ in range(people)]
    for person in hurt_people:
        await hurt(cluster, person)
    await weigh_pain_points()
    await ensure_default_triggers()
    return cluster, hurt_people


async def hear(external_id: str, reason: str = "completed", *, delivery: str = "d1", action: str = "closed") -> str:
    body, signature = signed(closed_payload(external_id, reason, action=action), SECRET)
    return await hear_github(GitHubDelivery(delivery, "issues", signature, body), secret=SECRET)


async def test_the_packet_holds_evidence_and_masks_personal_data(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster, _ = await hurting_cluster()

    number = await file_issue(manager, cluster, tracker="board", base_url=HERE)

    issue = await get_issue(manager, number)
    assert issue.packet["people"] == 2
    assert "2 people hurt" in issue.body_html
    assert "ada@example.com" not in issue.body_html
    assert "7946" not in issue.body_html
    assert issue.packet["masked"] == 2
    assert f"{HERE}/clusters/" in issue.body_html
    assert issue.row.hurt == 2


async def test_a_problem_has_one_open_issue_even_when_two_file_at_once(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster, _ = await hurting_cluster()

    outcomes = await asyncio.gather(
        *(file_issue(manager, cluster, tracker="board", base_url=HERE) for _ in range(4)), return_exceptions=True
    )

    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 3


async def test_filing_is_for_product_managers(db: str) -> None:
    cluster, _ = await hurting_cluster()

    with pytest.raises(NotAllowed):
        await file_issue(await make_person(Role.AGENT), cluster, tracker="board", base_url=HERE)
    with pytest.raises(Invalid):
        await file_issue(await make_person(Role.ADMIN), cluster, tracker="wall", base_url=HERE)
    with pytest.raises(NotFound):
        await file_issue(await make_person(Role.ADMIN), await make_cluster("painless"), tracker="board", base_url=HERE)


async def test_github_gets_the_issue_once_even_when_its_answer_is_lost(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster, _ = await hurting_cluster()
    number = await file_issue(manager, cluster, tracker="github", base_url=HERE)
    issue_id = (await get_issue(manager, number)).row.id

    async with pretend_github() as github:
        tracker = GitHubTracker(api_url=github.url, repository="fernbook/app", token=github.token)
        github.failing = 502
        with pytest.raises(Unavailable):
            await send_to_tracker(issue_id, {"github": tracker})
        assert "502" in (await get_issue(manager, number)).row.filing_error
        github.failing = 0
        await send_to_tracker(issue_id, {"github": tracker})
        await execute("update issue set state = 'filing', external_id = null where id = $1", issue_id)
        await send_to_tracker(issue_id, {"github": tracker})

        assert len(github.issues) == 1
        assert github.issues[0]["labels"] == ["answerloop"]

    row = (await get_issue(manager, number)).row
    assert (row.state, row.external_id, row.filing_error) == ("open", "fernbook/app#1", "")


async def test_a_token_github_refuses_is_shown_with_the_issue_and_not_retried(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster, _ = await hurting_cluster()
    number = await file_issue(manager, cluster, tracker="github", base_url=HERE)
    issue_id = (await get_issue(manager, number)).row.id

    async with pretend_github() as github:
        await send_to_tracker(
            issue_id, {"github": GitHubTracker(api_url=github.url, repository="fernbook/app", token="wrong")}
        )
    assert "401" in (await get_issue(manager, number)).row.filing_error

    await send_to_tracker(issue_id, {})
    assert "not set up" in (await get_issue(manager, number)).row.filing_error


async def github_issue(manager: Actor, cluster: UUID) -> int:
    number = await file_issue(manager, cluster, tracker="github", base_url=HERE)
    await execute("update issue set state = 'open', external_id = 'fernbook/app#7' where number = $1", number)
    return number


async def test_completed_ships_and_tells_everybody_hurt_once(db: str, deliver_all: Deliver) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster, people = await hurting_cluster()
    number = await github_issue(manager, cluster)
    late = await make_person()
    await hurt(cluster, late, days_ago=0.1)

    assert await hear("fernbook/app#7") == "closed as shipped"
    await deliver_all()
    assert await hear("fernbook/app#7") == "delivered before"
    assert await hear("fernbook/app#7", delivery="d2") == "closed: nothing to do"
    issue = await get_issue(manager, number)
    await tell_people_hurt(issue.row.id, base_url=HERE)
    await sweep_untold(base_url=HERE)
    await deliver_all()

    issue = await get_issue(manager, number)
    assert (issue.row.state, issue.row.hurt, issue.row.told) == ("shipped", 3, 3)
    told = await fetch_all("select person_id, channel from message order by person_id, channel")
    assert len(told) == 6
    assert {row["person_id"] for row in told} == {p.person_id for p in [*people, late]}
    assert await fetch_value("select count(*) from episode where state = 'told'") == 3
    assert not await fetch_value("select exists (select 1 from message where body_source ilike '%it is fixed%')")


@pytest.mark.parametrize("reason", ["not_planned", "duplicate", "something new"])
async def test_closed_without_a_fix_tells_nobody(db: str, deliver_all: Deliver, reason: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster, _ = await hurting_cluster()
    number = await github_issue(manager, cluster)

    await hear("fernbook/app#7", reason)
    await deliver_all()

    issue = await get_issue(manager, number)
    assert issue.row.state in {"not_planned", "duplicate"}
    assert await fetch_value("select count(*) from message") == 0
    assert await fetch_value("select count(*) from episode where state in ('shipped', 'told')") == 0


async def test_nobody_is_told_in_the_words_of_somebody_elses_ticket(db: str, deliver_all: Deliver) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster, _ = await hurting_cluster()
    await execute("update question set visibility = 'private', title = 'Secret merger invoice stuck'")
    await github_issue(manager, cluster)

    await hear("fernbook/app#7")
    await deliver_all()

    assert await fetch_value("select count(*) from message") == 4
    assert not await fetch_value("select exists (select 1 from message where body_source || subject ilike '%merger%')")


async def test_a_webhook_with_a_wrong_signature_or_without_a_secret_is_refused(db: str) -> None:
    body, signature = signed(closed_payload("fernbook/app#7"), "another secret")

    with pytest.raises(NotAllowed):
        await hear_github(GitHubDelivery("d", "issues", signature, body), secret=SECRET)
    body, signature = signed(closed_payload("fernbook/app#7"), "")
    with pytest.raises(NotAllowed):
        await hear_github(GitHubDelivery("d", "issues", signature, body), secret="")
    assert await fetch_value("select count(*) from tracker_delivery") == 0


async def test_issues_that_are_not_ours_and_other_events_change_nothing(db: str) -> None:
    assert await hear("somebody/else#1") == "somebody/else#1: not ours"
    body, signature = signed({"zen": "Keep it simple."}, SECRET)
    assert await hear_github(GitHubDelivery("d9", "ping", signature, body), secret=SECRET) == "ping: nothing to do"


async def test_the_board_closes_its_own_issues_only(db: str, deliver_all: Deliver) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster, _ = await hurting_cluster()
    number = await file_issue(manager, cluster, tracker="board", base_url=HERE)
    await deliver_all()
    assert (await get_issue(manager, number)).row.state == "open"

    await close_issue(manager, number, reason="completed")
    await deliver_all()

    assert (await get_issue(manager, number)).row.told == 2
    with pytest.raises(Conflict):
        await close_issue(manager, number, reason="completed")
