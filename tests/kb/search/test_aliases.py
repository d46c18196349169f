"""Whoever searches a duplicate's title is led to its original, and learns under which name it was asked too."""

from collections.abc import Awaitable, Callable

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.duplicates.confirming import confirm_duplicate
from kb.clusters.duplicates.marking import NewMark, mark_duplicate
from kb.clusters.duplicates.sides import Side
from kb.clusters.duplicates.undoing import undo_duplicate
from kb.core.policy import Role
from kb.search.searching import search
from kb.search.suggesting import suggest
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.tickets_factories import make_ticket

TITLE = "Spreadsheet upload dies halfway"


async def test_the_title_of_a_duplicate_finds_the_original_first_while_it_is_one(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    agent, reader, embedder = await make_person(Role.AGENT), await make_person(), HashingEmbedder()
    original = await make_topic(title="Import of long files stops", body="It never ends.")
    alias = await make_topic(title=TITLE, body="At the middle.")
    await make_topic(title="Spreadsheet columns are mixed up", body="All of them.")
    await deliver_all()
    mark = NewMark(Side("topic", alias.id), Side("topic", original.id))
    made = await mark_duplicate(agent, mark, enough=0)
    await confirm_duplicate(agent, made)

    found = await search(reader, TITLE, embedder=embedder)
    assert (found.items[0].id, found.items[0].plain_title) == (original.id, "Import of long files stops")
    assert f"also asked as “{TITLE}”" in found.items[0].why
    assert alias.id not in {item.id for item in found.items}
    offered = (await suggest(reader, TITLE, embedder=embedder)).items[0]
    assert (offered.id, offered.url) == (original.id, original.path)
    assert f"also asked as “{TITLE}”" in offered.why

    await undo_duplicate(agent, made)
    found = await search(reader, TITLE, embedder=embedder)
    assert (found.items[0].id, "also asked" in found.items[0].why) == (alias.id, False)


async def test_a_private_ticket_is_a_name_of_its_original_only_for_those_who_may_read_it(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    agent, embedder = await make_person(Role.AGENT), HashingEmbedder()
    original = await make_topic(title="Import of long files stops", body="It never ends.")
    ticket = await make_ticket(subject=TITLE, body="Our secret codename is Zebrafish.")
    await deliver_all()
    made = await mark_duplicate(agent, NewMark(Side("ticket", ticket.id), Side("topic", original.id)), enough=0)
    await confirm_duplicate(agent, made)

    assert (await search(agent, TITLE, embedder=embedder)).items[0].id == original.id
    for stranger in (await make_person(), await make_person(Role.MODERATOR)):
        assert (await search(stranger, TITLE, embedder=embedder)).items == ()
        assert (await suggest(stranger, "secret codename Zebrafish", embedder=embedder)).items == ()
