"""The answers for a page and a pain, on a real database: whose pain counts, and what may not be shown."""

from datetime import timedelta
from uuid import UUID

import pytest

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.answers.collecting import collect_answer_of_post
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid, NotSignedIn
from kb.help.finding import Help, find_help
from kb.help.identifying import Caller, identify_caller
from kb.help.places import read_place
from kb.help.reading import find_answer_at
from tests.support.answers_factories import make_solved_topic, use_answer
from tests.support.factories import make_person
from tests.support.outreach_factories import link_to_cluster, make_friction_point, make_signal
from tests.support.people_factories import sign
from tests.support.signals_factories import make_product

PAGE = "https://app.fernbook.example/invoices/17?token=secret"
ELSEWHERE = "https://app.fernbook.example/clients"


async def caller_of(actor: Actor = ANONYMOUS, distinct_id: str | None = None) -> Caller:
    return Caller(await make_product(), actor, "visitor-hash", distinct_id)


async def ask(caller: Caller, page: str = PAGE, *, element: str = "", text: str = "") -> Help:
    return await find_help(
        caller, read_place(page, element), text=text, embedder=HashingEmbedder(), base_url="https://help.example"
    )


async def make_answered_place(*, weight: float = 0.8, accepted: bool = True) -> tuple[UUID, UUID]:
    """A place that hurts, and an answer collected for its cluster; returns the friction point and the answer."""
    place = await make_friction_point()
    cluster_id = await link_to_cluster(place, weight=weight)
    _, post_id = await make_solved_topic(title="The send button does nothing", cluster_id=cluster_id, accepted=accepted)
    return place, await collect(post_id)


async def collect(post_id: UUID) -> UUID:
    await execute("update post set accepted_at = now() where id = $1", post_id)
    await collect_answer_of_post(post_id)
    answer_id: UUID = await fetch_value("select id from answer where source_id = $1", post_id)
    return answer_id


async def is_offered(actor: Actor = ANONYMOUS) -> bool:
    """Whether anything is shown: asked before and after, so that silence is never an accident."""
    return bool((await ask(await caller_of(actor))).answers)


async def test_a_page_where_people_get_stuck_offers_the_answer_with_its_reason_and_its_text(db: str) -> None:
    _, answer_id = await make_answered_place()
    await use_answer(answer_id, await make_person())

    found = await ask(await caller_of())

    [answer] = found.answers
    assert (answer.id, answer.because) == (answer_id, "People get stuck here")
    assert answer.why == "worked for 1 of 1 person with this problem"
    assert answer.body == [["p", ["Press ", ["strong", ["Reset"]], " twice, then wait a minute."]]]
    assert not found.is_stuck


async def test_where_nothing_is_known_nothing_is_shown(db: str) -> None:
    await make_answered_place()

    assert await is_offered()
    assert (await ask(await caller_of(), ELSEWHERE)).answers == ()
    assert (await ask(await caller_of(), "")).answers == ()


async def test_a_weak_link_is_silence(db: str) -> None:
    await make_answered_place(weight=0.3)
    assert not await is_offered()

    await execute("update friction_cluster set weight = 0.5")
    assert await is_offered()


async def test_what_hurt_this_customer_just_now_is_named_to_them_alone(db: str) -> None:
    place, _ = await make_answered_place()
    ines, bo = await make_person(), await make_person()
    await make_signal(ines, friction_point_id=place)

    hers, his = await ask(await caller_of(ines)), await ask(await caller_of(bo))

    assert (hers.is_stuck, hers.target) == (True, "Send invoice")
    assert hers.answers[0].because == "“Send invoice” did not respond just now"
    assert (his.is_stuck, his.target, his.answers[0].because) == (False, "", "People get stuck here")


async def test_pain_of_an_hour_ago_is_not_just_now(db: str) -> None:
    place, _ = await make_answered_place()
    ines = await make_person()
    await make_signal(ines, friction_point_id=place, age=timedelta(hours=1))

    assert not (await ask(await caller_of(ines))).is_stuck


async def test_a_browsers_id_opens_only_pain_that_nobody_has_claimed(db: str) -> None:
    place, _ = await make_answered_place()
    await make_signal(await make_person(), friction_point_id=place)
    assert not (await ask(await caller_of(distinct_id="d-1"))).is_stuck

    await make_signal(None, friction_point_id=place)
    assert (await ask(await caller_of(distinct_id="d-1"))).is_stuck
    assert not (await ask(await caller_of(distinct_id="d-2"))).is_stuck


@pytest.mark.parametrize("visibility", ["members", "staff", "private"])
async def test_only_public_answers_are_shown_whoever_looks(db: str, visibility: str) -> None:
    _, answer_id = await make_answered_place()
    ines = await make_person()
    assert await is_offered(ines)

    await execute("update answer set visibility = $2 where id = $1", answer_id, visibility)
    assert not await is_offered(ines)


async def test_an_answer_in_a_hidden_topic_is_not_shown_even_before_it_is_retired(db: str) -> None:
    await make_answered_place()
    assert await is_offered()

    await execute("update topic set hidden_at = now()")
    assert not await is_offered()


async def test_an_answer_that_failed_more_people_than_it_helped_is_not_shown(db: str) -> None:
    _, answer_id = await make_answered_place()
    assert await is_offered()

    await use_answer(answer_id, await make_person(), "re_asked")
    assert not await is_offered()


async def test_a_place_of_another_product_is_another_place(db: str) -> None:
    await make_answered_place()
    other = await make_product("wk_other")

    assert await is_offered()
    assert (await ask(Caller(other, ANONYMOUS, "visitor-hash"))).answers == ()


async def test_a_call_without_a_key_with_a_strange_key_or_with_a_bad_token_is_refused(db: str) -> None:
    app = await make_product()
    with pytest.raises(Invalid) as missing:
        await identify_caller(write_key=" ", token="", visitor="v")
    with pytest.raises(NotSignedIn):
        await identify_caller(write_key="wk_nobody", token="", visitor="v")
    with pytest.raises(Invalid) as expired:
        await identify_caller(write_key=app.write_key, token=sign(app, lasts=-300), visitor="v")
    with pytest.raises(Invalid):
        await identify_caller(
            write_key=app.write_key, token=sign(app, key="another-secret-of-32-bytes-length!"), visitor="v"
        )

    assert list(missing.value.fields) == ["write_key"]
    assert "expired" in expired.value.fields["token"]


async def test_a_message_finds_the_public_answer_it_leads_to_and_no_other(db: str) -> None:
    _, post_id = await make_solved_topic()
    answer_id = await collect(post_id)
    found = await find_answer_at(f"/posts/{post_id}", base_url="https://help.example")
    await execute("update answer set visibility = 'members'")

    assert found is not None
    assert found.id == answer_id
    for path in (f"/posts/{post_id}", "/ask?page_url=x", "https://elsewhere.example/posts/1", "/kb/999999999", None):
        assert await find_answer_at(path, base_url="https://help.example") is None
