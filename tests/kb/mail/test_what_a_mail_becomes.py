"""HTML becomes Markdown, pictures stand where they stood, files are files of ours; whatever is not taken over is named."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.adapters.folder_store import FolderStore
from kb.core.actor import SYSTEM
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.policy import Role
from kb.mail import handling, rules
from kb.mail.forgetting import KEPT, forget_old_mail
from kb.mail.handling import handle_mail, sweep_received_mail
from kb.mail.office import Means
from kb.mail.queries import get_ticket_post
from kb.mail.reading import read_message
from kb.mail.taking_in import take_in
from kb.mail.writing_up import write_up
from kb.tickets.merging import merge_tickets
from tests.support.factories import make_person
from tests.support.mail_factories import NO_FILES, OFFICE, SUPPORT, raw_mail
from tests.support.pictures import picture

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def means(tmp_path) -> Means:  # type: ignore[no-untyped-def]
    return Means(OFFICE, FolderStore(tmp_path))


async def read(raw: bytes, means: Means) -> str:
    """The last message's Markdown."""
    taken = await take_in(SYSTEM, raw, "smtp", recipients=[SUPPORT])
    await handle_mail(taken.id, means)
    return str(
        await fetch_value("select body_source from ticket_message order by created_at desc, position desc limit 1")
    )


async def test_html_becomes_markdown_and_nothing_hostile_survives(means: Means) -> None:
    html = (
        '<style>p{}</style><p onclick="x()">It <b>works</b> <a href="javascript:alert(1)">not</a>,'
        ' <a href="https://shop.example/a">see</a></p><script>alert(1)</script><table><tr><td>cell</td></tr></table>'
        '<img src="https://spy.example/p.gif" width="1" height="1"><ul><li>one</li><li>two</li></ul>'
    )
    source = await read(raw_mail(html=html), means)

    assert "It **works**" in source
    assert "[see](https://shop.example/a)" in source
    assert "- one\n- two" in source
    for hostile in ("javascript", "alert", "onclick", "spy.example", "<script"):
        assert hostile not in source
    rendered = await fetch_value("select body_html from ticket_message")
    assert "<strong>works</strong>" in rendered


def with_pictures(body: str, kind: str = "text/html") -> bytes:
    shot = base64.encodebytes(picture()).decode().replace("\n", "\r\n")
    lines = [
        "From: Ines <ines@home.example>", f"To: {SUPPORT}", "Subject: Look", "MIME-Version: 1.0",
        'Content-Type: multipart/related; boundary="r"', "", "--r", f"Content-Type: {kind}; charset=utf-8", "", body,
    ]  # fmt: skip
    for cid in ("shot@home", "logo@home"):
        head = ["--r", f'Content-Type: image/png; name="{cid[:4]}.png"', f"Content-ID: <{cid}>"]
        lines += [
            *head,
            "Content-Transfer-Encoding: base64",
            f"Content-Disposition: inline; filename={cid[:4]}.png",
            "",
            shot,
        ]
    return "\r\n".join([*lines, "--r--", ""]).encode()


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
async def test_a_picture_stands_where_it_stood_and_a_signatures_logo_stays_away(means: Means, kind: str) -> None:
    html = '<p>Above</p><img src="cid:shot@home" alt=""><p>Below</p><p>-- </p><p>Ines<br><img src="cid:logo@home"></p>'
    plain = "Above\r\n\r\n[cid:shot@home]\r\n\r\nBelow\r\n\r\n-- \r\nInes\r\n[cid:logo@home]\r\n"
    source = await read(with_pictures(html if kind == "text/html" else plain, kind), means)

    above, shown, below = source.split("\n\n")
    assert (above, below) == ("Above", "Below")
    assert shown.startswith("![")
    assert shown.endswith(".webp)")
    ticket_id: UUID = await fetch_value("select id from ticket")
    (origin,) = (await get_ticket_post(await make_person(Role.AGENT), ticket_id)).origins.values()
    assert [(one.name, "signature" in one.reason) for one in origin.left_out] == [("logo.png", True)]


async def test_files_are_kept_below_the_text_and_those_that_are_not_are_named(means: Means) -> None:
    files = [
        ("log.txt", "text/plain", b"boom"),
        ("setup.exe", "application/x-msdownload", b"MZ"),
        ("empty.txt", "text/plain", b""),
        ("../../etc/passwd.txt", "text/plain", b"no way up"),
    ]
    source = await read(raw_mail(text="See the log.", files=files), means)

    assert source.startswith("See the log.\n\n[log.txt](/files/")
    assert "passwd" in source
    ticket_id: UUID = await fetch_value("select id from ticket")
    (origin,) = (await get_ticket_post(await make_person(Role.AGENT), ticket_id)).origins.values()
    assert [one.name for one in origin.left_out] == ["setup.exe", "empty.txt"]
    assert await fetch_value("select count(*) from file_use where kind = 'ticket_message'") == 2


