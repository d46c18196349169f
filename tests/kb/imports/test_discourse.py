"""A Discourse forum comes in whole, once, from whatever its documents lie in; what cannot be taken is named by its place."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kb.core.actor import ANONYMOUS, SYSTEM
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Invalid
from kb.forum.spaces import list_spaces
from kb.imports import running
from kb.imports.discourse import DiscourseCounts, import_discourse
from tests.support.shared_data import shared_data

AT = "2024-05-01T10:00:00.000Z"


def post(number: int, *, topic: int = 57, **more: Any) -> dict[str, Any]:
    """A post as the API tells it."""
    said = {
        "id": topic * 100 + number, "topic_id": topic, "post_number": number, "post_type": 1, "user_id": 7, "username": "Ines_D",
        "name": "Ines Duarte", "cooked": f"<p>Words of post {number}</p>", "created_at": f"2024-05-01T10:{number:02}:00.000Z",
        "actions_summary": [{"id": 2, "count": number}],
    }  # fmt: skip
    return said | more


def topic(number: int, *posts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A topic document."""
    stream = {"posts": list(posts), "stream": [one["id"] for one in posts]}
    said = {
        "id": number,
        "title": "Export stops at 100 rows",
        "slug": "export-stops",
        "category_id": 5,
        "created_at": AT,
    }
    return {**said, "archetype": "regular", "post_stream": stream, **more}


CATEGORIES = {
    "category_list": {
        "categories": [
            {"id": 4, "name": "Help", "slug": "help", "description_text": "Ask here.", "subcategory_list": [
                {"id": 5, "name": "Exports", "slug": "exports", "subcategory_list": [{"id": 6, "name": "CSV", "slug": "csv"}]},
            ]},
            {"id": 9, "name": "Team", "slug": "team", "read_restricted": True},
            {"name": "no id"},
        ]
    }
}  # fmt: skip


def forum(folder: Path, *documents: Any) -> Path:
    """A folder with one document a file."""
    folder.mkdir(exist_ok=True)
    for number, document in enumerate(documents, 1):
        text = document if isinstance(document, str) else json.dumps(document)
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    return folder


async def bring_in(path: Path) -> DiscourseCounts:
    """Under the name `old`."""
    return await import_discourse(SYSTEM, path, source="old", site="https://forum.example.com")


