"""An answer is read by whoever may read its source at this moment; no job needs to run in between."""

import pytest

from kb.answers.access import access_answer
from kb.answers.collecting import collect_answer_of_post
from kb.answers.ranking import list_answers, list_best_answers
from kb.answers.reusing import record_shown
from kb.answers.texts import get_answer_text
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import NotFound
from kb.core.policy import Role
from kb.help.reading import find_answer_at, read_bodies
from tests.support.answers_factories import make_cluster, make_solved_topic
from tests.support.factories import make_person

NARROWINGS = {
    "space": "update space set visibility = 'staff'",
    "topic": "update topic set hidden_at = now()",
    "post": "update post set hidden_at = now() where position = 2",
}


@pytest.mark.parametrize("narrowed", NARROWINGS)
async def test_a_right_that_is_gone_takes_the_answer_with_it_at_the_very_next_read(db: str, narrowed: str) -> None:
    cluster_id = await make_cluster()
    _, post_id = await make_solved_topic(cluster_id=cluster_id)
    await collect_answer_of_post(post_id)
    answer_id = await fetch_value("select id from answer where source_id = $1", post_id)
    member = await make_person()

    async def is_read(reader: Actor) -> set[bool]:
        return {
            bool(await list_answers(reader, [answer_id])),
            bool(await list_best_answers(reader, [cluster_id])),
            bool(await record_shown(reader, [answer_id], "widget", visitor="v")),
        }

    assert await is_read(ANONYMOUS) == {True}
    assert await find_answer_at(f"/posts/{post_id}", base_url="https://help.example")

    await execute(NARROWINGS[narrowed])

    assert await is_read(ANONYMOUS) == {False}
    assert await is_read(member) == {False}
    assert await read_bodies([answer_id], base_url="https://help.example") == {}
    assert await find_answer_at(f"/posts/{post_id}", base_url="https://help.example") is None
    for reader in (ANONYMOUS, member):
        with pytest.raises(NotFound):
            await get_answer_text(reader, answer_id)
        with pytest.raises(NotFound):
            await access_answer(reader, answer_id)
    if narrowed == "space":
        assert await is_read(await make_person(Role.AGENT)) == {True}
