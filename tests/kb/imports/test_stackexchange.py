"""Stack Exchange dumps come in whole, once, and refuse what is broken by line."""

from pathlib import Path

import pytest

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Invalid
from kb.imports import running
from kb.imports.stackexchange import import_stackexchange
from tests.support.shared_data import shared_data

POSTS = """<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="1" PostTypeId="1" AcceptedAnswerId="3" CreationDate="2024-01-02T03:04:05.678" Score="4" Body="&lt;p&gt;How do I &lt;b&gt;brew&lt;/b&gt;?&lt;/p&gt;" OwnerUserId="7" Title="How to brew?" Tags="&lt;cold-brew&gt;&lt;c++&gt;" ContentLicense="CC BY-SA 4.0" />
  <row Id="2" PostTypeId="1" CreationDate="2024-01-03T00:00:00" Score="0" Body="&lt;p&gt;No title&lt;/p&gt;" OwnerUserId="7" />
  <row Id="3" PostTypeId="2" ParentId="1" CreationDate="2024-01-02T05:00:00" Score="9" Body="&lt;p&gt;With water.&lt;/p&gt;" OwnerDisplayName="somebody old" />
  <row Id="4" PostTypeId="2" ParentId="99" CreationDate="2024-01-02T05:00:00" Score="1" Body="&lt;p&gt;To nothing.&lt;/p&gt;" OwnerUserId="8" />
  <row Id="5" PostTypeId="2" ParentId="1" CreationDate="yesterday" Score="1" Body="&lt;p&gt;When?&lt;/p&gt;" OwnerUserId="8" />
  <row Id="6" PostTypeId="5" CreationDate="2024-01-02T05:00:00" Score="1" Body="a tag wiki" />
</posts>
"""  # noqa: E501


def dump(folder: Path, posts: str = POSTS) -> Path:
    """A partial dump: posts alone."""
    folder.mkdir(exist_ok=True)
    (folder / "Posts.xml").write_text(posts, encoding="utf-8")
    return folder


async def test_a_partial_dump_comes_in_and_bad_rows_are_named_with_line_and_reason(db: str, tmp_path: Path) -> None:
    counts = await import_stackexchange(SYSTEM, dump(tmp_path / "brew.example"))

    assert (counts.questions.imported, counts.answers.imported, counts.accepted) == (1, 1, 1)
    assert counts.questions.rejections == [(4, "a question without a title")]
    assert dict(counts.answers.rejections) == {
        6: "its question 99 is not in this dump",
        7: "Invalid isoformat string: 'yesterday'",
    }
    assert await fetch_value("select count(*) from import_rejection") == 3


async def test_what_comes_in_reads_like_the_rest_of_the_forum(db: str, tmp_path: Path) -> None:
    await import_stackexchange(SYSTEM, dump(tmp_path / "brew.example"))

    (topic,) = await fetch_all("select title, post_count, vote_count, accepted_post_id, source from topic")
    posts = await fetch_all(
        "select p.position, p.body_html, p.licence, p.accepted_at is not null as accepted, a.name"
        " from post p join person a on a.id = p.author_id order by position"
    )
    assert (topic["title"], topic["post_count"], topic["vote_count"], topic["source"]) == (
        "How to brew?",
        2,
        4,
        "brew.example",
    )
    assert topic["accepted_post_id"] is not None
    assert "<strong>brew</strong>" in posts[0]["body_html"]
    assert [(p["position"], p["accepted"], p["name"]) for p in posts] == [
        (1, False, "user 7"),
        (2, True, "somebody old"),
    ]
    assert posts[0]["licence"] == "CC BY-SA 4.0"


async def test_a_dumps_tags_become_ours_and_are_counted(db: str, tmp_path: Path) -> None:
    for _ in range(2):
        await import_stackexchange(SYSTEM, dump(tmp_path / "brew.example"))

    rows = await fetch_all("select t.slug, u.topic_count from tag t join tag_use u on u.tag_id = t.id order by slug")
    assert [(row["slug"], row["topic_count"]) for row in rows] == [("cold-brew", 1), ("cpp", 1)]


async def test_importing_again_doubles_nothing(db: str, tmp_path: Path) -> None:
    folder = dump(tmp_path / "brew.example")
    await import_stackexchange(SYSTEM, folder)

    again = await import_stackexchange(SYSTEM, folder)

    assert (again.questions.imported, again.answers.imported, again.accepted) == (0, 0, 0)
    assert (again.questions.unchanged, again.answers.unchanged) == (1, 1)
    assert await fetch_value("select count(*) from post") == 2


async def test_an_interrupted_import_goes_on_where_it_stopped(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(
        f'<row Id="{n}" PostTypeId="1" CreationDate="2024-01-01T00:00:00" Body="x" OwnerUserId="1" Title="Question {n}" />\n'
        for n in range(1, 8)
    )
    folder = dump(tmp_path / "cut.example", f"<posts>\n{rows}</posts>")
    monkeypatch.setattr(running, "BATCH", 3)
    seen = 0

    def pull_the_plug(more: int) -> None:
        nonlocal seen
        seen += more
        if seen >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_stackexchange(SYSTEM, folder, on_progress=pull_the_plug)
    assert await fetch_value("select count(*) from topic") == 6

    counts = await import_stackexchange(SYSTEM, folder)

    assert (counts.questions.unchanged, counts.questions.imported) == (6, 1)
    assert await fetch_value("select count(*) from topic") == 7


@pytest.mark.parametrize(
    ("posts", "says"),
    [
        ('<posts>\n<row Id="1" PostTypeId="1" </posts>', "broken XML at line 2"),
        ('<posts>\n<row Id="1" Body="' + "x" * 5_000_000, "a row of more than 4 MB"),
        ('<!DOCTYPE p [<!ENTITY a "aaaa">]><posts><row Id="&a;"/></posts>', "declares entities"),
    ],
    ids=["broken", "enormous row", "entity bomb"],
)
async def test_a_dump_that_cannot_be_read_is_refused_clearly(db: str, tmp_path: Path, posts: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        await import_stackexchange(SYSTEM, dump(tmp_path / "bad.example", posts))


async def test_a_folder_without_posts_is_refused(db: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"holds no Posts\.xml"):
        await import_stackexchange(SYSTEM, tmp_path)


async def test_the_cardano_dump_comes_in_completely(db: str) -> None:
    counts = await import_stackexchange(SYSTEM, shared_data("stackexchange/cardano.stackexchange.com"))

    assert (counts.questions.imported, counts.answers.imported, counts.accepted) == (1042, 1496, 459)
    assert (counts.people.rejected, counts.questions.rejected, counts.answers.rejected) == (0, 0, 0)


@pytest.mark.parametrize(
    ("site", "questions", "answers"), [("beer", 663, 1572), ("coffee", 225, 327), ("conlang.meta", 54, 115)]
)
async def test_other_dumps_come_in_too(db: str, site: str, questions: int, answers: int) -> None:
    counts = await import_stackexchange(SYSTEM, shared_data(f"stackexchange/{site}.stackexchange.com"))

    orphans = [reason for _, reason in counts.answers.rejections]
    assert counts.questions.imported == questions
    assert counts.answers.imported + len(orphans) == answers
    assert all("is not in this dump" in reason for reason in orphans)
