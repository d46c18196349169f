"""A raw mail read: every field as people meant it, whatever their programs made of it."""

import base64
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from kb.mail.reading import ReadMail, Unreadable, read_message
from kb.mail.subjects import is_forward, without_prefixes


def read(*lines: str | bytes) -> ReadMail:
    return read_message(b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))


def test_a_letter_with_everything_in_it() -> None:
    mail = EmailMessage()
    mail["Message-ID"] = "<b@home.example>"
    mail["In-Reply-To"] = "<a@desk.example>"
    mail["References"] = "<0@desk.example> <a@desk.example> <0@desk.example>"
    mail["From"] = '"Søren, the Baker" <Soren@Home.Example>'
    mail["To"] = "Help <help@desk.example>, Undisclosed:;, sales@desk.example"
    mail["Cc"] = "help@desk.example"
    mail["Delivered-To"] = "inbox@desk.example"
    mail["Subject"] = "AW: Re[2]: RE: Fwd: Brød går i stå"
    mail["Date"] = "Thu, 26 Nov 2026 10:02:00 +0200"
    mail.set_content("The oven stops.\n\nSøren\n")
    mail.add_alternative("<p>The oven stops.</p><img src='cid:pic'><p>Søren</p>", subtype="html")
    mail.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<pic>", filename="ovn æ.png")  # type: ignore[union-attr,index]
    mail.add_attachment(b"a;b\n", "text", "csv", filename="../../målinger 2026.csv")

    found = read_message(mail.as_bytes())

    assert (found.message_id, found.in_reply_to, found.references) == (
        "<b@home.example>",
        "<a@desk.example>",
        ("<0@desk.example>", "<a@desk.example>"),
    )
    assert (found.from_name, found.from_address) == ("Søren, the Baker", "soren@home.example")
    assert found.to == ("help@desk.example", "sales@desk.example")
    assert found.recipients == ("inbox@desk.example", "help@desk.example", "sales@desk.example")
    assert (found.subject, found.full_subject) == ("Brød går i stå", "AW: Re[2]: RE: Fwd: Brød går i stå")
    assert found.sent_at == datetime(2026, 11, 26, 8, 2, tzinfo=UTC)
    assert found.text == "The oven stops.\n\nSøren"
    assert found.html.startswith("<p>The oven stops.")
    picture, table = found.attachments
    assert (picture.name, picture.content_type, picture.content, picture.content_id, picture.is_inline) == (
        "ovn æ.png",
        "image/png",
        b"\x89PNG",
        "pic",
        True,
    )
    assert (table.name, table.content, table.is_inline) == ("målinger 2026.csv", b"a;b\n", False)


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("utf-8", "Grüße".encode("cp1252"), "Grüße"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "“Grüße” – 5 €".encode("cp1252"), "“Grüße” – 5 €"),
        ("gb2312", "镕基".encode("gb18030"), "镕基"),
        ("ks_c_5601-1987", "안녕하세요".encode("cp949"), "안녕하세요"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("x-unknown", "Привет".encode(), "Привет"),
        ("unicode_escape", rb"\x41 stays", r"\x41 stays"),
        ("zip", b"plain", "plain"),
        ("", "zażółć".encode(), "zażółć"),
    ],
)
def test_what_is_not_of_the_charset_it_claims_is_read_all_the_same(charset: str, raw: bytes, text: str) -> None:
    found = read(
        "From: a@b.example", f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit", "", raw
    )
    assert found.text == text


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=", "Grüße aus Köln"),
        ("=?UTF-8?B?zrrOsc67zrc=?= =?UTF-8?B?zrzOrc+BzrE=?=", "καλημέρα"),
        ("=?utf-8?B?w6Q=?= plain =?iso-8859-1?q?=E4?=", "ä plain ä"),
        ("=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "café"),
        ("=?utf-8?B?broken*?= left", "=?utf-8?B?broken*?= left"),
        ("=?ISO-2022-JP?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"),
        ("Grüße ohne Kodierung", "Grüße ohne Kodierung"),
        ("folded\r\n over\r\n\tthree lines", "folded over three lines"),
        ("=?utf-8?Q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
    ],
)
def test_subjects_however_they_are_encoded(header: str, subject: str) -> None:
    assert read("From: a@b.example", f"Subject: {header}", "", "x").full_subject == subject


