"""Who is spoken to, about what, and why others are not."""

import asyncio
from datetime import timedelta

import pytest

from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.outreach.deciding import decide_on_signal
from kb.outreach.triggers import ensure_default_triggers, set_trigger_enabled
from tests.support.factories import make_person
from tests.support.outreach_factories import (
    email_of,
    forget_email,
    link_to_cluster,
    make_answer,
    make_episode,
    make_friction_point,
    make_signal,
    stored,
)


@pytest.fixture(autouse=True)
async def _triggers(db: str) -> None:
    await ensure_default_triggers()


async def test_a_rage_click_of_a_known_person_prepares_one_message_in_the_product() -> None:
    ines = await make_person()
    signal_id = await make_signal(ines)

    [decided] = await decide_on_signal(signal_id)

    assert decided.is_sent
    assert "5 seconds ago" in decided.reason
    [message] = await stored("message")
    assert (message["person_id"], message["channel"], message["state"]) == (ines.person_id, "in_app", "waiting")
    assert "Send invoice" in message["body_html"]
    assert message["link"] == "/ask?page_url=https%3A%2F%2Fapp.fernbook.example%2Finvoices%2F17"
    [claim] = await stored("claim")
    assert claim["problem"] == f"friction:{await fetch_value('select friction_point_id from signal')}"
    assert await fetch_value("select payload->>'message_id' from outbox_message") == str(message["id"])


async def test_three_failed_log_ins_prepare_a_mail_with_the_way_back_to_the_product() -> None:
    ines = await make_person(name="Ines *Duarte*")
    signal_id = await make_signal(
        ines, detector="failed_logins", page_url="https://app.fernbook.example/login?next=%2F"
    )

    [decided] = await decide_on_signal(signal_id)

    assert decided.is_sent
    [message] = await stored("message")
    assert (message["channel"], message["address"]) == ("email", await email_of(ines))
    assert message["link"] == "https://app.fernbook.example/login"
    assert message["subject"] == "Trouble signing in to Fernbook?"
    assert "Ines *Duarte*" in message["body_html"], "a name is text, not markup"


async def test_deciding_twice_about_one_signal_decides_once() -> None:
    signal_id = await make_signal(await make_person())

    [first] = await decide_on_signal(signal_id)
    [again] = await decide_on_signal(signal_id)

    assert again == first
    assert len(await stored("decision")) == len(await stored("message")) == 1


async def test_fifty_signals_of_one_problem_at_once_make_one_message() -> None:
    ines = await make_person()
    friction_id = await make_friction_point()
    episode_id = await make_episode(ines.person_id, friction_id)
    signals = [await make_signal(ines, friction_point_id=friction_id, episode_id=episode_id) for _ in range(50)]

    decided = await asyncio.gather(*(decide_on_signal(signal_id) for signal_id in signals))

    assert sum(one.is_sent for [one] in decided) == 1
    assert len(await stored("message")) == len(await stored("claim")) == 1
    decisions = await stored("decision")
    assert len(decisions) == 50
    assert sum("Already spoke to them about this problem" in row["reason"] for row in decisions) == 49


async def test_fifty_workers_with_the_same_signal_make_one_decision() -> None:
    signal_id = await make_signal(await make_person())

    decided = await asyncio.gather(*(decide_on_signal(signal_id) for _ in range(50)))

    assert all(one.is_sent for [one] in decided)
    assert len(await stored("message")) == len(await stored("decision")) == 1


async def test_the_second_message_about_the_same_problem_is_refused_with_its_reason() -> None:
    ines = await make_person()
    friction_id = await make_friction_point()
    episode_id = await make_episode(ines.person_id, friction_id)
    await decide_on_signal(await make_signal(ines, friction_point_id=friction_id, episode_id=episode_id))

    [decided] = await decide_on_signal(await make_signal(ines, friction_point_id=friction_id, episode_id=episode_id))

    assert decided.outcome == "refuse"
    assert decided.reason.startswith(f"Already spoke to them about this problem on {now():%-d %B %Y}")
    assert [row["outcome"] for row in await stored("decision")] == ["send", "refuse"]
    assert len(await stored("message")) == 1


async def test_a_problem_that_gets_its_cluster_between_two_signals_is_still_the_same_problem() -> None:
    ines = await make_person()
    friction_id = await make_friction_point()
    episode_id = await make_episode(ines.person_id, friction_id)
    await decide_on_signal(await make_signal(ines, friction_point_id=friction_id, episode_id=episode_id))
    await link_to_cluster(friction_id)

    [decided] = await decide_on_signal(await make_signal(ines, friction_point_id=friction_id, episode_id=episode_id))

    assert decided.outcome == "refuse"
    assert len(await stored("message")) == 1


async def test_two_triggers_on_one_signal_speak_once() -> None:
    await execute(
        "insert into trigger (id, key, name, detector, channels, template, created_at)"
        " values ($1, 'second', 'Second', 'rage_click', array['email'], 'stuck', $2)",
        new_id(),
        now(),
    )

    decided = await decide_on_signal(await make_signal(await make_person()))

    assert [one.outcome for one in decided] == ["send", "refuse"]
    assert len(await stored("message")) == 1


