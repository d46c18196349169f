"""Tags, and a group of the demo's team with a space of its own."""

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import group_visibility
from kb.core.unit_of_work import unit_of_work
from kb.demo.reading import read_records
from kb.demo.telling_people import SOURCE
from kb.forum.spaces import NewSpace, create_space
from kb.forum.tagging import set_tags
from kb.people.groups import add_member, create_group

CREW = ("tove@fernbook.example", "henrik@fernbook.example", "ingrid@fernbook.example")


async def load_tags() -> None:
    """Each topic has the subject of its problem as its tag: `checkout`, `login`."""
    subjects = {r["key"]: r["problem"].partition("-")[0] for r in read_records("topics") if r["problem"]}
    rows = await fetch_all("select id, source_id from topic where source = $1 order by id", SOURCE)
    async with unit_of_work(SYSTEM) as unit:
        for row in rows:
            if subject := subjects.get(row["source_id"]):
                await set_tags(unit, row["id"], [subject])


async def load_crew() -> None:
    """Only the team starts topics among the announcements; the release crew has a room that nobody else sees."""
    await execute("update space set who_asks = 'staff' where slug = 'announcements'")
    if await fetch_value("select 1 from person_group where name = 'Release crew'"):
        return
    group_id = await create_group(SYSTEM, "Release crew", "Who decides what ships, and when.")
    for email in CREW:
        await add_member(SYSTEM, group_id, email)
    right = group_visibility(group_id)
    draft = NewSpace("Release room", "What ships next, before anybody is told.", right, "release-room", 11)
    await create_space(SYSTEM, draft)