def test_raw_latin_bytes_in_headers_and_names() -> None:
    found = read(
        "From: Jörg Müller <j@b.example>".encode("cp1252"),
        'Content-Type: application/pdf; name="Übersicht.pdf"'.encode("cp1252"),
        "Content-Transfer-Encoding: base64",
        "",
        base64.b64encode(b"%PDF").decode(),
    )
    assert found.from_name == "Jörg Müller"
    assert [(one.name, one.content) for one in found.attachments] == [("Übersicht.pdf", b"%PDF")]


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("filename*=utf-8''na%C3%AFve%20plan.txt", "naïve plan.txt"),
        ("filename*0*=utf-8''na%C3%AF;\r\n filename*1=ve.txt", "naïve.txt"),
        ('filename="=?utf-8?Q?na=C3=AFve=2Etxt?="', "naïve.txt"),
        ("filename*=x-none'en'%FF%FE.txt", None),
        (r'filename="C:\\docs\\..\\plan.txt"', "plan.txt"),
        ('filename="gnp\u202e.exe"', "gnp .exe"),
        ('filename="..."', "attachment-1.txt"),
        ('filename=""', "attachment-1.txt"),
    ],
)
def test_names_of_attachments_are_names_and_no_paths(parameter: str, name: str | None) -> None:
    found = read(
        "From: a@b.example", "Content-Type: text/plain", f"Content-Disposition: attachment; {parameter}", "", "x"
    )
    assert len(found.attachments) == 1
    assert name is None or found.attachments[0].name == name


def test_html_is_read_where_there_is_no_text_or_the_text_says_only_that_there_is_html() -> None:
    letter = "<html><body><p>Dear team,</p>" + "<p>the <b>export</b> stops at row 500.</p>" * 20 + "</body></html>"

    def both(text: str) -> ReadMail:
        mail = EmailMessage()
        mail["From"] = "a@b.example"
        mail.set_content(text)
        mail.add_alternative(letter, subtype="html")
        return read_message(mail.as_bytes())

    assert both("Your mail program cannot show HTML.").text.startswith("Dear team,\n\nthe **export** stops")
    assert both("Your mail program cannot show HTML.").text_is_from_html
    whole = "Dear team,\n\n" + "the export stops at row 500.\n" * 20
    assert both(whole).text == whole.strip()
    assert read("From: a@b.example", "Content-Type: text/html", "", "<p>Hello <i>there</i></p>").text == "Hello *there*"


def test_text_in_several_pieces_is_one_text() -> None:
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content("Above the picture.\n")
    mail.make_mixed()
    mail.add_attachment(b"\x89PNG", "image", "png", filename="p.png", disposition="inline")
    last = EmailMessage()
    last.set_content("Below it.\n")
    mail.attach(last)
    found = read_message(mail.as_bytes())
    assert found.text == "Above the picture.\n\nBelow it."
    assert [one.name for one in found.attachments] == ["p.png"]


def test_a_mail_passed_on_as_a_whole_says_what_it_says_and_is_kept() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Broken / oven"
    inner["From"] = "first@b.example"
    inner.set_content("From here on it is cold.\n")
    outer = EmailMessage()
    outer["From"] = "a@b.example"
    outer.add_attachment(inner)
    found = read_message(outer.as_bytes())
    assert found.text == "From here on it is cold."
    assert [(one.name, one.content_type) for one in found.attachments] == [("Broken oven.eml", "message/rfc822")]
    assert b"\nFrom here on it is cold." in found.attachments[0].content


def test_lines_wrapped_by_the_program_are_unwrapped_and_quotes_stay_quotes() -> None:
    found = read(
        "From: a@b.example",
        "Content-Type: text/plain; format=flowed; delsp=no",
        "",
        "> Did you see that the oven ",
        "> stops?",
        "Yes, and then it ",
        "starts again.",
        " From a space-stuffed line.",
        "-- ",
        "Ada",
    )
    assert found.text == (
        "> Did you see that the oven stops?\nYes, and then it starts again.\nFrom a space-stuffed line.\n-- \nAda"
    )


