"""Whom somebody helped: as far as the reader may read it."""

from kb.core.actor import ANONYMOUS
from kb.forum.accepting import accept_post
from kb.forum.me_too import say_me_too
from kb.standing.helping import get_helped
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def test_figures_and_answers_leave_out_what_the_reader_may_not_read(db: str) -> None:
    ines, asker = await make_person(), await make_person()
    await make_space("inside", visibility="members")
    for space in ("help", "inside"):
        topic = await make_topic(asker, space=space, title=f"The export stops in {space}")
        await say_me_too(await make_person(), topic.id)
        await accept_post(asker, await make_reply(topic, ines))
    assert ines.person_id is not None
    strangers = await get_helped(ANONYMOUS, ines.person_id)
    members = await get_helped(asker, ines.person_id)
    assert (strangers.solved, strangers.people) == (1, 2)
    assert [one.title for one in strangers.best] == ["The export stops in help"]
    assert (members.solved, members.people) == (2, 4)


async def test_who_solved_only_their_own_helped_nobody(db: str) -> None:
    ines = await make_person()
    await accept_post(ines, await make_reply(await make_topic(ines), ines))
    assert ines.person_id is not None
    assert (await get_helped(ines, ines.person_id)).solved == 0
