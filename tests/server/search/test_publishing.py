"""Robots, sitemaps and feeds, read back by strict readers: whole, valid, and holding what everybody may read and nothing else."""

import gzip
import re
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from kb.core.actor import SYSTEM
from kb.core.database import execute
from kb.core.policy import Role
from kb.forum.hiding import hide_post, hide_topic
from kb.search.sitemaps import PART
from server.search.atom import make_absolute
from tests.support.answers_factories import make_published_article
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.statements import statements_run

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TAG_URI = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9/._-]+")


async def locations(client: Client, path: str) -> list[str]:
    """Paths in a sitemap, which is checked as the protocol says."""
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/xml")
    root = fromstring(answer.content)
    assert root.tag in {f"{MAP}urlset", f"{MAP}sitemapindex"}
    assert 1 <= len(root) <= PART
    found = []
    for one in root:
        assert {child.tag for child in one} <= {f"{MAP}loc", f"{MAP}lastmod"}
        assert MOMENT.fullmatch(one.findtext(f"{MAP}lastmod", "2026-01-01T00:00:00Z"))
        found.append(urlsplit(one.findtext(f"{MAP}loc", "")))
    assert all(one.scheme and one.netloc for one in found)
    return [one.path for one in found]


async def all_locations(client: Client) -> list[str]:
    return [path for part in await locations(client, "/sitemap.xml") for path in await locations(client, part)]


async def test_the_sitemap_holds_what_everybody_may_read_each_once(client: Client) -> None:
    shown = await make_topic(title="How large may an export be & why")
    hidden, alias = await make_topic(title="Canary one"), await make_topic(title="Canary two")
    for visibility in ("members", "staff"):
        await make_space(visibility, visibility=visibility)
        await make_topic(await make_person(Role.ADMIN), title="Canary three", space=visibility)
    await make_space("empty")
    await hide_topic(SYSTEM, hidden.id)
    await execute("update topic set duplicate_of = $2 where id = $1", alias.id, shown.id)
    await make_published_article("How exports are limited")

    found = await all_locations(client)

    assert sorted(found) == sorted(["/", "/kb", "/s/help", shown.path, found[-1]])
    assert found[-1].startswith("/kb/")


async def test_parts_are_ranges_of_numbers_and_empty_ones_are_left_out(client: Client) -> None:
    await make_topic(title="The first")
    await execute(f"alter table topic alter column number restart with {7 * PART}")
    await make_topic(title="The last of a part")
    await make_topic(title="The first of the next")

    parts = [path for path in await locations(client, "/sitemap.xml") if "topics" in path]

    assert parts == [f"/sitemaps/topics-{n}.xml" for n in (0, 6, 7)]
    assert await locations(client, parts[1]) == [f"/t/{7 * PART}/the-last-of-a-part"]
    assert await locations(client, parts[2]) == [f"/t/{7 * PART + 1}/the-first-of-the-next"]


@pytest.mark.parametrize(
    "path", ["topics-1.xml", "topics-x.xml", "topics-99999999999999.xml", "persons-0.xml", "topics-0", "topics-²"]
)
async def test_a_part_that_is_not_there_is_not_found(client: Client, path: str) -> None:
    await make_topic()
    assert (await client.get(f"/sitemaps/{path}")).status_code == 404


async def test_a_sitemap_costs_one_statement_from_one_index(client: Client) -> None:
    await make_topic()
    for path in ("/sitemap.xml", "/sitemaps/topics-0.xml", "/feed.atom"):
        with statements_run() as seen:
            await client.get(path)
        assert len(seen) == 1, (path, seen)


