"""Imports as staff see them: how far each came, what was refused and why, which files could not be kept."""

from pathlib import Path

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.imports.desks.bringing_in import import_desk
from kb.imports.desks.zendesk import Zendesk
from kb.imports.running import Read
from kb.imports.tickets import import_tickets
from tests.support.client import Client
from tests.support.desks import comment, ticket, write
from tests.support.factories import make_person


async def bring_in(folder: Path) -> str:
    """A desk of which one ticket is refused and one file fails; the import's id."""
    files = [
        {"id": n, "file_name": name, "content_url": f"https://x.example/{name}"}
        for n, name in ((1, "a.png"), (2, "<b>.exe"))
    ]
    write(
        folder,
        t={"tickets": [ticket(1, 2), ticket(2, 2, subject="", description="")]},
        tickets__1__comments={"comments": [comment(11, 2, "Words of 1", at="10:00", attachments=files)]},
    )
    with Zendesk(folder) as desk:
        await import_desk(SYSTEM, desk, kind="zendesk", source="fern")
    await execute(
        "update import_attachment set state = 'failed', reason = 'Programs are not taken.' where name = '<b>.exe'"
    )
    return str(await fetch_value("select id from import_run"))


async def test_agents_see_what_came_in_and_what_did_not(client: Client, tmp_path: Path) -> None:
    import_id = await bring_in(tmp_path / "z")
    await import_tickets(SYSTEM, [Read(1, {"text": "Lost"})], source="old.csv")
    await client.sign_in(await make_person(Role.AGENT))

    everything = await client.get("/imports")
    page = await client.get(f"/imports/{import_id}")

    assert (everything.status_code, page.status_code) == (200, 200)
    for words in (
        "fern",
        "Zendesk",
        "1 refused",
        "1 file not kept",
        "1 file waits to be fetched",
        "0 of 2 imported questions are read.",
        "old.csv",
        "Table",
    ):
        assert words in everything.text, words
    for words in ("ticket 2: no text of it is in any document", "Programs are not taken.", "&lt;b&gt;.exe", "a.png"):
        assert words in page.text, words


async def test_the_api_tells_the_same_page_by_page(client: Client, tmp_path: Path) -> None:
    import_id = await bring_in(tmp_path / "z")
    await execute(
        "insert into import_rejection (run_id, stage, line, reason) select $1, 'documents', n, 'torn ' || n from generate_series(1, 5) n",
        import_id,
    )
    await client.sign_in(await make_person(Role.AGENT))
    path = f"/api/v1/imports/{import_id}"

    (one,) = (await client.get("/api/v1/imports")).json()["items"]
    seen, cursor = [], ""
    while cursor is not None:
        answer = (await client.get(f"{path}/refusals", params={"limit": 2, "cursor": cursor})).json()
        seen += [(row["stage"], row["line"]) for row in answer["items"]]
        cursor = answer["next"]
    first = (await client.get(f"{path}/files", params={"limit": 1})).json()
    second = (await client.get(f"{path}/files", params={"limit": 1, "cursor": first["next"]})).json()

    assert one == (await client.get(path)).json()
    assert (one["source"], one["files_failed"], one["files_waiting"]) == ("fern", 1, 1)
    assert seen == [*(("documents", n) for n in range(1, 6)), ("tickets", 2)]
    assert [row["name"] for row in (*first["items"], *second["items"])] == ["<b>.exe", "a.png"]
    assert second["next"] is None


async def test_nobody_else_sees_them(client: Client, tmp_path: Path) -> None:
    import_id = await bring_in(tmp_path / "z")
    for role in (Role.MEMBER, Role.MODERATOR):
        await client.sign_in(await make_person(role))
        for path in ("/imports", f"/imports/{import_id}", "/api/v1/imports", f"/api/v1/imports/{import_id}/files"):
            assert (await client.get(path)).status_code == 403, (role, path)
    await client.sign_in(await make_person(Role.AGENT))
    assert (await client.get(f"/imports/{import_id[:-1]}{'0' if import_id[-1] != '0' else '1'}")).status_code == 404
