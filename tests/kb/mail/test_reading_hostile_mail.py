"""Whatever is sent, reading it ends: soon, and with a mail or `Unreadable`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.mail.reading import ReadMail, Unreadable, read_message
from tests.kb.text.budget import cpu_seconds

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition"]
SCRAPS = [
    "=?utf-8?B?", "=?utf-8?Q?=C3", "?=", "<a@b", ">", '"', "(", ";", "boundary=x", "multipart/mixed", "message/rfc822", "\r\n ", "\r\n",
    "charset=utf-16", "name*0*=", "filename*=utf-8''%", "\x00", "ü", "\udc80", "99999", "Thu, 31 Feb", "--x", "--x--", "\n\n", "base64",
]  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(HEADERS), st.lists(st.sampled_from(SCRAPS), max_size=8)), max_size=8),
    st.binary(max_size=200),
)
def test_scraps_of_mail_are_read_or_refused(headers: list[tuple[str, list[str]]], body: bytes) -> None:
    head = "".join(f"{name}: {''.join(pieces)}\r\n" for name, pieces in headers)
    reads_or_refuses(head.encode("utf-8", "surrogateescape") + b"\r\n" + body)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    reads_or_refuses(raw)


def reads_or_refuses(raw: bytes) -> ReadMail | None:
    try:
        mail = read_message(raw)
    except Unreadable:
        return None
    assert "\x00" not in mail.text + mail.html + mail.subject + mail.from_name
    mail.text.encode()
    assert all("\n" not in value for values in mail.headers.values() for value in values)
    return mail


def nested(depth: int) -> bytes:
    return (
        b"From: a@b\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth))
        + b"\nx"
    )


HOSTILE = {
    "deep multiparts": nested(150),
    "deeper multiparts": nested(5_000),
    "mails in mails": b"From: a@b\n" + b"Content-Type: message/rfc822\n\n" * 3_000 + b"x",
    "many parts": b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 19_000,
    "semicolons": b"From: a@b\nContent-Type: text/plain" + b";" * 900_000 + b"\n\nx",
    "many parameters": b"From: a@b\nContent-Type: text/plain" + b"; a*0*=x" * 100_000 + b"\n\nx",
    "open comments": b"From: " + b"(" * 500_000 + b"\n\nx",
    "many addresses": b"From: a@b\nTo: " + b"a@b.example, " * 80_000 + b"\n\nx",
    "bare commas": b"From: a@b\nTo: " + b",<" * 400_000 + b"\n\nx",
    "half encoded words": b"From: a@b\nSubject: " + b"=?a?q?" * 150_000 + b"\n\nx",
    "encoded words": b"From: a@b\nSubject: " + b"=?a?q?b?= " * 100_000 + b"\n\nx",
    "open ids": b"From: a@b\nReferences: " + b"<" * 900_000 + b"\n\nx",
    "folded headers": b"From: a@b\nSubject: x" + b"\n x" * 300_000 + b"\n\nx",
    "many headers": b"".join(b"X-%d: =?a?q?b?=\n" % at for at in range(60_000)) + b"\nx",
    "one long line": b"From: a@b\n\n" + b"> " * 500_000,
    "open tags": b"From: a@b\nContent-Type: text/html\n\n" + b"<div>" * 200_000,
    "damaged base64": b"From: a@b\nContent-Transfer-Encoding: base64\n\n" + b"A=" * 500_000,
    "damaged quoted-printable": b"From: a@b\nContent-Transfer-Encoding: quoted-printable\n\n" + b"=" * 900_000,
    "flowed": b"From: a@b\nContent-Type: text/plain; format=flowed\n\n" + b"x \n" * 300_000,
    "lost boundary": b"From: a@b\nContent-Type: multipart/mixed\n\n" + b"--x" * 300_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_megabyte_made_to_be_slow_is_read_or_refused_in_seconds(what: str) -> None:
    assert cpu_seconds(lambda: reads_or_refuses(HOSTILE[what]), enough=2.0) < 2.0


def test_more_than_mail_holds_is_refused() -> None:
    with pytest.raises(Unreadable, match="larger than 50 MB"):
        read_message(b"From: a@b\n\n" + b"x" * 50_000_000)
    with pytest.raises(Unreadable, match="more than 500 parts"):
        read_message(HOSTILE["many parts"])
