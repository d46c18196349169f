"""An agent puts clusters right with the keyboard alone: chooses, compares, merges, splits off and undoes."""

from litestar import Litestar
from playwright.async_api import Page, expect

from kb.clusters.counting import recount_clusters
from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from kb.people.sessions import open_session
from server.security.identifying import SESSION_COOKIE
from tests.support.answers_factories import ask_question, make_cluster
from tests.support.factories import make_person
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app


async def two_clusters() -> None:
    person = await make_person()
    clusters = [await make_cluster("reset mail"), await make_cluster("password mail")]
    for cluster in clusters:
        for _ in range(3):
            await ask_question(new_id(), kind="search", person=person, cluster_id=cluster)
    async with unit_of_work(SYSTEM):
        await recount_clusters(clusters)


async def sizes() -> list[int]:
    rows = await fetch_all("select question_count from cluster where question_count > 0 order by question_count desc")
    return [row["question_count"] for row in rows]


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_clusters_are_corrected_with_the_keyboard_alone(app: Litestar, db: str) -> None:
    await two_clusters()
    agent = await make_person(Role.AGENT)
    assert agent.person_id is not None
    session = await open_session(agent.person_id, user_agent="tests")
    async with serve_app(app) as base, open_browser() as browser:
        context = await browser.new_context()
        await context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": base}])
        page = await context.new_page()
        await page.goto(f"{base}/clusters")

        await press(page, "j", "x", "j", "x")
        await expect(page.locator("[data-chosen-count]")).to_have_text("2 chosen")
        await press(page, "c")
        await page.wait_for_url("**/clusters/compare?**")
        await page.get_by_role("button", name="Merge #").first.focus()
        await press(page, "Enter")
        await expect(page.get_by_text("is part of this cluster now")).to_be_visible()
        assert await sizes() == [6]

        await press(page, "j", "x", "j", "x", "Escape")
        await expect(page.locator("[data-chosen-count]")).to_have_text("None chosen")
        await press(page, "x", "s")
        await expect(page.get_by_text("1 question in a cluster of its own now.")).to_be_visible()
        assert await sizes() == [5, 1]

        for left in ([6], [3, 3]):
            await page.get_by_role("button", name="Undo").first.focus()
            await press(page, "Enter")
            await expect(page.get_by_text("Taken back.")).to_be_visible()
            assert await sizes() == left
        assert await fetch_value("select count(*) from cluster where merged_into is null and question_count = 3") == 2