async def test_lines_of_plain_text_end_where_their_writer_ended_them(means: Means) -> None:
    wrapped = "Since Monday each invoice goes out twice, once from the old export\nand once from the new one."
    text = f"{wrapped}\n\nHost: db-3\nState: warning\n\n```\na\nb\n```\n\nIt began on Monday."
    source = await read(raw_mail(text=text), means)

    assert source == text, "as it was written"
    html = await fetch_value("select body_html from ticket_message")
    assert "Host: db-3<br>\nState: warning" in html
    assert "export\nand once" in html


async def test_a_text_that_is_too_long_is_cut_and_the_mail_is_whole(means: Means) -> None:
    raw = raw_mail(text="a line of a log\n" * 5_000)
    source = await read(raw, means)

    assert len(source) <= 30_000
    row = await fetch_one("select content, left_out::text as left_out from received_mail")
    assert row is not None
    assert bytes(row["content"]) == raw
    assert "30,000 characters" in row["left_out"]


@pytest.mark.parametrize("before", [29_990, 40_000])
async def test_a_picture_whose_place_is_cut_stands_below_what_is_shown(means: Means, before: int) -> None:
    lines = ("a line of a log\n" * 3_000)[:before].replace("\n", "\r\n")
    source = await read(with_pictures(f"{lines}[cid:shot@home]\r\nand so on", "text/plain"), means)

    text, *pictures = source.split("\n\n")
    assert len(text) <= 30_000
    assert "](" not in text
    assert [one[:2] for one in pictures] == ["![", "!["], "the one with a place, and the one without"


async def test_a_mail_of_nothing_but_a_file_or_without_a_subject_is_a_ticket_all_the_same(means: Means) -> None:
    assert (await read(raw_mail(text="", subject="", files=[("log.txt", "text/plain", b"x")]), means)).startswith(
        "[log.txt]"
    )
    assert await read(raw_mail(text=" ", subject=""), means) == "(no text)"
    assert {row["subject"] for row in await fetch_all("select subject from ticket")} == {"(no subject)"}


async def test_a_forwarded_mail_is_told_with_what_it_forwards(means: Means) -> None:
    text = "---------- Forwarded message ---------\nFrom: Boris <boris@home.example>\nDate: x\nSubject: y\n\nMy export is empty."
    told = await read(raw_mail(subject="Fwd: Export", text=f"Can you help him?\n\n{text}"), means)
    assert told.startswith("Can you help him?\n\nFrom: Boris")
    assert told.endswith("My export is empty.")
    assert (await read(raw_mail(subject="Fwd: Export", text=text), means)).startswith("From: Boris")
    assert await fetch_value("select min(subject) from ticket") == "Export"


async def test_a_reply_of_nothing_but_quotes_waits_for_people(means: Means) -> None:
    await read(raw_mail(Message_ID="<first@home.example>"), means)
    raw = raw_mail(text="> Only\n> quoted\n", References="<first@home.example>")
    taken = await take_in(SYSTEM, raw, "smtp", recipients=[SUPPORT])
    await handle_mail(taken.id, means)

    row = await fetch_one("select state, reason from received_mail where id = $1", taken.id)
    assert row is not None
    assert (row["state"], "no text of its own" in row["reason"]) == ("review", True)


async def test_mail_about_a_merged_ticket_goes_on_in_the_one_it_is_read_in(means: Means) -> None:
    agent = await make_person(Role.AGENT)
    await read(raw_mail(Message_ID="<first@home.example>"), means)
    await read(raw_mail(Message_ID="<second@home.example>", subject="The same again"), means)
    first, second = (row["id"] for row in await fetch_all("select id from ticket order by number"))
    await merge_tickets(agent, second, into=first)

    await read(raw_mail(text="Any news?", References="<second@home.example>"), means)

    assert await fetch_value("select ticket_id from ticket_message where body_source = 'Any news?'") == first
    assert len((await get_ticket_post(agent, first)).origins) == 3


