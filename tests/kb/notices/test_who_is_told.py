"""Who is told of what, and who is not."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from kb.clusters.duplicates.confirming import confirm_duplicate
from kb.clusters.duplicates.contesting import contest_duplicate
from kb.clusters.duplicates.marking import NewMark, mark_duplicate
from kb.clusters.duplicates.sides import Side
from kb.clusters.duplicates.undoing import undo_duplicate
from kb.core.clock import clock_held_at, now
from kb.core.database import execute
from kb.core.policy import Role
from kb.forum.accepting import accept_post, unaccept_post
from kb.forum.editing import edit_post
from kb.forum.hiding import hide_post, hide_topic
from kb.forum.me_too import say_me_too
from kb.notices.preferring import set_preferences
from kb.notices.queries import count_unseen
from kb.notices.sweeping import sweep_untold
from kb.notices.telling import tell_of_post
from kb.notices.watching import get_topic_watch, watch_space, watch_topic
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.notices_factories import forget_outbox, notices_of, told
from tests.support.tickets_factories import make_ticket

pytestmark = pytest.mark.usefixtures("db")
Deliver = Callable[[], Awaitable[int]]


async def test_the_asker_repliers_and_those_who_have_it_too_hear_of_a_reply(deliver_all: Deliver) -> None:
    asker, replier, sufferer, stranger = [await make_person() for _ in range(4)]
    topic = await make_topic(asker, title="Export stops at 100 rows")
    await make_reply(topic, replier)
    await say_me_too(sufferer, topic.id)
    await deliver_all()
    last = await make_reply(topic, body="Raise the limit to **500**.")
    await deliver_all()

    for person, times in ((asker, 2), (replier, 1), (sufferer, 1), (stranger, 0)):
        assert await told(person) == [("reply", "Export stops at 100 rows")] * times
    assert (await notices_of(sufferer))[0].path == f"/posts/{last}"
    assert (await notices_of(sufferer))[0].excerpt == "Raise the limit to 500."


async def test_nobody_is_told_of_their_own_deed(deliver_all: Deliver) -> None:
    asker = await make_person()
    topic = await make_topic(asker, body=f"Help me, @{asker.username}")
    reply = await make_reply(topic, asker)
    await accept_post(asker, reply)
    await deliver_all()

    assert await told(asker) == []


async def test_whoever_is_called_by_name_is_told_once_of_the_post(deliver_all: Deliver) -> None:
    asker, called = await make_person(), await make_person()
    topic = await make_topic(asker)
    await make_reply(topic, called)
    await make_reply(topic, body=f"@{called.username} @{called.username.upper()} what do you think?")
    await deliver_all()

    assert [kind for kind, _ in await told(called)] == ["mention"]


async def test_an_edit_calls_those_it_names_and_tells_nobody_again(deliver_all: Deliver) -> None:
    asker, late, agent = await make_person(), await make_person(), await make_person(Role.AGENT)
    topic = await make_topic(asker)
    post = await make_reply(topic, agent, body="Raise the limit.")
    await deliver_all()
    await edit_post(agent, post, f"Raise the limit, @{late.username} and @{asker.username}.")
    await deliver_all()

    assert [kind for kind, _ in await told(late)] == ["mention"]
    assert [kind for kind, _ in await told(asker)] == ["reply"]


async def test_the_most_particular_choice_holds(deliver_all: Deliver) -> None:
    asker, fan, deaf, one_only = [await make_person() for _ in range(4)]
    await make_space("help")
    await watch_space(fan, "help", "watching")
    await watch_space(deaf, "help", "muted")
    await watch_space(one_only, "help", "watching")
    topic = await make_topic(asker, body=f"@{deaf.username}, can you help?")
    await watch_topic(one_only, topic.number, "muted")
    await watch_topic(asker, topic.number, "normal")
    await make_reply(topic)
    await deliver_all()

    assert [kind for kind, _ in await told(fan)] == ["topic", "reply"]
    assert await told(deaf) == [], "muted is muted, for calls too"
    assert await told(one_only) == []
    assert await told(asker) == [], "they chose to hear of calls alone"
    assert (await get_topic_watch(asker, topic.number)).level == "normal"
    assert (await get_topic_watch(fan, topic.number)).level == "watching"


async def test_followers_of_a_duplicate_hear_of_replies_to_its_original(deliver_all: Deliver) -> None:
    agent, first, second = await make_person(Role.AGENT), await make_person(), await make_person()
    original, alias = await make_topic(first), await make_topic(second, title="Stops after a hundred lines")
    made = await mark_duplicate(agent, NewMark(Side("topic", alias.id), Side("topic", original.id)), enough=0)
    await confirm_duplicate(agent, made)
    await make_reply(original)
    await deliver_all()

    assert [kind for kind, _ in await told(second)] == ["duplicate", "duplicate", "reply"]
    assert [kind for kind, _ in await told(first)] == ["reply"]


async def test_an_accepted_answer_is_told_once_a_topic_to_its_writer_and_watchers(deliver_all: Deliver) -> None:
    asker, writer, watcher = [await make_person() for _ in range(3)]
    topic = await make_topic(asker)
    await watch_topic(watcher, topic.number, "watching")
    reply = await make_reply(topic, writer)
    await watch_topic(writer, topic.number, "normal")
    await accept_post(asker, reply)
    await deliver_all()
    await unaccept_post(asker, reply)
    await accept_post(asker, reply)
    await deliver_all()

    assert [kind for kind, _ in await told(writer)] == ["accepted"]
    assert sorted(kind for kind, _ in await told(watcher)) == ["accepted", "reply"]
    assert [kind for kind, _ in await told(asker)] == ["reply"]


async def test_the_asker_hears_of_a_mark_and_may_object_and_staff_hear_of_the_objection(deliver_all: Deliver) -> None:
    marker, first, second, moderator = (
        await make_person(),
        await make_person(),
        await make_person(),
        await make_person(Role.MODERATOR),
    )
    original, alias = await make_topic(first, title="The first"), await make_topic(second, title="The second")
    made = await mark_duplicate(marker, NewMark(Side("topic", alias.id), Side("topic", original.id)), enough=0)
    await deliver_all()
    [notice] = await notices_of(second)
    assert (notice.happened, notice.title, notice.original_title) == ("marked", "The second", "The first")
    assert notice.may_contest
    await contest_duplicate(second, made, reason="Another export")
    await deliver_all()
    assert [one.kind for one in await notices_of(moderator)] == ["contest"]
    assert [one.kind for one in await notices_of(marker)] == ["contest"]
    assert not (await notices_of(second))[0].may_contest
    await undo_duplicate(moderator, made)
    await deliver_all()
    assert (await notices_of(second))[0].happened == "undone"
    assert await told(first) == []


async def test_a_ticket_that_was_asked_before_is_told_to_its_requester_alone(deliver_all: Deliver) -> None:
    agent, requester, other = await make_person(Role.AGENT), await make_person(), await make_person()
    topic, ticket = await make_topic(other), await make_ticket(requester, subject="A secret matter")
    made = await mark_duplicate(agent, NewMark(Side("ticket", ticket.id), Side("topic", topic.id)), enough=0)
    await confirm_duplicate(agent, made)
    await deliver_all()

    assert {one.title for one in await notices_of(requester)} == {"A secret matter"}
    assert await told(other) == []


@pytest.mark.parametrize("visibility", ["members", "staff"])
async def test_only_those_who_may_read_it_are_told(deliver_all: Deliver, visibility: str) -> None:
    member, agent = await make_person(), await make_person(Role.AGENT)
    await make_space("inner", visibility=visibility)
    await make_topic(agent, body=f"@{member.username} and others", space="inner")
    await deliver_all()

    assert len(await told(member)) == (1 if visibility == "members" else 0)


async def test_what_is_hidden_since_is_nowhere(deliver_all: Deliver) -> None:
    asker, moderator = await make_person(), await make_person(Role.MODERATOR)
    topic = await make_topic(asker)
    reply = await make_reply(topic)
    await deliver_all()
    assert await count_unseen(asker) == 1
    await hide_post(moderator, reply)
    assert (await told(asker), await count_unseen(asker)) == ([], 0)

    await make_reply(topic)
    await deliver_all()
    assert await count_unseen(asker) == 1
    await hide_topic(moderator, topic.id)
    assert (await told(asker), await count_unseen(asker)) == ([], 0)


async def test_what_is_hidden_before_its_message_arrives_is_told_to_nobody(deliver_all: Deliver) -> None:
    asker, moderator = await make_person(), await make_person(Role.MODERATOR)
    topic = await make_topic(asker)
    await watch_topic(moderator, topic.number, "watching")
    await hide_post(moderator, await make_reply(topic))
    await deliver_all()

    assert (await told(asker), await told(moderator)) == ([], [])


async def test_somebody_suspended_is_told_nothing(deliver_all: Deliver) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    await execute("update person set suspended_at = now() where id = $1", asker.person_id)
    await make_reply(topic)
    await deliver_all()

    assert await told(asker) == []


async def test_a_kind_chosen_never_in_the_product_is_not_shown_there(deliver_all: Deliver) -> None:
    asker = await make_person()
    await set_preferences(asker, {("reply", "in_app"): "never"})
    await make_reply(await make_topic(asker))
    await deliver_all()

    assert (await told(asker), await count_unseen(asker)) == ([], 0)


async def test_what_outreach_has_said_is_not_said_again(deliver_all: Deliver) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    post = await make_reply(topic)
    await execute(
        "insert into claim (id, person_id, problem, episode, created_at) values (gen_random_uuid(), $1, 'x', $2, now())",
        asker.person_id,
        f"post:{post}",
    )
    await deliver_all()

    assert await told(asker) == []


async def test_the_sweep_tells_of_what_a_lost_message_left_untold(deliver_all: Deliver) -> None:
    asker, writer = await make_person(), await make_person()
    topic = await make_topic(asker)
    await accept_post(asker, await make_reply(topic, writer))
    await forget_outbox()
    assert await sweep_untold() == 0, "it is still in the hands of its own message"

    with clock_held_at(now() + timedelta(minutes=2)):
        assert await sweep_untold() == 3
        assert await sweep_untold() == 0

    assert [kind for kind, _ in await told(asker)] == ["reply"]
    assert [kind for kind, _ in await told(writer)] == ["accepted"]


async def test_what_comes_with_an_import_is_no_news(deliver_all: Deliver) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    post = await make_reply(topic)
    await execute("update post set source = 'elsewhere', source_id = '1' where id = $1", post)
    await deliver_all()
    with clock_held_at(now() + timedelta(minutes=2)):
        await sweep_untold()

    assert await told(asker) == []


async def test_telling_twice_tells_once(deliver_all: Deliver) -> None:
    asker = await make_person()
    post = await make_reply(await make_topic(asker))
    assert await tell_of_post(post) == 1
    assert await tell_of_post(post) == 0
    await deliver_all()

    assert len(await told(asker)) == 1
