"""What may be uploaded, how much, by whom it is read, and when it is forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest

from kb.adapters.folder_store import FolderStore
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid, NotFound, NotSignedIn, TooLarge, TooMany, Unavailable
from kb.core.policy import Role
from kb.drafts.keeping import DraftText, keep_draft
from kb.files import rules
from kb.files.access import read_file
from kb.files.sweeping import sweep_unused_files
from kb.files.uploading import NewFile, UploadedFile, upload_file
from kb.forum.attachments import reads_file_in_post
from kb.forum.editing import edit_post
from kb.forum.hiding import hide_post
from kb.tickets.answering import reply_to_ticket
from kb.tickets.asking import NewTicket, open_ticket
from kb.tickets.attachments import reads_file_in_ticket
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.pictures import picture

pytestmark = pytest.mark.usefixtures("db")

ALLOWED = frozenset({"txt", "pdf"})
WAYS = (reads_file_in_post, reads_file_in_ticket)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


async def upload(actor: Actor, store: FolderStore, name: str = "Shot 1.PNG", content: bytes = b"") -> UploadedFile:
    return await upload_file(actor, NewFile(name, content or picture()), store=store, allowed=ALLOWED)


async def reads(actor: Actor, kept: UploadedFile, store: FolderStore) -> str:
    """How the actor finds it: public, own (readable but not for everybody) or missing."""
    try:
        found = await read_file(actor, kept.id, width=None, ways=WAYS, store=store)
    except NotFound:
        return "missing"
    return "public" if found.is_public else "own"


async def test_a_picture_is_known_by_its_content_and_brings_its_markdown(store: FolderStore) -> None:
    kept = await upload(await make_person(), store, name="Shot 1](x).exe")

    assert (kept.kind, kept.width, kept.height) == ("image", 40, 30)
    assert kept.markdown == f"![Shot 1 (x).exe](/files/{kept.id}/shot-1-x.40x30.webp)"


async def test_another_file_is_taken_by_its_ending_and_kept_as_it_is(store: FolderStore) -> None:
    person = await make_person()
    kept = await upload(person, store, "Log of Monday.TXT", b"<script>alert(1)</script>")
    found = await read_file(person, kept.id, width=None, ways=WAYS, store=store)

    assert kept.markdown == f"[Log of Monday.TXT](/files/{kept.id}/log-of-monday.txt)"
    assert (found.kind, found.media_type, found.content) == (
        "download",
        "application/octet-stream",
        b"<script>alert(1)</script>",
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", b"<svg/>"),
        ("x.html", b"<html>"),
        ("x", b"x"),
        ("x.png", b"no picture"),
        ("x.txt", b"MZ\x90 a program"),
        ("x.txt", b"\x7fELF"),
        ("x.png", b"\x89PNG\r\n\x1a\n and nothing more"),
    ],
)
async def test_what_is_not_on_the_list_or_is_not_what_it_says_is_refused(
    store: FolderStore, name: str, content: bytes
) -> None:
    with pytest.raises(Invalid) as refusal:
        await upload(await make_person(), store, name, content)
    assert refusal.value.fields["file"]
    assert await fetch_value("select count(*) from file") == 0


async def test_size_pace_and_the_days_amount_are_limited(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await make_person()
    with pytest.raises(TooLarge):
        await upload(person, store, "x.txt", b"x" * (rules.MAX_BYTES + 1))
    monkeypatch.setattr(rules, "MOST_BYTES_A_DAY", 30)
    await upload(person, store, "x.txt", b"x" * 20)
    with pytest.raises(TooMany):
        await upload(person, store, "x.txt", b"x" * 20)
    await upload(await make_person(), store, "x.txt", b"x" * 20)
    monkeypatch.setattr(rules, "MOST_AN_HOUR", 3)
    await upload(person, store, "x.txt", b"x")
    with pytest.raises(TooMany):
        await upload(person, store, "x.txt", b"x")


async def test_nobody_uploads_without_being_signed_in(store: FolderStore) -> None:
    with pytest.raises(NotSignedIn):
        await upload(ANONYMOUS, store)


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [
        ("public", ["public", "public", "public"]),
        ("members", ["missing", "own", "own"]),
        ("staff", ["missing", "missing", "own"]),
    ],
)
async def test_a_file_is_read_by_whom_the_post_is_read(
    store: FolderStore, visibility: str, expected: list[str]
) -> None:
    author = await make_person(Role.AGENT)
    kept = await upload(author, store)
    assert await reads(author, kept, store) == "own"
    assert await reads(await make_person(Role.ADMIN), kept, store) == "missing"

    await make_topic(
        author, body=f"It looks so:\n\n{kept.markdown}", space=await make_space("corner", visibility=visibility)
    )

    readers = [ANONYMOUS, await make_person(), await make_person(Role.MODERATOR)]
    assert [await reads(reader, kept, store) for reader in readers] == expected


async def test_what_is_hidden_or_edited_out_is_read_no_more(store: FolderStore) -> None:
    author = await make_person()
    one, two = await upload(author, store), await upload(author, store)
    topic = await make_topic()
    hidden = await make_reply(topic, author, body=f"See {one.markdown}")
    edited = await make_reply(topic, author, body=f"And {two.markdown}")
    assert [await reads(ANONYMOUS, kept, store) for kept in (one, two)] == ["public", "public"]

    await hide_post(await make_person(Role.MODERATOR), hidden)
    await edit_post(author, edited, "And nothing more.")
    assert [await reads(ANONYMOUS, kept, store) for kept in (one, two)] == ["missing", "missing"]


async def test_naming_somebody_elses_file_shows_it_to_nobody(store: FolderStore) -> None:
    owner = await make_person(Role.AGENT)
    kept = await upload(owner, store)
    await make_topic(owner, body=kept.markdown, space=await make_space("corner", visibility="staff"))
    await make_topic(await make_person(), body=kept.markdown)

    assert await reads(ANONYMOUS, kept, store) == "missing"


async def test_a_file_in_a_ticket_is_for_its_requester_and_agents_and_one_in_a_note_for_agents(
    store: FolderStore,
) -> None:
    customer, agent = await make_person(), await make_person(Role.AGENT)
    sent, noted = await upload(customer, store), await upload(agent, store)
    ticket = await open_ticket(customer, NewTicket("It fails", sent.markdown, "form"))
    await reply_to_ticket(agent, ticket.id, noted.markdown, "note")

    other_agent, stranger = await make_person(Role.AGENT), await make_person(Role.MODERATOR)
    people = (customer, other_agent, stranger, ANONYMOUS)
    assert [await reads(one, sent, store) for one in people] == ["own", "own", "missing", "missing"]
    assert [await reads(one, noted, store) for one in people] == ["missing", "own", "missing", "missing"]


async def test_what_nothing_uses_for_two_days_is_forgotten_row_and_content(store: FolderStore, tmp_path: Path) -> None:
    author = await make_person()
    unused, used, drafted = [await upload(author, store) for _ in range(3)]
    await make_topic(author, body=used.markdown)
    await keep_draft(author, "ask", DraftText("A title", f"Not finished: {drafted.markdown}"))
    young = await upload(author, store)
    await execute("update file set created_at = created_at - $1::interval where id <> $2", timedelta(days=3), young.id)

    assert await sweep_unused_files(store) == 1

    rows = await fetch_all("select id from file")
    assert {row["id"] for row in rows} == {used.id, drafted.id, young.id}
    kept = {path.parent.name for path in tmp_path.rglob("*") if path.is_file()}
    assert kept == {str(used.id), str(drafted.id), str(young.id)}
    assert await reads(author, unused, store) == "missing"


async def test_a_store_that_is_down_refuses_and_what_it_lacks_is_missing(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    person, broken = await make_person(), FolderStore(tmp_path / "files")
    with pytest.raises(Unavailable):
        await upload(person, broken)
    file_id = await fetch_value("select id from file")
    with pytest.raises(NotFound):
        await read_file(person, file_id, width=None, ways=WAYS, store=FolderStore(tmp_path / "elsewhere"))
