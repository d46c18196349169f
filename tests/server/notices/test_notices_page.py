"""The page of notices, the bell, watch menus and preferences, as a person and as a program."""

from collections.abc import Awaitable, Callable

from kb.clusters.duplicates.marking import NewMark, mark_duplicate
from kb.clusters.duplicates.sides import Side
from kb.core.database import fetch_value
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.forum.hiding import hide_topic
from kb.notices.queries import count_unseen
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.notices_factories import notices_of
from tests.support.people_factories import make_key

Deliver = Callable[[], Awaitable[int]]


async def test_the_page_shows_what_was_told_and_marks_it_read(client: Client, deliver_all: Deliver) -> None:
    ines, tove = await make_person(), await make_person(Role.AGENT, name="Tove <Lund>")
    topic = await make_topic(ines, title="Export <stops>")
    for _ in range(3):
        await make_reply(topic, tove)
    other = await make_topic(ines, title="Another matter of mine")
    await make_reply(other, tove, body="Have you tried **this**?")
    await deliver_all()
    await client.sign_in(ines)

    page = (await client.get("/notices")).text

    assert "Tove &lt;Lund&gt; replied in" in page
    assert "3 replies in" in page, "replies to one topic are one line"
    assert page.count("data-row") == 2
    assert "Export &lt;stops&gt;" in page
    assert "Have you tried this?" in page
    assert (await client.post_form("/notices/seen")).headers["location"] == "/notices"
    assert await count_unseen(ines) == 0
    assert "All read" in (await client.get("/notices?only=unseen")).text


async def test_opening_a_notice_or_its_topic_sees_all_of_the_topic(client: Client, deliver_all: Deliver) -> None:
    ines = await make_person()
    first, second = await make_topic(ines), await make_topic(ines)
    for topic in (first, second):
        await make_reply(topic)
        await make_reply(topic)
    await deliver_all()
    await client.sign_in(ines)
    newest = (await notices_of(ines))[0]

    answer = await client.get(f"/notices/{newest.id}/open")
    assert (answer.status_code, answer.headers["location"]) == (303, newest.path)
    assert await count_unseen(ines) == 2
    assert f'hx-get="/t/{first.number}/watch"' in (await client.get(first.path)).text
    await client.get(f"/t/{first.number}/watch")
    assert await count_unseen(ines) == 0


async def test_another_persons_notice_and_one_that_was_hidden_are_nowhere(client: Client, deliver_all: Deliver) -> None:
    ines = await make_person()
    topic = await make_topic(ines, title="A matter of ours")
    await make_reply(topic)
    await deliver_all()
    [notice] = await notices_of(ines)
    await client.sign_in(await make_person())
    assert (await client.get(f"/notices/{notice.id}/open")).status_code == 404
    assert (await client.post_form(f"/notices/{notice.id}/seen")).status_code == 404

    await hide_topic(await make_person(Role.MODERATOR), topic.id)
    await client.sign_in(ines)
    assert (await client.get(f"/notices/{notice.id}/open")).status_code == 404
    assert "A matter of ours" not in (await client.get("/notices")).text


async def test_the_asker_objects_to_a_duplicate_where_they_are_told_of_it(client: Client, deliver_all: Deliver) -> None:
    ines, marker = await make_person(), await make_person()
    original, alias = await make_topic(title="The first"), await make_topic(ines, title="The second")
    await mark_duplicate(marker, NewMark(Side("topic", alias.id), Side("topic", original.id)), enough=0)
    await deliver_all()
    await client.sign_in(ines)
    [notice] = await notices_of(ines)
    assert "It is another problem" in (await client.get("/notices")).text

    sent = {"duplicate": str(notice.duplicate_id), "reason": "x" * 501}
    refused = await client.post_form(f"/notices/{notice.id}/objection", sent)
    assert refused.status_code == 422
    assert "x" * 501 in refused.text, "nothing typed is lost"

    answer = await client.post_form(f"/notices/{notice.id}/objection", {**sent, "reason": "Mine is about tickets"})
    assert answer.status_code == 303
    assert await fetch_value("select contest_reason from duplicate") == "Mine is about tickets"
    assert "It is another problem" not in (await client.get("/notices")).text


