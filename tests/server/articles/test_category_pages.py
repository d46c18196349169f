"""Categories on pages and through the API, and the way of arranging them without a mouse or JavaScript."""

from kb.articles.arranging import CategoryDraft, archive_category, change_category, make_category
from kb.articles.categories import list_categories
from kb.core.actor import SYSTEM
from kb.core.policy import Role
from tests.kb.articles.test_categories import make_article
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.statements import statements_run
from tests.support.structured_data import read_things


async def test_the_home_walks_from_category_to_article_and_on_to_its_neighbour(client: Client) -> None:
    await make_category(SYSTEM, CategoryDraft("Billing", "All about paying."))
    first = await make_article("Paying by card", "billing")
    await make_article("Paying by transfer", "billing")
    home = (await client.get("/kb")).text
    assert "All about paying." in home
    assert 'href="/kb/categories/billing"' in home
    category = (await client.get("/kb/categories/billing")).text
    assert category.index("Paying by card") < category.index("Paying by transfer")
    article = (await client.get((await client.get(f"/kb/{first}")).headers["location"])).text
    assert 'rel="next"' in article
    assert 'rel="prev"' not in article
    assert 'href="/kb/categories/billing"' in article


async def test_search_engines_are_told_the_way_to_an_article(client: Client) -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    await make_category(SYSTEM, CategoryDraft("Cards", parent="billing"))
    number = await make_article("Paying by card", "cards")
    article = (await client.get((await client.get(f"/kb/{number}")).headers["location"])).text
    trail = read_things(article)["BreadcrumbList"]
    assert [one["name"] for one in trail["itemListElement"]][-3:] == ["Billing", "Cards", "Paying by card"]


async def test_a_former_address_leads_on_and_one_that_was_taken_away_is_gone(client: Client) -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    await change_category(SYSTEM, "billing", CategoryDraft("Payments", slug="payments"))
    moved = await client.get("/kb/categories/billing")
    assert (moved.status_code, moved.headers["location"]) == (301, "/kb/categories/payments")
    await archive_category(SYSTEM, "payments")
    assert (await client.get("/kb/categories/payments")).status_code == 410
    assert (await client.get("/kb/categories/never-was")).status_code == 404


async def test_an_agent_makes_changes_and_moves_categories_with_plain_forms(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    for name in ("Billing", "Reports"):
        made = await client.post_form("/kb/categories", {"name": name, "icon": "book", "visibility": "public"})
        assert made.status_code == 303
    moved = await client.post_form("/kb/categories/reports/position", {"direction": "up"})
    page = (await client.get(moved.headers["location"])).text
    assert page.index("Reports") < page.index("Billing")
    changed = await client.post_form(
        "/kb/categories/reports/edit", {"name": "Figures", "icon": "chart", "visibility": "public", "slug": "reports"}
    )
    assert changed.status_code == 303
    assert [one.name for one in await list_categories(SYSTEM)] == ["Figures", "Billing"]


async def test_a_refused_form_keeps_what_was_typed(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    refused = await client.post_form(
        "/kb/categories", {"name": "x" * 70, "description": "Typed with care", "icon": "book"}
    )
    assert refused.status_code == 422, refused.text
    assert "Typed with care" in refused.text


async def test_any_page_of_the_knowledge_base_takes_at_most_five_statements(client: Client) -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    number = await make_article("Paying by card", "billing")
    for path in ("/kb", "/kb/categories/billing", (await client.get(f"/kb/{number}")).headers["location"]):
        with statements_run() as seen:
            assert (await client.get(path)).status_code == 200
        assert len(seen) <= 5, "\n\n".join(one[:150] for one in seen)


async def test_a_program_arranges_the_same(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    client.headers["authorization"] = f"Bearer {await make_key(agent)}"
    made = await client.post("/api/v1/article-categories", json={"name": "Billing"})
    assert (made.status_code, made.json()["slug"]) == (201, "billing")
    number = await make_article("Paying by card", "")
    placed = await client.put(f"/api/v1/articles/{number}/category", json={"category": "billing"})
    assert placed.json()["category"] == "billing"
    whole = (await client.get("/api/v1/article-categories/billing")).json()
    assert [one["number"] for one in whole["articles"]] == [number]
    assert (await client.delete("/api/v1/article-categories/billing")).status_code == 204
    assert (await client.post("/api/v1/article-categories/billing/restoration")).status_code == 201