async def test_another_person_and_a_new_episode_are_spoken_to() -> None:
    ines, bo = await make_person(), await make_person()
    friction_id = await make_friction_point()
    for person in (ines, bo, ines):
        [decided] = await decide_on_signal(await make_signal(person, friction_point_id=friction_id))
        assert decided.is_sent

    assert [row["person_id"] for row in await stored("claim")] == [ines.person_id, bo.person_id, ines.person_id]


async def test_an_identity_nobody_vouched_for_causes_no_message() -> None:
    [decided] = await decide_on_signal(await make_signal(await make_person(), verified=False))

    assert decided.outcome == "refuse"
    [decision] = await stored("decision")
    assert "unsigned identity" in decision["reason"]
    assert await stored("message") == await stored("claim") == []


async def test_an_unknown_visitor_causes_no_message_and_leaves_the_reason() -> None:
    [decided] = await decide_on_signal(await make_signal(None))

    assert decided.reason == "Nobody knows yet who this visitor is."
    [decision] = await stored("decision")
    assert decision["person_id"] is None


@pytest.mark.parametrize(
    ("detector", "age", "spoken"),
    [
        ("rage_click", timedelta(minutes=9, seconds=50), True),
        ("rage_click", timedelta(minutes=10, seconds=10), False),
        ("failed_logins", timedelta(minutes=59), True),
        ("failed_logins", timedelta(minutes=61), False),
    ],
)
async def test_late_signals_never_cause_a_message(detector: str, age: timedelta, spoken: bool) -> None:
    [decided] = await decide_on_signal(await make_signal(await make_person(), detector=detector, age=age))

    assert decided.is_sent == spoken
    assert spoken or decided.reason.startswith("Too late: the signal is")
    assert len(await stored("message")) == int(spoken)


async def test_a_trigger_that_is_switched_off_stays_silent_and_says_so() -> None:
    await set_trigger_enabled(await make_person(Role.PRODUCT_MANAGER), "rage-click-in-app", False)

    [decided] = await decide_on_signal(await make_signal(await make_person()))

    assert decided.reason == "The trigger is switched off."


async def test_a_mail_needs_an_address_and_help_in_the_product_does_not() -> None:
    ines = await make_person()
    await forget_email(ines)

    [mail] = await decide_on_signal(await make_signal(ines, detector="failed_logins"))
    [in_app] = await decide_on_signal(await make_signal(ines))

    assert mail.reason == "The person has no e-mail address."
    assert in_app.is_sent


async def test_a_suspended_person_is_not_spoken_to() -> None:
    ines = await make_person()
    await execute("update person set suspended_at = $2 where id = $1", ines.person_id, now())

    [decided] = await decide_on_signal(await make_signal(ines))

    assert decided.reason == "The person is suspended."


async def test_the_best_answer_of_the_cluster_is_offered_with_the_reason() -> None:
    friction_id = await make_friction_point()
    cluster_id = await link_to_cluster(friction_id)
    post_id = await make_answer(cluster_id, await make_person(), title="Save the customer's address first")

    await decide_on_signal(await make_signal(await make_person(), friction_point_id=friction_id))

    [message] = await stored("message")
    assert "Save the customer's address first" in message["body_html"]
    assert "(accepted" in message["body_html"]
    assert message["link"] == f"/posts/{post_id}"
    [claim] = await stored("claim")
    assert claim["problem"] == f"cluster:{cluster_id}"


async def test_the_cluster_with_the_strongest_link_is_the_problem() -> None:
    friction_id = await make_friction_point()
    await link_to_cluster(friction_id, weight=0.4)
    strongest = await link_to_cluster(friction_id, weight=0.9)

    await decide_on_signal(await make_signal(await make_person(), friction_point_id=friction_id))

    [claim] = await stored("claim")
    assert claim["problem"] == f"cluster:{strongest}"


async def test_an_answer_the_person_may_not_read_is_never_offered() -> None:
    friction_id = await make_friction_point()
    cluster_id = await link_to_cluster(friction_id)
    await make_answer(
        cluster_id, await make_person(Role.AGENT), title="Internal: restart the queue", visibility="staff"
    )

    await decide_on_signal(await make_signal(await make_person(), friction_point_id=friction_id))

    [message] = await stored("message")
    assert "Internal" not in message["body_source"] + message["subject"]
    assert message["link"].startswith("/ask")


async def test_what_stands_in_the_page_cannot_put_a_link_into_the_message() -> None:
    text = "Win [money](https://evil.example) at https://evil.example/x <img src=x>"

    await decide_on_signal(await make_signal(await make_person(), text=text))

    [message] = await stored("message")
    assert "<a " not in message["body_html"]
    assert "<img" not in message["body_html"]
    assert "Win [money]" in message["body_html"]


async def test_a_signal_that_is_gone_is_said_to_be_gone() -> None:
    with pytest.raises(NotFound):
        await decide_on_signal(new_id())