async def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows an import writes."""
    tables = ("person", "space", "topic", "post", "topic_tag", "tag", "former_address")
    return {
        table: sorted((dict(row) for row in await fetch_all(f"select * from {table}")), key=str) for table in tables
    }


async def test_topics_posts_people_and_spaces_stand_as_they_stood(db: str, tmp_path: Path) -> None:
    first = post(1, cooked="<p>How?</p>")
    answer = post(2, user_id=8, username="tove", name="Tove", accepted_answer=True, reply_to_post_number=1)
    people = {"users": [{"id": 8, "username": "tove", "name": "Tove L", "email": "Tove@example.com"}]}
    counts = await bring_in(
        forum(tmp_path / "f", CATEGORIES, people, topic(57, first, answer, tags=["CSV", {"name": "api"}], closed=True))
    )

    assert (counts.topics.imported, counts.posts.imported, counts.accepted, counts.spaces.imported) == (1, 1, 1, 4)
    spaces = {space.slug: space for space in await list_spaces(ANONYMOUS)}
    assert set(spaces) == {"help", "exports", "csv"}
    assert spaces["exports"].parent_id == spaces["csv"].parent_id == spaces["help"].id
    assert (spaces["exports"].topic_count, spaces["exports"].solved_count) == (1, 1)
    (row,) = await fetch_all("select * from topic")
    assert (row["title"], row["vote_count"], row["post_count"], row["closed_as"]) == (
        "Export stops at 100 rows", 1, 2, "locked",
    )  # fmt: skip
    rows = await fetch_all(
        "select p.position, p.body_source, p.vote_count, p.accepted_at is not null as accepted, p.reply_to_id is not null as"
        " replies, p.created_at, a.name, a.username from post p join person a on a.id = p.author_id order by position"
    )
    assert [(r["position"], r["vote_count"], r["accepted"], r["replies"], r["name"]) for r in rows] == [
        (1, 1, False, False, "Ines Duarte"),
        (2, 2, True, True, "Tove L"),
    ]
    assert rows[0]["created_at"].isoformat() == "2024-05-01T10:01:00+00:00"
    assert rows[0]["username"] == "Ines_D"
    assert await fetch_value("select array_agg(slug order by slug) from tag") == ["api", "csv"]


async def test_importing_again_changes_no_row(db: str, tmp_path: Path) -> None:
    path = forum(tmp_path / "f", CATEGORIES, topic(57, post(1), post(2, accepted_answer=True), tags=["a"]))
    await bring_in(path)
    before = await everything()

    again = await bring_in(path)

    assert (again.topics.imported, again.posts.imported, again.people.imported, again.accepted) == (0, 0, 0, 0)
    assert await everything() == before


async def test_an_interrupted_import_ends_like_one_that_was_not(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = [topic(n, post(1, topic=n), post(2, topic=n, reply_to_post_number=1)) for n in range(1, 8)]
    path = forum(tmp_path / "f", CATEGORIES, *topics)
    monkeypatch.setattr(running, "BATCH", 3)
    for stop_after in (4, 13, 17, 22, 29):
        seen = 0

        def pull_the_plug(more: int, stop: int = stop_after) -> None:
            nonlocal seen
            seen += more
            if seen >= stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await import_discourse(SYSTEM, path, source="old", on_progress=pull_the_plug)
    await bring_in(path)

    assert await fetch_value("select count(*) from topic") == 7
    assert await fetch_value("select count(*) from post") == 14
    assert await fetch_value("select count(*) from post where reply_to_id is not null") == 7
    assert await fetch_value("select topic_count from space where slug = 'exports'") == 7


async def test_what_is_no_post_for_everybody_is_passed_over_and_counted(db: str, tmp_path: Path) -> None:
    document = topic(
        57,
        post(1),
        post(2, post_type=3, action_code="closed.enabled"),
        post(3, post_type=4),
        post(4, post_type=2, cooked="<p>This topic is now pinned.</p>"),
        post(5, post_type=2, cooked="<p>A moderator says this.</p>"),
        post(6, deleted_at=AT),
        post(7, hidden=True),
    )
    mail = topic(58, post(1, topic=58), archetype="private_message")
    counts = await bring_in(
        forum(tmp_path / "f", document, mail, topic(59, post(1, topic=59), deleted_at=AT), {"ok": 1})
    )

    assert (counts.topics.imported, counts.posts.imported) == (1, 1)
    assert counts.passed_over == {
        "small actions": 1, "whispers": 1, "moderators' notices": 1, "deleted posts": 1, "hidden posts": 1,
        "private messages": 1, "deleted topics": 1, "documents of other kinds": 1,
    }  # fmt: skip


async def test_bad_rows_are_named_by_their_place_and_cost_no_other(db: str, tmp_path: Path) -> None:
    good = topic(57, post(1), post(2, cooked=None, raw=[]), post(3, created_at="soon", raw="Fine."), {"id": "x"})
    lines = [json.dumps(good), "{broken", json.dumps(post(2, topic=99)), "17", json.dumps(post(1, topic=60))]
    path = tmp_path / "forum.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")

    counts = await bring_in(path)

    assert (counts.topics.imported, counts.posts.imported) == (1, 1)
    [(_, broken)] = counts.documents.rejections
    assert broken.startswith("forum.jsonl line 2: not JSON")
    reasons = [reason for _, reason in counts.posts.rejections]
    assert "forum.jsonl line 1, post 5702: neither raw nor cooked" in reasons
    assert "forum.jsonl line 3, post 9902: its topic 99 is not here" in reasons
    assert any("no id" in reason for reason in reasons)
    assert [reason for _, reason in counts.topics.rejections] == [
        "forum.jsonl line 5, post 6001: its topic 60 has no title in any document"
    ]
    assert await fetch_value("select count(*) from import_rejection") == 5


async def test_a_post_that_came_without_its_topic_is_called_after_its_address(db: str, tmp_path: Path) -> None:
    await bring_in(forum(tmp_path / "f", post(1, topic=8, topic_slug="welcome-to-the-forum")))
    assert await fetch_value("select title from topic") == "Welcome to the forum"


async def test_a_long_topic_comes_in_from_its_pages_and_gaps_are_told(db: str, tmp_path: Path) -> None:
    document = topic(57, post(1), post(2))
    document["post_stream"]["stream"] += [5703, 5704]
    page = {"id": 57, "post_stream": {"posts": [post(3)]}}
    archive = tmp_path / "forum.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("t/57.json", json.dumps(document))
        zipped.writestr("t/57/posts.json", json.dumps(page))

    counts = await bring_in(archive)

    assert counts.posts.imported == 2
    assert [reason for _, reason in counts.missing.rejections] == ["post 5704 of topic 57 is in no document"]


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ({"raw": 'Hi\n[quote="tove, post:2, topic:9"]\nTry *this*.\n[/quote]\nThanks'}, "> tove:\n>\n> Try *this*."),
        ({"raw": "a [spoiler]b[/spoiler]"}, "a ||b||"),
        ({"raw": "[details=\"Log\"]\nlong\n[/details]"}, ":::spoiler Log\nlong\n:::"),
        ({"raw": "![cat|690x400](upload://abc.png)", "cooked": '<p><img src="/uploads/cat.png" alt="cat"></p>'},
         "[cat](https://forum.example.com/uploads/cat.png)"),
        ({"cooked": '<p>Hi <a class="mention" href="/u/tove">@tove</a> <img class="emoji" title=":tada:" src="/x.png"></p>'},
         "Hi @tove :tada:"),
        ({"cooked": '<aside class="quote" data-username="tove"><div class="title"><img class="avatar" src="/a.png"> tove:</div>'
                    "<blockquote><p>Try this.</p></blockquote></aside><p>Yes</p>"}, "> tove:\n>\n> Try this."),
        ({"cooked": '<aside class="onebox" data-onebox-src="https://example.com/a"><h3>Big card</h3></aside>'},
         "https://example.com/a"),
        ({"cooked": "<pre><code class='lang-python'>print(1)</code></pre>"}, "```python\nprint(1)\n```"),
        ({"raw": "Choose\n[poll type=regular]\n* A\n[/poll]", "polls": [{"options": [{"html": "A", "votes": 3}]}]}, "- A (3)"),
    ],
    ids=["quote", "spoiler", "details", "upload", "mention", "cooked quote", "onebox", "code", "poll"],
)  # fmt: skip
async def test_what_discourse_writes_becomes_our_markdown(
    db: str, tmp_path: Path, said: dict[str, Any], becomes: str
) -> None:
    await bring_in(forum(tmp_path / "f", topic(57, post(1, **said))))
    source = await fetch_value("select body_source from post")
    assert becomes in source
    assert "Big card" not in source
    assert "[poll" not in source


async def test_a_restricted_category_never_lands_where_others_read(db: str, tmp_path: Path) -> None:
    public = {"categories": [{"id": 1, "name": "Team", "slug": "team"}]}
    await import_discourse(SYSTEM, forum(tmp_path / "a", public), source="a")
    hidden = topic(57, post(1), category_id=9, title="Salaries of next year")

    await bring_in(forum(tmp_path / "b", CATEGORIES, hidden))

    assert await fetch_value("select s.visibility from topic t join space s on s.id = t.space_id") == "staff"
    assert [space.slug for space in await list_spaces(ANONYMOUS)].count("team") == 1


async def test_nobody_is_told(db: str, tmp_path: Path) -> None:
    await bring_in(forum(tmp_path / "f", topic(57, post(1), post(2, raw="@Ines_D look"))))
    kinds = {row["name"] for row in await fetch_all("select name from outbox_message")}
    assert kinds == {"ImportsWait"}


async def test_every_kind_of_answer_of_the_api_is_taken_or_passed_over(db: str) -> None:
    counts = await bring_in(shared_data("discourse/api_fixtures"))

    assert counts.topics.imported >= 1
    assert counts.posts.imported >= 2
    assert counts.documents.rejected == 0
    assert await fetch_value("select title from topic where source_id = '57'") is not None


@pytest.mark.parametrize("name", ["nothing.zip", "empty", "broken.zip"])
async def test_what_holds_no_documents_is_refused(db: str, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK nothing")
    with pytest.raises(Invalid):
        await bring_in(tmp_path / name)
