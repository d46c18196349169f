"""Who is told what: kinds, the eyes a webhook stands for, and nothing that was hidden meanwhile."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kb.core.actor import SYSTEM
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.forum.accepting import accept_post, unaccept_post
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.hiding import hide_post, hide_topic, restore_topic
from kb.forum.moving import move_topic
from kb.forum.unlisting import unlist_topic
from kb.hooks.planning import sweep_unplanned
from kb.hooks.rules import STAFF
from kb.moderation.flagging import flag_post
from kb.product.closing import close_issue
from kb.product.filing import file_issue
from kb.product.weighing import weigh_pain_points
from tests.support.answers_factories import make_published_article
from tests.support.factories import make_person
from tests.support.forum_factories import make_group_space, make_reply, make_space, make_topic
from tests.support.hooks_factories import make_webhook
from tests.support.moderation_factories import question_of
from tests.support.product_factories import hurt, make_cluster
from tests.support.tickets_factories import make_ticket
from tests.support.webhook_receiver import Receiver

Deliver = Callable[[], Awaitable[int]]
FORUM = ("topic.asked", "post.written", "answer.accepted", "topic.solved")


async def test_a_question_its_replies_and_their_acceptance_are_told_once_each(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url, *FORUM)
    topic = await make_topic(title="Exports stop at 100 rows", body="Since *today*.")
    reply = await make_reply(topic, body="Raise the limit.")
    await accept_post(await make_person(Role.MODERATOR), reply)
    await deliver()

    assert sorted(wiki.types) == ["answer.accepted", "post.written", "topic.asked", "topic.solved"]
    by_type = {told.type: told.data for told in wiki.told}
    asked = by_type["topic.asked"]
    assert (asked["topic"]["title"], asked["post"]["body"]) == ("Exports stop at 100 rows", "Since *today*.")
    assert asked["topic"]["url"].endswith(topic.path)
    assert by_type["topic.solved"]["post"]["id"] == str(reply)


async def test_only_the_kinds_that_were_chosen_are_told(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url, "post.written")
    await make_reply(await make_topic())
    await deliver()

    assert wiki.types == ["post.written"]


async def test_a_message_handled_twice_tells_once(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url)
    await make_topic()
    await deliver()
    await execute("update outbox_message set done_at = null")
    await execute("delete from outbox_delivery")
    await deliver()

    assert len(wiki.told) == 1


async def test_an_answer_accepted_again_is_told_again_under_another_id(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url, "answer.accepted")
    reply, moderator = await make_reply(await make_topic()), await make_person(Role.MODERATOR)
    for _ in range(2):
        await accept_post(moderator, reply)
        await deliver()
        await unaccept_post(moderator, reply)

    assert len({told.id for told in wiki.told}) == 2


@pytest.mark.parametrize("visibility", ["members", "staff"])
async def test_a_space_that_not_everybody_reads_is_told_to_webhooks_of_staff_alone(
    wiki: Receiver, deliver: Deliver, visibility: str
) -> None:
    await make_webhook(f"{wiki.url}/public", *FORUM)
    await make_webhook(f"{wiki.url}/staff", *FORUM, audience=STAFF)
    await make_space("corner", visibility=visibility)
    topic = await make_topic(space="corner")
    await accept_post(await make_person(Role.MODERATOR), await make_reply(topic))
    await deliver()

    assert {told.path for told in wiki.told} == {"/hooks/staff"}
    assert len(wiki.told) == 4


async def test_a_groups_own_space_is_told_to_no_webhook(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url, *FORUM, audience=STAFF)
    member = await make_person()
    group_id = await make_group_space(member)
    await ask_topic(replace(member, groups=(group_id,)), NewTopic("crew", "Only the crew reads of this", "Among us."))
    await deliver()

    assert wiki.told == []
    assert await fetch_value("select count(*) from webhook_delivery") == 0


async def test_what_was_hidden_before_it_could_be_told_is_withheld_and_leaves_no_words_behind(
    wiki: Receiver, deliver: Deliver, next_round: Deliver
) -> None:
    wiki.statuses = [503]
    await make_webhook(wiki.url, *FORUM)
    topic, other = await make_topic(title="A secret slipped in here"), await make_topic()
    reply = await make_reply(other, body="My password is plum-tree.")
    await deliver()
    told_before = len(wiki.told)
    await hide_topic(SYSTEM, topic.id)
    await hide_post(SYSTEM, reply)
    wiki.statuses = [204]
    for _ in range(4):
        await next_round()

    said = b" ".join(told.body for told in wiki.told[told_before:])
    assert b"secret" not in said
    assert b"plum-tree" not in said
    rows = await fetch_all("select kind, state, body is null as is_empty from webhook_delivery")
    assert {tuple(row) for row in rows} == {
        ("post.written", "withheld", True),
        ("topic.asked", "withheld", True),
        ("topic.asked", "sent", False),
    }


async def test_a_topic_moved_out_of_sight_is_withheld(wiki: Receiver, deliver: Deliver, next_round: Deliver) -> None:
    wiki.statuses = [503, 204]
    await make_webhook(wiki.url)
    topic = await make_topic()
    await deliver()
    await make_space("office", visibility="staff")
    await move_topic(SYSTEM, topic.id, "office")
    await next_round()

    assert len(wiki.told) == 1
    assert await fetch_value("select state from webhook_delivery") == "withheld"


async def test_an_unlisted_topic_is_not_told(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url)
    await unlist_topic(SYSTEM, (await make_topic()).id)
    await deliver()

    assert wiki.told == []


async def test_a_question_held_back_for_review_is_told_when_it_is_let_through(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url)
    topic = await make_topic()
    await hide_topic(SYSTEM, topic.id)
    await deliver()
    assert wiki.told == []
    await restore_topic(SYSTEM, topic.id)
    await deliver()

    assert wiki.types == ["topic.asked"]


async def test_the_text_is_told_as_it_reads_when_it_is_sent(
    wiki: Receiver, deliver: Deliver, next_round: Deliver
) -> None:
    wiki.statuses = [503, 204]
    await make_webhook(wiki.url)
    topic = await make_topic(body="My token is 12345.")
    await deliver()
    await execute("update post set body_source = 'My token is gone.' where topic_id = $1", topic.id)
    await next_round()

    assert wiki.told[1].data["post"]["body"] == "My token is gone."
    assert wiki.told[0].id == wiki.told[1].id


async def test_a_published_article_is_told_with_each_revision(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url, "article.published")
    await make_published_article("Raising the export limit")
    await deliver()

    assert wiki.types == ["article.published"]
    assert wiki.told[0].data["article"]["title"] == "Raising the export limit"


async def test_tickets_issues_and_flags_are_told_to_webhooks_of_staff(wiki: Receiver, deliver: Deliver) -> None:
    kinds = ("ticket.opened", "ticket.solved", "issue.filed", "issue.shipped", "flag.raised")
    await make_webhook(wiki.url, *kinds, audience=STAFF)
    await make_ticket(subject="Invoice sent twice")
    cluster = await make_cluster("Send button stuck")
    await hurt(cluster, await make_person())
    await weigh_pain_points()
    manager = await make_person(Role.PRODUCT_MANAGER)
    number = await file_issue(manager, cluster, tracker="board", base_url="http://test")
    await deliver()
    await close_issue(SYSTEM, number, reason="completed")
    flagger = await make_person(name="Nobody Should Know")
    await flag_post(flagger, await question_of(await make_topic()), "spam", note="Buys links")
    await deliver()

    assert sorted(wiki.types) == ["flag.raised", "issue.filed", "issue.shipped", "ticket.opened"]
    by_type = {told.type: told for told in wiki.told}
    assert by_type["ticket.opened"].data["ticket"]["subject"] == "Invoice sent twice"
    assert by_type["flag.raised"].data["flag"]["note"] == "Buys links"
    assert b"Nobody Should Know" not in by_type["flag.raised"].body


async def test_what_happened_before_the_webhook_was_made_is_not_told(wiki: Receiver, deliver: Deliver) -> None:
    await make_topic()
    await make_webhook(wiki.url)
    await deliver()

    assert wiki.told == []


async def test_the_sweep_finds_what_a_lost_message_left_untold(wiki: Receiver, deliver: Deliver) -> None:
    await make_webhook(wiki.url, *FORUM, "article.published", "ticket.opened", "flag.raised", audience=STAFF)
    topic = await make_topic()
    await accept_post(await make_person(Role.MODERATOR), await make_reply(topic))
    await make_published_article("Raising the export limit")
    await make_ticket()
    await flag_post(await make_person(), await question_of(topic), "spam")
    await execute("delete from outbox_message")
    with clock_held_at(now() + timedelta(minutes=5)):
        assert await sweep_unplanned() == 7
        assert await sweep_unplanned() == 0
        await deliver()

    assert len(wiki.told) == 7


async def test_the_sweep_tells_nothing_that_is_older_than_a_day(wiki: Receiver) -> None:
    await make_webhook(wiki.url)
    await make_topic()
    with clock_held_at(now() + timedelta(days=2)):
        assert await sweep_unplanned() == 0


async def test_the_sweep_reaches_what_is_new_however_much_was_told_today(wiki: Receiver, deliver: Deliver) -> None:
    """Also where another webhook was made too late to be told of most of it."""
    await make_webhook(wiki.url)
    for _ in range(3):
        await make_topic()
    await deliver()
    await make_webhook(wiki.url, name="A later one")
    last = await make_topic()
    await execute("delete from outbox_message")
    with clock_held_at(now() + timedelta(minutes=5)):
        assert await sweep_unplanned(at_once=2) == 2
    rows = await fetch_all("select subject_id from webhook_delivery where state = 'waiting'")
    assert {row["subject_id"] for row in rows} == {last.id}