def test_a_boundary_that_was_lost_is_found_again() -> None:
    found = read(
        "From: a@b.example",
        "Content-Type: multipart/mixed",
        "",
        "--abc",
        "Content-Type: text/plain",
        "",
        "Here it is.",
        "--abc",
        "Content-Type: application/ms-tnef; name=winmail.dat",
        "Content-Transfer-Encoding: base64",
        "",
        "eJ8+",
        "--abc--",
    )
    assert found.text == "Here it is."
    assert [(one.name, one.content_type) for one in found.attachments] == [("winmail.dat", "application/ms-tnef")]
    assert read("From: a@b.example", "Content-Type: multipart/mixed", "", "No parts at all.").text == "No parts at all."


def test_parts_within_parts_as_programs_really_nest_them() -> None:
    signed = read(
        "From: a@b.example",
        'Content-Type: multipart/signed; boundary="s"; protocol="application/pkcs7-signature"',
        "",
        "--s",
        "Content-Type: multipart/alternative; boundary=a",
        "",
        "--a",
        "Content-Type: text/plain",
        "",
        "Before the page.",
        "--a",
        "Content-Type: multipart/mixed; boundary=m",
        "",
        "--m",
        "Content-Type: text/html",
        "",
        "<p>Before the page.</p>",
        "--m",
        "Content-Type: application/pdf; name=page.pdf",
        "Content-Disposition: inline",
        "",
        "%PDF",
        "--m",
        "Content-Type: text/html",
        "",
        "<p>After it.</p>",
        "--m--",
        "--a--",
        "--s",
        "Content-Type: application/pkcs7-signature; name=smime.p7s",
        "",
        "MII",
        "--s--",
    )
    assert signed.text == "Before the page."
    assert "After it." in signed.html
    assert [one.name for one in signed.attachments] == ["page.pdf", "smime.p7s"]


def test_a_mail_that_ends_too_soon_says_what_came_of_it() -> None:
    cut = [
        "From: a@b.example",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "It begins",
    ]
    assert read(*cut).text == "It begins"
    assert read(*cut[:4]).text == ""
    assert read("From: a@b.example", "Content-Transfer-Encoding: base64", "", "SGVsbG8gdGhlcmU").text == "Hello there"
    damaged = read(
        "From: a@b.example",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "50=25 of it, a lone = sign=",
        "=ZZ and =E4",
    )
    assert damaged.text.startswith("50% of it, a lone = sign")


@pytest.mark.parametrize(
    "kind",
    ["text", "text/html; charset", "/", "text/plain; charset=", "multipart", "text/plain; boundary=x; boundary=y"],
)
def test_kinds_of_parts_that_are_none_are_read_as_text(kind: str) -> None:
    assert read("From: a@b.example", f"Content-Type: {kind}", "", "Hello").text == "Hello"


def test_what_is_missing_is_empty_and_the_mail_is_known_by_what_it_holds() -> None:
    found = read("Subject: ", "Date: yesterday", "From: nobody", "", "x")
    assert (found.from_address, found.to, found.sent_at, found.subject) == ("", (), None, "")
    assert found.message_id == read("Subject: ", "Date: yesterday", "From: nobody", "", "x").message_id
    assert found.message_id != read("Subject: ", "Date: yesterday", "From: nobody", "", "y").message_id
    assert read("From x@y Thu Nov 26 10:02:00 2026", "From: a@b.example", "", "x").from_address == "a@b.example"


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("Re: Re: the oven", "the oven"),
        ("RE: FW: the oven", "the oven"),
        ("Antw: Betr: the oven", "Betr: the oven"),
        ("SV: VS: Odp: the oven", "the oven"),
        ("Re^2: the oven", "the oven"),
        ("回复：转发: 烤箱", "烤箱"),
        ("Отв: печь", "печь"),
        ("השב: תנור", "תנור"),
        ("Regarding: the oven", "Regarding: the oven"),
        ("I: R: il forno", "il forno"),
        ("Re:", ""),
        ("Release: 2.0", "Release: 2.0"),
    ],
)
def test_what_programs_put_before_a_subject_is_split_off(written: str, subject: str) -> None:
    assert without_prefixes(written) == subject


def test_a_forward_is_told_from_a_reply() -> None:
    assert all(map(is_forward, ["Fwd: x", "WG: Re: x", "TR : x", "转发：x"]))
    assert not any(map(is_forward, ["Re: Fwd: x", "x", "Forward planning: x"]))


@pytest.mark.parametrize("raw", [b"", b"\r\n \r\n", b"\x00\x01\x02\xff" * 9, b"no headers at all, just words"])
def test_what_is_no_mail_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_message(raw)
    assert refusal.value.reason.startswith("It ")
