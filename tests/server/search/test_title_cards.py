"""Where a page is linked, a picture stands for it: drawn once, cached, and only of what everybody may read."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from kb.core.database import execute
from kb.core.policy import Role
from kb.files.title_cards import CardPress, TitleCard
from server.templating import FRONTEND
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.structured_data import read_head


def opened(content: bytes) -> Image.Image:
    """The picture, fully decoded."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def drawn_differently(one: bytes, other: bytes) -> bool:
    return ImageChops.difference(opened(one).convert("RGB"), opened(other).convert("RGB")).getbbox() is not None


async def test_a_topic_names_its_picture_with_its_size_and_words(client: Client) -> None:
    topic = await make_topic(title="Export stops at 100 rows")
    metas = read_head((await client.get(topic.path)).text).metas

    assert metas["og:image"].endswith(f"/cards/topics/{topic.number}.png")
    assert (metas["og:image:width"], metas["og:image:height"]) == ("1200", "630")
    assert metas["og:image:alt"] == metas["og:title"]
    assert metas["twitter:card"] == "summary_large_image"
    answer = await client.get(f"/cards/topics/{topic.number}.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert opened(answer.content).size == (1200, 630)


async def test_every_other_page_has_the_sites_picture(client: Client) -> None:
    await make_space()
    metas = read_head((await client.get("/")).text).metas
    assert metas["og:image"].endswith("/cards/site.png")
    assert opened((await client.get("/cards/site.png")).content).size == (1200, 630)


async def test_a_picture_is_asked_for_once_and_changes_with_what_it_tells(client: Client) -> None:
    topic = await make_topic(title="Export stops at 100 rows")
    address = f"/cards/topics/{topic.number}.png"
    first = await client.get(address)
    again = await client.get(address, headers={"if-none-match": first.headers["etag"]})
    await execute("update topic set me_too_count = 36 where id = $1", topic.id)
    later = await client.get(address, headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, max-age=600"
    assert (again.status_code, again.content) == (304, b"")
    assert later.status_code == 200
    assert drawn_differently(first.content, later.content)


@pytest.mark.parametrize("gone", ["hidden_at = now()", "unlisted_at = now()"])
async def test_what_was_taken_away_has_no_picture(client: Client, gone: str) -> None:
    topic = await make_topic()
    await execute(f"update topic set {gone} where id = $1", topic.id)
    assert (await client.get(f"/cards/topics/{topic.number}.png")).status_code == 404


async def test_what_few_may_read_has_no_picture_for_anybody(client: Client) -> None:
    staff = await make_person(Role.MODERATOR)
    topic = await make_topic(staff, space=await make_space("inner", visibility="staff"))
    address = f"/cards/topics/{topic.number}.png"
    assert (await client.get(address)).status_code == 404
    assert (await (await client.sign_in(staff)).get(address)).status_code == 404


@pytest.mark.parametrize("name", ["x.png", "1", "0.png", "-1.png", f"{10**30}.png", "١.png"])
async def test_an_odd_name_is_no_picture(client: Client, name: str) -> None:
    assert (await client.get(f"/cards/topics/{name}")).status_code == 404
    assert (await client.get(f"/cards/articles/{name}")).status_code == 404


@pytest.fixture
def press() -> CardPress:
    dist = FRONTEND / "dist"
    return CardPress(next(dist.glob("inter-latin-wght-normal-*.woff2")), Path("/nowhere"))


@pytest.mark.parametrize("title", ["لماذا يتوقف التصدير", "なぜ止まるのか", "למה זה נעצר", "Why 停?"])
def test_a_script_without_a_font_is_left_out_and_not_drawn_as_boxes(press: CardPress, title: str) -> None:
    without = press.draw(TitleCard("", "Help", "3 people have this"))
    assert not drawn_differently(press.draw(TitleCard(title, "Help", "3 people have this")), without)
    assert drawn_differently(press.draw(TitleCard("Why?", "Help", "3 people have this")), without)


@pytest.mark.parametrize("title", ["W" * 300, "Why " * 100, "\x00\u202e", "😀 Why?", "e\u0301" * 50, ""])
def test_whatever_a_title_holds_a_picture_is_drawn(press: CardPress, title: str) -> None:
    assert opened(press.draw(TitleCard(title, title, title, is_solved=True))).size == (1200, 630)
