"""An agent puts a macro into a reply without a mouse: finds it by its words, fills in its gaps with Tab, and is told of what is left."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from playwright.async_api import Browser, Page, expect

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.macros.writing import create_macro
from kb.tickets.acting import Acts
from kb.tickets.asking import OpenedTicket
from tests.support.axe import find_barriers, overflow_of
from tests.support.factories import make_person
from tests.support.pages_in_browser import open_browser, signed_in
from tests.support.served import serve_app
from tests.support.tickets_factories import make_ticket

PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of the pages, for people to look at; none are taken without."""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@asynccontextmanager
async def at_the_ticket(browser: Browser, base: str, agent: Actor, number: int, **how: Any) -> AsyncIterator[Page]:
    """The ticket, open."""
    async with signed_in(browser, base, agent, **how) as page:
        await page.goto(f"{base}/desk/{number}")
        yield page


async def prepare(agent: Actor) -> OpenedTicket:
    await create_macro(
        agent, name="Money back", body="Order {{fill: order number}} is paid back by {{fill: day}}, {{requester.name}}."
    )
    await create_macro(agent, name="Reset the password", body="Open Settings and press Reset.")
    await create_macro(
        agent, name="Thanks", body="Thank you for writing. We look into it and come back to you within two days."
    )
    return await make_ticket(await make_person(name="Yusuf Kaya"))


async def test_a_macro_is_found_by_its_words_and_its_gaps_are_chosen_one_after_the_other(
    app: Litestar, db: str, browser: Browser
) -> None:
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await prepare(agent)
    async with serve_app(app) as base, at_the_ticket(browser, base, agent, ticket.number) as page:
        text, left = page.locator("#reply textarea"), page.locator("[data-gaps-left]")
        await page.locator("#reply [data-ready]").wait_for()
        await page.keyboard.press("m")
        options = page.locator("#macros-found [role=option]")
        await expect(options).to_have_count(3)
        await page.keyboard.press("ArrowDown")
        await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
        await page.keyboard.type("paid")
        await page.keyboard.press("Enter")
        await expect(text).to_have_value("Order [order number] is paid back by [day], Yusuf Kaya.")
        await expect(text).to_be_focused()
        await expect(left).to_have_text("Still to fill in: order number, day")
        await page.keyboard.type("A-17")
        await page.keyboard.press("Tab")
        chosen = await text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
        assert chosen == "[day]"
        await expect(left).to_have_text("Still to fill in: day")
        await page.keyboard.press("Escape")
        await page.keyboard.press("Tab")
        await expect(text).not_to_be_focused()

        await text.press("Control+Enter")
        await page.get_by_text("Still to fill in: [day].").first.wait_for()
        await expect(text).to_have_value("Order A-17 is paid back by [day], Yusuf Kaya.")
        assert await fetch_value("select count(*) from ticket_message where kind = 'agent'") == 0
        await page.locator("#reply [data-ready]").wait_for()
        await text.press("Control+Enter")
        await page.get_by_text("Sent to the customer.").wait_for()


async def test_a_slash_begins_a_macro_and_stays_a_slash_where_none_is_meant(
    app: Litestar, db: str, browser: Browser
) -> None:
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await prepare(agent)
    async with serve_app(app) as base, at_the_ticket(browser, base, agent, ticket.number) as page:
        text, field = page.locator("#reply textarea"), page.get_by_role("combobox", name="Insert a macro")
        await page.locator("#reply [data-ready]").wait_for()
        await text.fill("One line\n")
        await text.press("Control+End")
        await page.keyboard.type("/etc")
        await expect(field).to_have_value("etc")
        await page.keyboard.press("Escape")
        await expect(text).to_have_value("One line\n/etc")
        await text.fill("Hello,\n")
        await text.press("Control+End")
        await page.keyboard.type("/reset")
        await page.keyboard.press("Enter")
        await expect(text).to_have_value("Hello,\n\nOpen Settings and press Reset.")
        await page.keyboard.press("Control+z")
        await expect(text).to_have_value("Hello,\n")
    assert await fetch_value("select count(*) from answer_use where kind = 'inserted'") == 1


async def test_without_scripts_a_list_and_a_button_keep_what_was_typed(
    app: Litestar, db: str, browser: Browser
) -> None:
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await prepare(agent)
    async with (
        serve_app(app) as base,
        at_the_ticket(browser, base, agent, ticket.number, java_script_enabled=False) as page,
    ):
        await page.locator("#reply textarea").fill("Dear Yusuf,")
        await page.get_by_label("Macro", exact=True).select_option("Reset the password")
        await page.get_by_role("button", name="Insert the macro").click()
        assert await page.locator("#reply textarea").input_value() == "Dear Yusuf,\n\nOpen Settings and press Reset."


async def test_reply_and_macros_let_everybody_in(app: Litestar, db: str, browser: Browser) -> None:
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await prepare(agent)
    async with serve_app(app) as base:
        for width, scheme in ((390, "dark"), (1280, "light"), (390, "light"), (1280, "dark")):
            view = {"width": width, "height": 900}
            async with at_the_ticket(browser, base, agent, ticket.number, viewport=view, color_scheme=scheme) as page:
                await page.locator("#reply [data-ready]").wait_for()
                await page.keyboard.press("m")
                await page.locator("#macros-found [role=option]").first.wait_for()
                if PICTURES:
                    await page.locator("#reply").screenshot(path=Path(PICTURES) / f"reply_{width}_{scheme}.png")
                assert await find_barriers(page) == []
                assert await overflow_of(page) == 0
                macro = await fetch_value("select id from macro where name = 'Money back'")
                for path in ("macros", "macros/new", f"macros/{macro}", f"macros/{macro}/edit"):
                    await page.goto(f"{base}/desk/{path}")
                    if PICTURES:
                        name = f"{path.replace(str(macro), 'one').replace('/', '_')}_{width}_{scheme}.png"
                        await page.screenshot(path=Path(PICTURES) / name, full_page=True)
                    assert await find_barriers(page) == []
                    assert await overflow_of(page) == 0


async def test_what_a_macro_does_stands_in_boxes_that_can_be_unticked(app: Litestar, db: str, browser: Browser) -> None:
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await make_ticket()
    await create_macro(agent, name="Urgent", body="At once.", acts=Acts(priority="urgent", tags=("outage",)))
    await create_macro(agent, name="Soon", body="Soon.", acts=Acts(priority="high", solves=True))
    async with serve_app(app) as base, at_the_ticket(browser, base, agent, ticket.number) as page:
        await page.locator("#reply [data-ready]").wait_for()
        for name in ("Urgent", "Soon"):
            await page.locator("#find-macro").fill(name)
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("group", name="With the reply")).to_be_visible()
            await expect(page.locator("#reply textarea")).to_have_value(re.compile(r"\.$"))
        await expect(page.get_by_role("checkbox", name="priority high")).to_be_checked()
        await expect(page.get_by_role("checkbox", name="priority urgent")).not_to_be_checked()
        await page.get_by_role("checkbox", name="it is solved").focus()
        await page.keyboard.press("Space")
        assert await find_barriers(page) == []
        if PICTURES:
            await page.locator("#reply").screenshot(path=Path(PICTURES) / "along.png")
        await page.locator("#reply textarea").press("Control+Enter")
        await page.get_by_text("Sent to the customer.").wait_for()
    assert await fetch_value("select priority || ' ' || state from ticket") == "high pending"
    assert await fetch_value("select name from ticket_tag") == "outage"
