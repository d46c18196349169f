"""Filters kept under a name: one's own, shared ones, and one's own order of both."""

import pytest

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.desk.rules import VIEWS_MOST
from kb.desk.saved_views import change_view, get_saved_view, list_saved_views, order_views, remove_view, save_view
from kb.desk.surroundings import get_surroundings
from tests.support.factories import make_person


async def _names(actor: Actor) -> list[str]:
    views = await list_saved_views(actor)
    assert list((await get_surroundings(actor)).views) == views, "the desk shows the same, in one statement"
    return [view.name for view in views]


async def test_a_view_is_its_owners_unless_it_is_shared_and_each_has_their_own_order(db: str) -> None:
    tove, sam = await make_person(Role.AGENT, name="Tove"), await make_person(Role.AGENT)
    urgent = await save_view(tove, " Urgent ", "IS:open   priority:urgent", is_shared=True)
    await save_view(tove, "Quiet", "is:waiting older:3d")
    mine = await save_view(sam, "Mine", "assignee:me")
    assert await _names(tove) == ["Quiet", "Urgent"]
    assert await _names(sam) == ["Mine", "Urgent"]
    await order_views(sam, [urgent, mine])
    assert await _names(sam) == ["Urgent", "Mine"]
    assert await _names(tove) == ["Quiet", "Urgent"]
    seen = await get_saved_view(sam, urgent)
    assert (seen.filter, seen.owner, seen.is_own) == ("is:open priority:urgent", "Tove", False)
    await change_view(tove, urgent, "Burning", "is:overdue", is_shared=False)
    assert await _names(sam) == ["Mine"]
    with pytest.raises(NotFound):
        await get_saved_view(sam, urgent)
    await remove_view(tove, urgent)
    assert await _names(tove) == ["Quiet"]


async def test_what_could_not_be_found_again_is_refused(db: str) -> None:
    tove, sam, ines = await make_person(Role.AGENT), await make_person(Role.AGENT), await make_person()
    view_id = await save_view(tove, "Urgent", "priority:urgent", is_shared=True)
    for name, filter_, field in ((" ", "tag:a", "name"), ("x" * 61, "tag:a", "name"), ("URGENT", "tag:a", "name"),
                                 ("Other", "  ", "filter"), ("Other", "priority:asap refund", "filter")):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            await save_view(tove, name, filter_)
        assert set(refusal.value.fields) == {field}
    for anothers in (change_view(sam, view_id, "Mine now", "tag:a", is_shared=False), remove_view(sam, view_id)):
        with pytest.raises(NotFound):
            await anothers
    with pytest.raises(Invalid):
        await order_views(sam, [new_id()])
    for act in (
        list_saved_views(ines),
        save_view(ines, "Mine", "tag:a"),
        remove_view(ines, view_id),
        order_views(ines, []),
    ):
        with pytest.raises(NotAllowed):
            await act
    for n in range(VIEWS_MOST):
        await save_view(sam, f"View {n}", f"tag:t{n}")
    with pytest.raises(Conflict):
        await save_view(sam, "One more", "tag:a")
