"""A moderator works the review queue by the keyboard alone, and every page of the room lets everybody in."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Page

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.core.trust import Trust
from kb.forum.queries import get_topic_page
from kb.forum.replying import reply_to_topic
from kb.moderation.canned import write_canned
from kb.moderation.queueing_screened import sweep_screened
from kb.people.sessions import open_session
from kb.screening.rules import Screen
from kb.screening.watched_words import watch_words
from server.security.identifying import SESSION_COOKIE
from tests.support.axe import find_barriers, overflow_of
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.moderation_factories import flag_by, waiting_item
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def sign_in(context: BrowserContext, base: str, actor: Actor) -> Page:
    assert actor.person_id
    token = await open_session(actor.person_id, user_agent="tests")
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    return await context.new_page()


async def test_three_posts_are_decided_and_one_decision_undone_without_a_mouse(
    app: Litestar, db: str, browser: Browser
) -> None:
    admin, moderator = await make_person(Role.ADMIN), await make_person(Role.MODERATOR)
    await execute("delete from canned_reason")
    await write_canned(admin, "No selling", "Hello {name}, no selling here.")
    posts = []
    for title in ("The first of three", "The second of three", "The third of three"):
        posts.append(await make_reply(await make_topic(title=title), await make_person(name="Bo")))
        await flag_by(1, posts[-1])
    async with serve_app(app) as base:
        page = await sign_in(await browser.new_context(), base, moderator)
        await page.goto(f"{base}/moderation")
        await page.keyboard.press("?")
        assert await page.get_by_text("Keep or approve what you are on").is_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("j")
        await page.keyboard.press("a")
        await page.get_by_text("Reviewed: kept").wait_for()
        await page.keyboard.press("r")
        await page.keyboard.type("No sel")
        for key in ("Tab", "Tab", "Tab", "Enter"):
            await page.keyboard.press(key)
        await page.get_by_text("Reviewed: hidden").wait_for()
        await page.keyboard.press("d")
        await page.get_by_text("Reviewed: flags dismissed").wait_for()
        decided = await _decisions()
        await page.keyboard.press("u")
        await page.get_by_text("Undone: it waits here again.").wait_for()
        await page.context.close()

    assert decided == "keep: / hide:Hello Bo, no selling here. / dismiss:"
    assert await waiting_item(posts[2])
    assert await waiting_item(posts[0]) is None


async def test_posts_that_wait_are_approved_and_rejected_without_a_mouse(
    app: Litestar, db: str, browser: Browser
) -> None:
    moderator, topic = await make_person(Role.MODERATOR), await make_topic()
    newcomers = [await make_person(trust=Trust.NEWCOMER) for _ in range(2)]
    texts = ("Good advice.", "Buy shoes.")
    good, bad = [
        await reply_to_topic(newcomer, topic.id, text, screen=Screen(first_posts=1))
        for newcomer, text in zip(newcomers, texts, strict=True)
    ]
    await sweep_screened()
    async with serve_app(app) as base:
        page = await sign_in(await browser.new_context(), base, moderator)
        await page.goto(f"{base}/moderation")
        await page.keyboard.press("j")
        await page.keyboard.press("a")
        await page.get_by_text("Approved: everybody sees it now").wait_for()
        await page.keyboard.press("h")
        await page.get_by_text("Rejected: nobody sees it").wait_for()
        await page.keyboard.press("u")
        await page.get_by_text("Undone: it waits here again.").wait_for()
        barriers = await find_barriers(page)
        await page.keyboard.press("j")
        await page.keyboard.press("r")
        await page.keyboard.type("Adver")
        for key in ("Tab", "Tab", "w"):
            await page.keyboard.press(key)
        await page.get_by_text("Rejected, its author warned").wait_for()
        await page.context.close()

    assert [reply.id for reply in (await get_topic_page(ANONYMOUS, topic.number)).replies] == [good]
    assert await waiting_item(bad) is None
    assert await fetch_value("select person_id from sanction where kind = 'warning'") == newcomers[1].person_id
    assert not barriers, "\n".join(barriers)


async def _decisions() -> str:
    sql = "select string_agg(decision || ':' || told, ' / ' order by id) from review_decision where undone_at is null"
    return str(await fetch_value(sql))


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
async def test_the_pages_of_moderation_keep_nobody_out(
    app: Litestar, db: str, browser: Browser, width: int, scheme: str
) -> None:
    admin = await make_person(Role.ADMIN)
    await write_canned(admin, "No selling", "Hello {name}, no selling here.")
    await watch_words(admin, "casino\nnumber porting*", "hold")
    topic = await make_topic(title="The export stops early")
    posts = [await make_reply(topic, body="Buy shoes at https://shoes.example/" + "a" * 90) for _ in range(2)]
    for post in posts:
        await flag_by(2, post)
    async with serve_app(app) as base:
        context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page = await sign_in(context, base, admin)
        await page.goto(f"{base}/moderation")
        await page.keyboard.press("j")
        await page.keyboard.press("h")
        await page.get_by_text("Reviewed: hidden").wait_for()
        trouble = []
        for path in (
            "",
            "/moderation",
            "/moderation/log",
            "/moderation/words",
            "/moderation/reasons",
            f"/posts/{posts[1]}/flag",
        ):
            if path:
                await page.goto(base + path)
            trouble += [f"{path}: {line}" for line in await find_barriers(page)]
            trouble += [f"{path}: wider than the window"] if await overflow_of(page) else []
        await context.close()

    assert not trouble, "\n".join(trouble)