async def test_somebody_too_fast_waits_and_is_not_lost(means: Means) -> None:
    for number in range(21):
        await take_in(SYSTEM, raw_mail(text=f"Problem {number}"), "smtp", recipients=[SUPPORT])
    for row in await fetch_all("select id from received_mail order by received_at"):
        await handle_mail(row["id"], means)

    row = await fetch_one("select * from received_mail where state = 'waiting'")
    assert row is not None
    assert (row["attempts"], "Too many" in row["reason"]) == (0, True)
    with clock_held_at(now() + rules.LONGEST_WAIT * 3):
        assert await sweep_received_mail(means) == 1
    assert await fetch_value("select count(*) from ticket") == 21


async def test_a_mail_that_two_take_at_once_is_read_by_one(means: Means) -> None:
    taken = await take_in(SYSTEM, raw_mail(), "smtp", recipients=[SUPPORT])
    await asyncio.gather(*(handle_mail(taken.id, means) for _ in range(4)))
    await handle_mail(taken.id, means)

    assert await fetch_value("select count(*) from ticket_message") == 1


async def test_a_mail_that_kills_its_reader_again_and_again_waits_for_people(
    means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object) -> None:
        raise MemoryError("too much")

    monkeypatch.setattr(handling, "route_mail", breaks)
    taken = await take_in(SYSTEM, raw_mail(), "smtp", recipients=[SUPPORT])
    for hours in range(rules.READ_AT_MOST + 1):
        with clock_held_at(now() + rules.LONGEST_WAIT * 2 * hours):
            await handle_mail(taken.id, means)

    row = await fetch_one("select state, reason, content from received_mail")
    assert row is not None
    assert (row["state"], row["content"] is not None) == ("review", True)
    assert "MemoryError: too much" in row["reason"]


async def test_a_store_that_is_down_delays_a_mail_with_files_and_loses_none(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "files").write_text("a file where the folder should be")
    down = Means(OFFICE, FolderStore(tmp_path))
    taken = await take_in(SYSTEM, raw_mail(files=[("log.txt", "text/plain", b"x")]), "smtp", recipients=[SUPPORT])
    await handle_mail(taken.id, down)
    assert await fetch_value("select state from received_mail") == "waiting"
    (tmp_path / "files").unlink()

    with clock_held_at(now() + rules.LONGEST_WAIT):
        await sweep_received_mail(down)

    assert await fetch_value("select state from received_mail") == "opened"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(min_size=1, max_size=800),
        st.text(max_size=300).map(
            lambda text: f"From: {text}\r\nTo: {SUPPORT}\r\n\r\n{text}".encode("utf-8", "replace")
        ),
        st.text(max_size=300).map(
            lambda text: raw_mail(sender=f"{text[:40]} <a@b.example>", text=text, subject=text[:80])
        ),
    )
)
async def test_whatever_comes_in_is_a_ticket_or_waits_for_people_and_breaks_nothing(raw: bytes) -> None:
    if not raw.strip():
        return
    taken = await take_in(SYSTEM, raw, "smtp", recipients=[SUPPORT])
    await handle_mail(taken.id, Means(OFFICE, NO_FILES))
    row = await fetch_one("select state, attempts, reason from received_mail where id = $1", taken.id)
    assert row is not None
    assert row["state"] in {"opened", "review", "repeated", "passed_over", "waiting"}
    assert row["state"] != "waiting" or "Too many" in row["reason"]


@given(st.text(alphabet="[](!)\n> cid:-_*", max_size=300))
def test_writing_up_invents_no_text(text: str) -> None:
    mail = read_message(raw_mail(text=text, files=[("a.txt", "text/plain", b"x")]))
    written = write_up(mail, trims=False)
    assert set(written.text) - set(text) <= set("a.txt https://inline.invalid/0[]()\\")


Deliver = Callable[[], Awaitable[int]]


async def test_what_an_answered_ticket_asks_is_asked_of_the_loop_too(deliver_all: Deliver, means: Means) -> None:
    await read(raw_mail(text="How do I stop invoices from going out twice?"), means)
    await execute("update outbox_message set done_at = now() where name = 'MailArrived'")
    await deliver_all()
    assert await fetch_value("select count(*) from question") == 1


async def test_a_mail_as_it_came_is_forgotten_after_a_year_unless_it_still_waits_for_people(means: Means) -> None:
    await read(raw_mail(), means)
    waiting = await take_in(SYSTEM, b"no mail", "imap", cut_from=60_000_000)
    await handle_mail(waiting.id, means)
    assert await forget_old_mail() == 0

    with clock_held_at(now() + KEPT + timedelta(days=1)):
        assert await forget_old_mail() == 1

    rows = await fetch_all("select id, content is not null as is_kept from received_mail")
    assert {row["id"] for row in rows if row["is_kept"]} == {waiting.id}
