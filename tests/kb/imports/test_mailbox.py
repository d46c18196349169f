"""The mail of a support address comes in from an mbox: threads by the ids they name, replies trimmed, agents told by address."""

import mailbox
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.adapters.folder_store import FolderStore
from kb.core.actor import SYSTEM
from kb.core.database import fetch_all
from kb.core.errors import Invalid
from kb.imports import mbox
from kb.imports.desks.attachments import Keeping
from kb.imports.desks.bringing_in import DeskCounts, import_desk
from kb.imports.desks.mail_threads import Threads
from kb.imports.desks.mailbox import Mailbox, Staff
from kb.imports.mbox import iterate_mbox, read_again

STAFF = Staff(frozenset({"support@fern.example"}), frozenset({"agents.example"}))
START = datetime(2024, 3, 1, 10, tzinfo=UTC)


def mail(
    number: int, sender: str, text: str, *, answers: int = 0, at: datetime | None = None, **more: str
) -> EmailMessage:
    """The mail of that number; `answers` is the number of the one it answers."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = more.pop("To", "support@fern.example")
    made["Subject"] = more.pop("Subject", "Invoice lost")
    made["Message-ID"] = f"<m{number}@x.example>"
    made["Date"] = format_datetime(at or START + timedelta(hours=number))
    if answers:
        made["In-Reply-To"], made["References"] = f"<m{answers}@x.example>", f"<m1@x.example> <m{answers}@x.example>"
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def pack(path: Path, *mails: EmailMessage) -> Path:
    """An mbox as the standard library writes it, which escapes lines that begin with "From "."""
    box = mailbox.mbox(path)
    for one in mails:
        box.add(one)
    box.close()
    return path


async def bring_in(path: Path, keeping: Keeping | None = None) -> DeskCounts:
    with Mailbox(path, STAFF) as desk:
        return await import_desk(SYSTEM, desk, kind="mbox", source="support", keeping=keeping)


async def told(sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await fetch_all(sql)]


MESSAGES = (
    "select t.subject, t.state, m.kind, p.name, m.body_source from ticket t join ticket_message m on m.ticket_id = t.id"
    " join person p on p.id = m.author_id order by t.created_at, m.position"
)


async def test_a_thread_is_a_ticket_and_replies_come_without_what_they_quote(db: str, tmp_path: Path) -> None:
    path = pack(
        tmp_path / "support.mbox",
        mail(2, "Maja <maja@agents.example>", "Look in the folder.\n\nOn Fri, Ada wrote:\n> Where is it?\n> From the start.", answers=1,
             Subject="Re: Invoice lost", To="ada@acme.example"),
        mail(1, "Ada Lovelace <Ada@acme.example>", "Where is it?\n\nFrom the start it was at 10:30 here.\n\n-- \nAda\nAcme Inc."),
        mail(3, "ada@acme.example", "Found it, thanks!", answers=2, Subject="RE: AW: Invoice lost"),
        mail(4, "bob@acme.example", "Mine is lost too.", Subject="Invoice lost", at=datetime.now(UTC) - timedelta(days=2)),
    )  # fmt: skip

    counts = await bring_in(path)
    again = await bring_in(path)

    assert (counts.tickets.imported, counts.documents.rejected, again.tickets.imported) == (2, 0, 0)
    assert await told(MESSAGES) == [
        ("Invoice lost", "solved", "customer", "Ada Lovelace", "Where is it?\n\nFrom the start it was at 10:30 here."),
        ("Invoice lost", "solved", "agent", "Maja", "Look in the folder."),
        ("Invoice lost", "solved", "customer", "Ada Lovelace", "Found it, thanks!"),
        ("Invoice lost", "open", "customer", "bob", "Mine is lost too."),
    ]  # fmt: skip
    assert await told("select email, count(*) from person group by 1 having count(*) > 1") == []


async def test_machines_newsletters_and_agents_among_themselves_stay_out(db: str, tmp_path: Path) -> None:
    path = pack(
        tmp_path / "support.mbox",
        mail(1, "ada@acme.example", "I am away.", Auto_Submitted="auto-replied", Subject="Out of office"),
        mail(2, "news@shop.example", "Buy now", List_Id="<news.shop.example>", Precedence="bulk"),
        mail(3, "maja@agents.example", "Lunch?", To="kim@agents.example"),
        mail(4, "list@acme.example", "Our group asks", List_Id="<group.acme.example>", Precedence="list"),
        mail(5, "maja@agents.example", "And we answer", answers=4, To="list@acme.example"),
        mail(6, "maja@agents.example", "We wrote first.", To="Cleo <cleo@acme.example>", Subject="Your plan"),
        mail(7, "MAILER-DAEMON@mx.example", "no mailbox by that name", X_Failed_Recipients="zoe@acme.example",
             Subject="Undelivered Mail Returned to Sender"),
    )  # fmt: skip

    counts = await bring_in(path)

    assert counts.passed_over == {
        "answers of machines": 1, "newsletters and lists": 1, "mail among agents": 1, "returned mail": 1
    }  # fmt: skip
    assert await told("select t.subject, p.email from ticket t join person p on p.id = t.requester_id order by t.subject, 2") == [
        ("Invoice lost", "list@acme.example"), ("Your plan", "cleo@acme.example")
    ]  # fmt: skip


@pytest.mark.parametrize("packed", [True, False], ids=["mbox", "eml"])
async def test_attachments_are_read_from_the_box(db: str, tmp_path: Path, *, packed: bool) -> None:
    first = mail(1, "ada@acme.example", "See the log.")
    first.add_attachment(b"boom\nFrom here on", maintype="text", subtype="x-log", filename="a.log")
    first.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="run.exe")
    if packed:
        path = pack(tmp_path / "support.mbox", mail(9, "zoe@acme.example", "Before it"), first)
    else:
        path = tmp_path / "mails"
        (path / "2024").mkdir(parents=True)
        (path / "2024" / "1.eml").write_bytes(first.as_bytes())
    store = FolderStore(tmp_path / "store")

    counts = await bring_in(path, Keeping(store, frozenset({"log"})))

    assert (counts.files.kept, counts.files.waiting, [name for name, _ in counts.files.failures]) == (1, 0, ["run.exe"])
    (file_id,) = (await told("select file_id from import_attachment where state = 'kept'"))[0]
    assert await store.get(f"files/{file_id}/file") == b"boom\nFrom here on"


async def test_broken_mails_are_named_and_the_rest_comes_in(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "MAX_MAIL", 20_000)
    good = bytes(mail(1, "ada@acme.example", "Where is it?"))
    empty, nobody = b"\n", bytes(mail(2, "ada@acme.example", "Who?")).replace(b"ada@acme.example", b"nobody")
    large, undated = (
        bytes(mail(3, "ada@acme.example", "x" * 100 + "\n")) + b"y" * 30_000,
        b"From: zoe@acme.example\n\nNo date \xff",
    )
    path = tmp_path / "support.mbox"
    path.write_bytes(
        b"".join(b"From x Fri Mar  1 10:00:00 2024\n" + one + b"\n\n" for one in (good, empty, nobody, large, undated))
    )

    counts = await bring_in(path)

    assert counts.tickets.imported == 2
    assert [reason.split(": ", 1)[1] for _, reason in counts.documents.rejections] == [
        "It is empty.", "it does not say who sent it", "larger than 0 MB"
    ]  # fmt: skip
    with pytest.raises(Invalid, match="does not begin as an mbox"):
        list(iterate_mbox(Path(__file__)))


LINES = st.sampled_from(
    [
        b"hello",
        b"",
        b"From what I see, it is 10:30",
        b">From me",
        b">>From",
        b"From x Fri Mar  1 10:00:00 2024",
        b"\r",
        b"a" * 70,
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(LINES, max_size=8).map(b"\n".join), min_size=1, max_size=5))
def test_what_was_packed_is_read_and_read_again(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> None:
    def escaped(body: bytes) -> bytes:
        return b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in body.split(b"\n"))

    path = tmp_path_factory.mktemp("box") / "box"
    path.write_bytes(
        b"".join(b"From x Fri Mar  1 10:00:00 2024\nSubject: s\n\n" + escaped(body) + b"\n\n" for body in bodies)
    )

    read = list(iterate_mbox(path))

    assert [one.content.rstrip(b"\r\n") for one in read] == [
        (b"Subject: s\n\n" + body).rstrip(b"\r\n") for body in bodies
    ]
    assert [read_again(path, one.place) for one in read] == [one.content for one in read]


@given(st.lists(st.tuples(st.integers(0, 12), st.lists(st.integers(0, 12), max_size=3)), max_size=12))
def test_threads_are_what_naming_connects_in_whatever_order(mails: list[tuple[int, list[int]]]) -> None:
    def partition(order: list[tuple[int, list[int]]]) -> set[frozenset[str]]:
        threads = Threads()
        for one, named in order:
            threads.join(str(one), [str(other) for other in named])
        ids = {str(one) for one, named in mails} | {str(other) for _, named in mails for other in named}
        return {frozenset(a for a in ids if threads.of(a) == threads.of(b)) for b in ids}

    assert partition(mails) == partition(mails[::-1])