async def test_who_has_it_already_is_told_so_and_who_unpacks_gets_it_packed(client: Client) -> None:
    for _ in range(12):
        topic = await make_topic()
    first = await client.get("/feed.atom", headers={"accept-encoding": "identity"})
    packed = await client.get("/feed.atom", headers={"accept-encoding": "gzip"})
    known = {"if-none-match": first.headers["etag"]}
    since = {"if-modified-since": first.headers["last-modified"]}

    assert "content-encoding" not in first.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == first.content == gzip.decompress(gzip.compress(first.content))
    assert packed.headers["vary"] == "Accept-Encoding"
    for headers in (known, since):
        again = await client.get("/feed.atom", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
    await hide_topic(SYSTEM, topic.id)
    assert (await client.get("/feed.atom", headers=known)).status_code == 200


def read_feed(content: bytes) -> Element:
    """A feed, checked against what RFC 4287 demands."""
    root: Element = fromstring(content)
    assert root.tag == f"{ATOM}feed"
    ids = [_checked(root, {"id", "title", "updated"})]
    for entry in (entries := root.findall(f"{ATOM}entry")):
        ids.append(_checked(entry, {"id", "title", "updated", "author", "content"}))
        assert entry.find(f"{ATOM}content").get("type") == "html"  # type: ignore[union-attr]
    assert len(set(ids)) == len(ids)
    assert entries or root.find(f"{ATOM}author") is not None
    return root


def _checked(element: Element, needed: set[str]) -> str:
    for name in needed:
        (only,) = element.findall(ATOM + name)
        assert name == "author" or (only.text or "").strip()
    for author in element.findall(f"{ATOM}author"):
        assert author.findtext(f"{ATOM}name")
    assert MOMENT.fullmatch(element.findtext(f"{ATOM}updated", ""))
    datetime.fromisoformat(element.findtext(f"{ATOM}updated", ""))
    links = {link.get("rel"): link.get("href", "") for link in element.findall(f"{ATOM}link")}
    assert links["alternate"]
    assert all(urlsplit(href).scheme in {"http", "https"} for href in links.values())
    id_ = element.findtext(f"{ATOM}id", "")
    assert TAG_URI.fullmatch(id_)
    return id_


async def test_each_feed_is_valid_and_holds_what_its_subject_holds(client: Client) -> None:
    topic = await make_topic(title="Exports & <b>rows</b>", body='See [the list](/kb) and `<a href="/x">`.\n\n\x0b')
    await make_reply(topic, body="Raise the *limit*.")
    await make_topic(title="Elsewhere", space="other")
    await make_space("empty")

    feeds = {
        path: read_feed((await client.get(path)).content)
        for path in ("/feed.atom", "/s/help/feed.atom", f"/t/{topic.number}/feed.atom", "/s/empty/feed.atom")
    }

    titles = {path: [e.findtext(f"{ATOM}title") for e in feed.findall(f"{ATOM}entry")] for path, feed in feeds.items()}
    assert titles["/feed.atom"] == ["Elsewhere", "Exports & <b>rows</b>"]
    assert titles["/s/help/feed.atom"] == ["Exports & <b>rows</b>"]
    assert len(titles[f"/t/{topic.number}/feed.atom"]) == 2
    assert titles["/s/empty/feed.atom"] == []
    html = feeds["/s/help/feed.atom"].findtext(f"{ATOM}entry/{ATOM}content", "")
    assert re.search(r'href="http[^"]+/kb"', html)
    assert 'href="/x"' in html


async def test_an_id_outlives_an_edit_and_the_feed_knows_of_it(client: Client) -> None:
    topic = await make_topic()
    before = read_feed((await client.get("/feed.atom")).content)
    await execute("update topic set title = 'Otherwise', slug = 'otherwise' where id = $1", topic.id)
    await execute("update post set edited_at = now() + interval '1 hour' where topic_id = $1", topic.id)

    after = read_feed((await client.get("/feed.atom")).content)

    assert after.findtext(f"{ATOM}entry/{ATOM}id") == before.findtext(f"{ATOM}entry/{ATOM}id")
    assert after.findtext(f"{ATOM}updated") > before.findtext(f"{ATOM}updated")  # type: ignore[operator]


async def test_feeds_hold_nothing_that_anybody_may_not_read_not_even_for_who_may(client: Client) -> None:
    shown, hidden = await make_topic(title="Shown to all"), await make_topic(title="Canary hidden")
    await make_space("canary", visibility="members")
    secret = await make_topic(await make_person(Role.ADMIN), title="Canary members", space="canary")
    await hide_topic(SYSTEM, hidden.id)
    await hide_post(SYSTEM, await make_reply(shown, body="Canary reply"))
    await client.sign_in(await make_person(Role.ADMIN))

    for path in (
        "/feed.atom",
        "/s/help/feed.atom",
        f"/t/{shown.number}/feed.atom",
        "/sitemap.xml",
        "/sitemaps/topics-0.xml",
    ):
        assert "canary" not in (await client.get(path)).text.casefold()
    for path in (
        "/s/canary/feed.atom",
        f"/t/{secret.number}/feed.atom",
        f"/t/{hidden.number}/feed.atom",
        "/s/none/feed.atom",
    ):
        assert (await client.get(path)).status_code in {404, 410}


async def test_robots_lead_to_the_sitemap(client: Client) -> None:
    answer = await client.get("/robots.txt")

    assert answer.headers["content-type"].startswith("text/plain")
    (sitemap,) = re.findall(r"^Sitemap: (\S+)$", answer.text, re.MULTILINE)
    assert urlsplit(sitemap).path == "/sitemap.xml"
    assert "Disallow: /search\n" in answer.text


@given(st.text(alphabet='<>ahref=src"/ \n', max_size=60))
def test_making_links_absolute_changes_nothing_else(html: str) -> None:
    assert make_absolute(html, "https://b").replace("https://b", "") == html
