"""Categories are a small tree that its readers see only as far as they may."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.answers.access import find_article_id
from kb.answers.drafting import NewArticle, write_article
from kb.answers.publishing import publish_article
from kb.answers.reviewing import submit_article
from kb.articles.arranging import (
    CategoryDraft,
    archive_category,
    change_category,
    make_category,
    move_category,
    restore_category,
)
from kb.articles.categories import Category, find_category, in_order, list_categories
from kb.articles.placing import move_article, place_in_category
from kb.articles.shelves import get_category_page, get_place, list_others, list_shelves
from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.errors import Gone, Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from tests.support.factories import make_person
from tests.support.statements import statements_run

pytestmark = pytest.mark.usefixtures("db")


async def names(actor: Actor = SYSTEM) -> list[str]:
    return [one.name for one in await list_categories(actor)]


async def make_article(title: str, category: str, *, visibility: str = "public") -> int:
    """Published, the last of its category."""
    agent = await make_person(Role.AGENT)
    drafted = await write_article(agent, NewArticle(title, "Press **Reset**, then wait.", visibility))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    await place_in_category(SYSTEM, drafted.id, category)
    return drafted.number


async def article_id(number: int) -> UUID:
    return await find_article_id(SYSTEM, number)


async def test_the_tree_is_told_with_what_stands_in_each_right_after_it() -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    await make_category(SYSTEM, CategoryDraft("Reports"))
    await make_category(SYSTEM, CategoryDraft("Invoices", parent="billing"))
    assert await names() == ["Billing", "Invoices", "Reports"]


async def test_moving_past_a_neighbour_and_back_changes_nothing() -> None:
    for name in ("First", "Second", "Third"):
        await make_category(SYSTEM, CategoryDraft(name))
    await move_category(SYSTEM, "third", up=True)
    assert await names() == ["First", "Third", "Second"]
    await move_category(SYSTEM, "third", up=False)
    await move_category(SYSTEM, "first", up=True)
    assert await names() == ["First", "Second", "Third"]


async def test_a_subtree_moves_whole_and_never_into_itself_or_too_deep() -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    await make_category(SYSTEM, CategoryDraft("Invoices", parent="billing"))
    await make_category(SYSTEM, CategoryDraft("Numbers", parent="invoices"))
    await make_category(SYSTEM, CategoryDraft("Reports"))
    for parent in ("numbers", "billing"):
        with pytest.raises(Invalid) as refused:
            await change_category(SYSTEM, "billing", CategoryDraft("Billing", parent=parent))
        assert "parent" in refused.value.fields
    with pytest.raises(Invalid):
        await change_category(SYSTEM, "billing", CategoryDraft("Billing", parent="reports"))
    await change_category(SYSTEM, "invoices", CategoryDraft("Invoices", parent="reports"))
    assert await names() == ["Billing", "Reports", "Invoices", "Numbers"]
    numbers = await find_category(SYSTEM, "numbers")
    assert numbers.ancestors == (
        (await find_category(SYSTEM, "reports")).id,
        (await find_category(SYSTEM, "invoices")).id,
    )


async def test_a_former_address_finds_the_category_until_another_takes_it() -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    await change_category(SYSTEM, "billing", CategoryDraft("Payments", slug="payments"))
    assert (await find_category(ANONYMOUS, "billing")).slug == "payments"
    await make_category(SYSTEM, CategoryDraft("Billing"))
    assert (await find_category(ANONYMOUS, "billing")).name == "Billing"
    with pytest.raises(Invalid):
        await make_category(SYSTEM, CategoryDraft("Payments"))


async def test_what_a_reader_may_not_see_leaves_no_trace_in_the_tree_nor_anything_below_it() -> None:
    await make_category(SYSTEM, CategoryDraft("Secret plans", visibility="staff"))
    await make_category(SYSTEM, CategoryDraft("Open part", parent="secret-plans"))
    await make_article("A quiet article", "open-part")
    assert await names(ANONYMOUS) == []
    for slug in ("secret-plans", "open-part"):
        with pytest.raises(NotFound):
            await find_category(ANONYMOUS, slug)
    assert [shelf.category for shelf in await list_shelves(ANONYMOUS)] == [None]
    assert [one.title for one in await list_others(ANONYMOUS)] == ["A quiet article"]
    agent = await make_person(Role.AGENT)
    assert await names(agent) == ["Secret plans", "Open part"]


async def test_counts_hold_only_articles_their_reader_may_read() -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    await make_article("For everybody", "billing")
    await make_article("For staff", "billing", visibility="staff")
    agent = await make_person(Role.AGENT)
    for actor, count in ((ANONYMOUS, 1), (agent, 2)):
        assert [one.articles for one in await list_categories(actor)] == [count]
        assert [shelf.count for shelf in await list_shelves(actor)] == [count]


async def test_what_was_taken_away_is_gone_its_articles_stay_and_it_comes_back_where_it_stood() -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    await make_category(SYSTEM, CategoryDraft("Reports"))
    await make_article("Paying by card", "billing")
    await archive_category(SYSTEM, "billing")
    with pytest.raises(Gone):
        await find_category(ANONYMOUS, "billing")
    assert [one.title for one in await list_others(ANONYMOUS)] == ["Paying by card"]
    await restore_category(SYSTEM, "billing")
    assert await names(ANONYMOUS) == ["Billing", "Reports"]
    assert await list_others(ANONYMOUS) == []


async def test_an_article_knows_its_neighbours_as_far_as_its_reader_may_read_them() -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    first = await make_article("First of all", "billing")
    await make_article("Hidden between", "billing", visibility="staff")
    last = await make_article("Last of all", "billing")
    place = await get_place(ANONYMOUS, await article_id(first))
    assert place.above == (("Billing", "/kb/categories/billing"),)
    assert place.before is None
    assert place.after is not None
    assert place.after.title == "Last of all"
    await move_article(SYSTEM, await article_id(last), up=True)
    await move_article(SYSTEM, await article_id(last), up=True)
    page = await get_category_page(ANONYMOUS, "billing")
    assert [one.title for one in page.articles] == ["Last of all", "First of all"]


async def test_the_home_takes_two_statements_and_a_category_three() -> None:
    await make_category(SYSTEM, CategoryDraft("Billing"))
    await make_article("First of all", "billing")
    with statements_run() as home:
        await list_shelves(ANONYMOUS)
    with statements_run() as category:
        await get_category_page(ANONYMOUS, "billing")
    assert (len(home), len(category)) == (2, 3)


async def test_members_arrange_nothing() -> None:
    member = await make_person(Role.MEMBER)
    with pytest.raises(NotAllowed):
        await make_category(member, CategoryDraft("Mine"))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (CategoryDraft(""), "name"),
        (CategoryDraft("x" * 61), "name"),
        (CategoryDraft("Fine", description="x" * 301), "description"),
        (CategoryDraft("Fine", icon="skull"), "icon"),
        (CategoryDraft("Fine", colour="#fff"), "colour"),
        (CategoryDraft("Fine", visibility="nobody"), "visibility"),
        (CategoryDraft("Fine", parent="no-such"), "parent"),
    ],
)
async def test_a_refusal_names_the_field(draft: CategoryDraft, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await make_category(SYSTEM, draft)
    assert field in refused.value.fields
    assert await names() == []


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), max_size=9))
def test_each_category_of_any_tree_stands_once_and_after_its_parent(shape: list[tuple[int, int]]) -> None:
    made: list[Category] = []
    for parent, position in shape:
        over = made[parent] if parent < len(made) else None
        above = (*over.ancestors, over.id) if over else ()
        name = f"c{len(made)}"
        made.append(
            Category(new_id(), name, name, "", "book", "", over.id if over else None, above, position, "public", 0)
        )
    told = in_order(reversed(made))
    assert sorted(one.slug for one in told) == sorted(one.slug for one in made)
    at = {one.id: place for place, one in enumerate(told)}
    assert all(at[one.parent_id] < at[one.id] for one in told if one.parent_id)