async def test_a_level_is_chosen_with_and_without_script(client: Client) -> None:
    ines = await make_person()
    topic = await make_topic()
    await client.sign_in(ines)

    page = (await client.get(f"/t/{topic.number}/watch")).text
    assert 'value="normal" checked' in page
    answer = await client.post_form(f"/t/{topic.number}/watch", {"level": "muted"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/t/{topic.number}")
    menu = await client.post_form(f"/t/{topic.number}/watch", {"level": "watching"}, hx_request="true")
    assert "<html" not in menu.text
    assert "Watching" in menu.text
    assert (await client.post_form("/s/help/watch", {"level": "tracking"})).status_code == 303
    assert (await client.post_form("/s/help/watch", {"level": "loudest"})).status_code == 422

    lines = (await client.get("/me/notices")).text
    assert "tracking" in lines
    assert "watching" in lines


async def test_what_may_not_be_read_cannot_be_watched(client: Client) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    await hide_topic(moderator, topic.id)
    await client.sign_in(await make_person())

    assert (await client.get(f"/t/{topic.number}/watch")).status_code == 404
    assert (await client.post_form(f"/t/{topic.number}/watch", {"level": "watching"})).status_code == 404


async def test_a_page_for_nobody_says_nothing_of_bells(client: Client) -> None:
    topic = await make_topic()

    page = (await client.get(topic.path)).text

    assert "data-bell" not in page
    assert "/watch" not in page
    assert (await client.get("/notices")).headers["location"].startswith("/sign-in")


async def test_preferences_are_a_table_of_kinds_and_channels(client: Client) -> None:
    ines = await make_person()
    await client.sign_in(ines)
    page = (await client.get("/me/notices")).text
    assert 'name="mention.email"' in page
    assert 'name="contest.email"' not in page, "only staff hear of objections"

    saved = await client.post_form("/me/notices", {"mention.email": "at_once", "digest.email": "weekly"})
    assert saved.status_code == 303
    refused = await client.post_form("/me/notices", {"mention.email": "hourly"})
    assert refused.status_code == 422

    key = {"authorization": f"Bearer {await make_key(ines, Permission.NOTICE_READ)}"}
    table = (await client.get("/api/v1/me/notices", headers=key)).json()["preferences"]
    assert {"kind": "mention", "channel": "email", "choice": "at_once"} in table
    assert {"kind": "digest", "channel": "email", "choice": "weekly"} in table
    line = {"kind": "reply", "channel": "email", "choice": "never"}
    assert (
        line
        in (await client.put("/api/v1/me/notices", headers=key, json={"preferences": [line]})).json()["preferences"]
    )
    bad = await client.put("/api/v1/me/notices", headers=key, json={"preferences": [{**line, "choice": "soonish"}]})
    assert bad.json()["error"]["fields"].keys() == {"reply.email"}


async def test_programs_read_notices_and_choose_levels(client: Client, deliver_all: Deliver) -> None:
    ines = await make_person()
    topic = await make_topic(ines, title="Export stops")
    await make_reply(topic, await make_person(Role.AGENT, name="Tove"))
    await make_reply(topic)
    await deliver_all()
    key = {"authorization": f"Bearer {await make_key(ines, Permission.NOTICE_READ)}"}

    first = (await client.get("/api/v1/notices?limit=1", headers=key)).json()
    assert first["unseen"] == 2
    rest = (await client.get("/api/v1/notices", params={"cursor": first["next"]}, headers=key)).json()
    assert [one["headline"] for one in rest["items"]] == ["Tove replied in Export stops"]
    assert rest["next"] is None
    assert (await client.post(f"/api/v1/notices/{rest['items'][0]['id']}/seen", headers=key)).status_code == 204
    assert (await client.get("/api/v1/notices?only=unseen", headers=key)).json()["unseen"] == 1
    await client.post("/api/v1/notices/seen", headers=key)
    assert (await client.get("/api/v1/notices?only=unseen", headers=key)).json()["items"] == []

    path = f"/api/v1/topics/{topic.number}/watch"
    assert (await client.get(path, headers=key)).json() == {"level": "watching", "chosen": None}
    assert (await client.put(path, headers=key, json={"level": "muted"})).json() == {
        "level": "muted",
        "chosen": "muted",
    }
    assert (await client.put("/api/v1/spaces/help/watch", headers=key, json={"level": "watching"})).status_code == 200
    assert (await client.put(path, headers=key, json={"level": "loud"})).status_code == 400
