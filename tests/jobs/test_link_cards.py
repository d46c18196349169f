"""A bare link to a listed host becomes a card: fetched by a job, in public only, forgiving, and safe whatever the page says."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from litestar import Litestar, Response, get

from jobs.schedule import SCHEDULE
from jobs.tools import Tools
from kb.adapters.guarded_http import GuardedHttp
from kb.adapters.web_pages import WebPages
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid
from kb.core.policy import Role
from kb.core.settings import Settings
from kb.forum.editing import edit_post
from kb.forum.rerendering import rerender_post
from kb.text.link_cards import find_bare_links, put_cards
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.public_network import PublicNetwork, at
from tests.support.served import serve_app

FETCH = next(job.run for job in SCHEDULE if job.name == "fetch_link_cards")
asked: list[str] = []


def page(content: str | bytes, media_type: str = "text/html; charset=utf-8") -> Response[bytes]:
    return Response(content if isinstance(content, bytes) else content.encode(), media_type=media_type)


def away(to: str) -> Response[bytes]:
    return Response(b"", status_code=302, headers={"location": to})


PAGES = {
    "good": page(
        '<title>x</title><meta property="og:title" content="Exports &amp; <b>limits</b>">'
        '<meta name="description" content="How many rows."><meta property="og:site_name" content="Docs">'
    ),
    "latin": page("<title>Grüße</title>".encode("latin-1"), "text/html; charset=iso-8859-1"),
    "meta": page('<meta charset="windows-1251"><title>Экспорт</title>'.encode("cp1251"), "text/html"),
    "inside": away("http://127.0.0.1:1/"),
    "elsewhere": away("http://other.example/"),
    "json": page('{"title": "x"}', "application/json"),
    "untitled": page("<p>No title.</p>"),
    "down": Response(b"", status_code=503),
}


@get("/{name:str}", sync_to_thread=False)
def site(name: str) -> Response[bytes]:
    """Pages of all sorts."""
    asked.append(name)
    return PAGES.get(name) or page(f"<title>{name}</title>" + "x" * 600_000)


@pytest.fixture
async def docs() -> AsyncIterator[str]:
    """The address of a site at a listed host."""
    asked.clear()
    async with serve_app(Litestar([site], openapi_config=None)) as url:
        yield at("docs.example")(url)


@pytest.fixture
def carding(db: str, tools: Tools) -> Tools:
    """Tools of an installation that lists docs.example."""
    http = GuardedHttp(PublicNetwork("docs.example", "other.example").resolve)
    settings = Settings({**tools.settings.values, "LINK_CARD_HOSTS": "docs.example"})
    return replace(tools, settings=settings, pages=WebPages(["docs.example"], http))


async def reply_of(writer: Actor, body: str) -> str:
    """A reply's id."""
    return str(await make_reply(await make_topic(), writer, body=body))


async def html_of(post_id: str) -> str:
    """As it is shown."""
    return str(await fetch_value("select body_html from post where id = $1", post_id))


async def test_a_bare_link_becomes_a_card_and_what_the_page_says_is_text(carding: Tools, docs: str) -> None:
    post_id = await reply_of(await make_person(Role.AGENT), f"See\n\n{docs}/good\n\nand {docs}/inline too")
    before = await html_of(post_id)
    await deliver_until_quiet(carding)
    assert await html_of(post_id) == before
    await FETCH(carding)

    html = await html_of(post_id)
    assert '<div class="link-card">' in html
    assert ">Exports &amp; &lt;b&gt;limits&lt;/b&gt;</a><p>How many rows.</p>" in html
    assert f'href="{docs}/good"' in html
    assert 'link-card-site">Docs</p>' in html
    assert asked == ["good"]
    assert "link-card" not in await fetch_value("select body_source from post where id = $1", post_id)


async def test_off_by_default_and_hosts_that_are_not_listed_are_never_asked(carding: Tools, docs: str) -> None:
    other = docs.replace("docs.example", "other.example")
    await reply_of(await make_person(Role.AGENT), f"{other}/good\n\nhttp://docs.example.evil.test/good")
    await deliver_until_quiet(carding)
    await FETCH(carding)
    await FETCH(replace(carding, pages=None))
    assert asked == []
    assert await fetch_value("select count(*) from link_card") == 0


async def test_a_card_survives_editing_and_a_new_renderer_and_goes_with_its_link(carding: Tools, docs: str) -> None:
    agent = await make_person(Role.AGENT)
    post_id = await reply_of(agent, f"{docs}/good")
    await deliver_until_quiet(carding)
    await FETCH(carding)
    post = await fetch_value("select id from post where id = $1", post_id)
    await edit_post(agent, post, body=f"Now:\n\n{docs}/good")
    await deliver_until_quiet(carding)
    assert "link-card" in await html_of(post_id)

    await execute("update link_card_use set shown = 'older'")
    await rerender_post(post, f"Now:\n\n{docs}/good")
    assert "link-card" not in await html_of(post_id)
    await FETCH(carding)
    assert "link-card" in await html_of(post_id)

    await edit_post(agent, post, body="No link any more.")
    await deliver_until_quiet(carding)
    await FETCH(carding)
    assert "link-card" not in await html_of(post_id)
    assert asked == ["good"]


@pytest.mark.parametrize("name", ["inside", "elsewhere", "json", "down", "untitled"])
async def test_a_page_that_gives_no_card_is_remembered_and_asked_again_later(
    carding: Tools, docs: str, name: str
) -> None:
    post_id = await reply_of(await make_person(Role.AGENT), f"{docs}/{name}")
    before = await html_of(post_id)
    await deliver_until_quiet(carding)
    await FETCH(carding)
    await FETCH(carding)
    assert asked == [name]
    assert await fetch_value("select error from link_card") != ""
    assert await html_of(post_id) == before

    for days in range(1, 12):
        with clock_held_at(now() + timedelta(days=3 * days)):
            await FETCH(carding)
    assert asked == [name] * 5


@pytest.mark.parametrize(("name", "title"), [("latin", "Grüße"), ("meta", "Экспорт"), ("huge", "huge")])
async def test_a_pages_letters_are_read_as_they_were_meant_and_no_further_than_its_head(
    carding: Tools, docs: str, name: str, title: str
) -> None:
    assert carding.pages is not None
    assert (await carding.pages.read(f"{docs}/{name}")).title == title


async def test_without_the_pretended_network_the_site_is_refused_as_private(docs: str) -> None:
    with pytest.raises(Invalid, match="not on the public network"):
        await WebPages(["127.0.0.1"]).read(docs.replace("docs.example", "127.0.0.1") + "/good")


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<p><a href="https://docs.example/a?x=1&amp;y=2">https://docs.example/a?x=1&amp;y=2</a></p>', 1),
        ('<p>See <a href="https://docs.example/a">https://docs.example/a</a></p>', 0),
        ('<p><a href="https://docs.example/a">a name</a></p>', 0),
        ('<p><a href="https://notdocs.example/a">https://notdocs.example/a</a></p>', 0),
        ('<p><a href="https://docs.example@evil.test/">https://docs.example@evil.test/</a></p>', 0),
        (f'<p><a href="https://docs.example/{"a" * 1000}">https://docs.example/{"a" * 1000}</a></p>', 0),
    ],
)
def test_only_a_link_that_stands_alone_as_it_was_typed_counts(html: str, found: int) -> None:
    urls = find_bare_links(html, ["docs.example"])
    assert len(urls) == found
    shown = put_cards(html, dict.fromkeys(urls, ("T", "", "S")))
    assert put_cards(shown, dict.fromkeys(urls, ("T", "", "S"))) == shown
