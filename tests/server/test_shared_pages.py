"""One rendering for a crowd, and never one person's page for another."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar

from kb.core.policy import Role
from kb.forum.editing import edit_post
from server.app import create_app
from server.pages import FLASH_COOKIE, SHARED
from server.wiring import Services
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.statements import statements_run

NewClient = Callable[[], Client]


@pytest.fixture(scope="module")
def keeping_app(app_services: Services) -> Litestar:
    """A service that keeps pages for longer than any test takes."""
    kept = replace(app_services, settings=app_services.settings.replaced(SHARED_PAGES_SECONDS="600"))
    return create_app(kept, opens_database=False)


@pytest.fixture
async def new_client(keeping_app: Litestar, db: str) -> AsyncIterator[NewClient]:
    """Browsers of the service that keeps pages. Of those of earlier tests it has forgotten all: it took a write."""
    clients: list[Client] = []

    def make() -> Client:
        transport = httpx.ASGITransport(app=keeping_app, raise_app_exceptions=False)
        clients.append(Client(transport=transport, base_url="http://testserver", follow_redirects=False))
        return clients[-1]

    assert (await make().post_form("/sign-out")).status_code == 303
    yield make
    for client in clients:
        await client.aclose()


async def test_a_second_visitor_costs_no_statement_and_sees_the_same(new_client: NewClient) -> None:
    topic = await make_topic(title="The export stops early")
    first = await new_client().get(topic.path)
    with statements_run() as statements:
        second = await new_client().get(topic.path)
    assert statements == []
    assert (second.text, second.status_code) == (first.text, 200)
    assert "The export stops early" in second.text
    assert second.headers["content-security-policy"] == first.headers["content-security-policy"]


async def test_a_page_kept_for_strangers_holds_no_token_and_sets_no_cookie(new_client: NewClient) -> None:
    topic = await make_topic()
    visitor = new_client()
    await visitor.get("/sign-in")
    token = visitor.cookies["csrftoken"]
    for client in (visitor, new_client()):
        page = await client.get(topic.path)
        assert page.headers["cache-control"] == SHARED
        assert "Cookie" in page.headers["vary"]
        assert token not in page.text
        assert "_csrf_token" not in page.text
    again = await new_client().get(topic.path)
    assert "set-cookie" not in again.headers


async def test_who_is_signed_in_sees_their_own_page_and_leaves_nothing_behind(new_client: NewClient) -> None:
    topic = await make_topic()
    await new_client().get(topic.path)
    known = new_client()
    await known.sign_in(await make_person(name="Zebedee Unique"))
    own = await known.get(topic.path)
    assert "Zebedee Unique" in own.text
    assert own.headers["cache-control"] == "private, no-store"
    assert "Zebedee Unique" not in (await new_client().get(topic.path)).text


async def test_a_browser_that_has_the_page_is_told_so(new_client: NewClient) -> None:
    topic = await make_topic()
    first = await new_client().get(topic.path)
    await new_client().get(topic.path)
    again = await new_client().get(topic.path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await new_client().get(topic.path, headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


async def test_what_a_moderator_hides_is_gone_at_once(new_client: NewClient) -> None:
    topic = await make_topic(title="A secret got in here")
    stranger = new_client()
    for path in ("/", "/s/help", topic.path):
        assert "A secret got in here" in (await stranger.get(path)).text
    moderator = new_client()
    await moderator.sign_in(await make_person(Role.MODERATOR))
    assert (await moderator.post_form(f"/t/{topic.number}/hiding")).status_code == 303
    for path in ("/", "/s/help", topic.path):
        assert "A secret got in here" not in (await stranger.get(path)).text


async def test_a_line_to_be_shown_once_is_for_one_browser(new_client: NewClient) -> None:
    topic = await make_topic()
    told = new_client()
    told.cookies.set(FLASH_COOKIE, b'["good", "Only for you"]'.hex())
    assert "Only for you" in (await told.get(topic.path)).text
    assert "Only for you" not in (await new_client().get(topic.path)).text


async def test_a_refusal_is_not_kept(new_client: NewClient) -> None:
    await make_space()
    assert (await new_client().get("/t/1/soon")).status_code == 404
    topic = await make_topic()
    assert (await new_client().get(topic.path)).status_code == 200


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=4, max_size=14))
async def test_in_any_order_nobody_ever_gets_anothers_page(
    new_client: NewClient, visits: list[tuple[int, int]]
) -> None:
    """Two who are signed in and a stranger read four pages as it comes."""
    topic = await make_topic()
    await make_reply(topic)
    paths = ("/", "/s/help", topic.path, f"{topic.path}?after=1")
    names = ("", f"Ada {topic.number}", f"Ben {topic.number}")
    clients = [new_client(), *[await new_client().sign_in(await make_person(name=name)) for name in names[1:]]]
    for who, where in visits:
        text = (await clients[who].get(paths[where])).text
        assert [name for name in names[1:] if name in text] == ([names[who]] if who else [])
        assert ("Sign in" in text) is (who == 0)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.sampled_from(["en", "de", "ar", "fr"]), st.booleans()), min_size=3, max_size=10))
async def test_a_page_kept_for_strangers_is_never_in_anothers_language(
    new_client: NewClient, visits: list[tuple[str, bool]]
) -> None:
    """Strangers who ask by header and strangers who chose in this browser read one page as it comes."""
    topic = await make_topic()
    for code, chose in visits:
        stranger = new_client()
        if chose:
            stranger.cookies.set("answerloop_language", code)
        page = await stranger.get(topic.path, headers={"Accept-Language": "ar" if chose else code})
        expected = code if code != "fr" else "ar" if chose else "en"
        assert f'<html lang="{expected}"' in page.text
        assert page.headers["content-language"] == expected


async def test_an_edit_made_elsewhere_is_seen_when_the_page_has_aged(app_services: Services, db: str) -> None:
    """Other processes hear of no write; their pages age."""
    kept = replace(app_services, settings=app_services.settings.replaced(SHARED_PAGES_SECONDS="0.001"))
    transport = httpx.ASGITransport(app=create_app(kept, opens_database=False))
    author = await make_person()
    topic = await make_topic()
    reply = await make_reply(topic, author, body="The first wording.")
    async with Client(transport=transport, base_url="http://testserver") as stranger:
        assert "The first wording." in (await stranger.get(topic.path)).text
        await edit_post(author, reply, "The second wording.")
        assert "The second wording." in (await stranger.get(topic.path)).text


async def test_what_is_typed_and_previewed_leaves_the_kept_pages_alone_and_a_post_does_not(
    new_client: NewClient,
) -> None:
    topic = await make_topic()
    await new_client().get(topic.path)
    writer = new_client()
    await writer.sign_in(await make_person())
    await writer.post_form("/drafts", {"draft_place": "ask", "body": "Half a text"})
    await writer.post_form("/preview", {"text": "Half a text"})
    with statements_run() as statements:
        await new_client().get(topic.path)
    assert statements == []
    await writer.post_form(f"/t/{topic.number}/posts", {"body": "A whole answer"})
    assert "A whole answer" in (await new_client().get(topic.path)).text
