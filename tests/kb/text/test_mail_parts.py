"""Of a message written as mail what its writer wrote: exactly, in every language and from every program we know of."""

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.mail.reading import read_message
from kb.text.html_to_markdown import markdown_from_html
from kb.text.mail_html import reply_from_html
from kb.text.mail_languages import LANGUAGES
from kb.text.mail_parts import own_lines, split_forwarded, trim_reply, without_quotes
from kb.text.mail_signatures import split_signature
from kb.text.mail_words import MailWords
from tests.kb.text.budget import cpu_seconds
from tests.support.shared_data import shared_data

MAILS = sorted((Path(__file__).parent / "mails").glob("*.txt"))
QUOTED = "On Thu, 26 Nov 2026 at 10:02, Tove <tove@fernbook.example> wrote:\n> Which version?\n"


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_reply_is_told_from_what_it_answers(path: Path) -> None:
    body, reply = path.read_text().split("\n========\n")
    found = trim_reply(body)
    assert found.text == reply.removesuffix("\n")
    assert trim_reply(body.replace("\n", "\r\n")) == found
    words = sorted((found.text + "\n" + found.elided).split())
    assert words == sorted(body.split())


def known_cases() -> list[dict[str, Any]]:
    lines = shared_data("email/reply_trimmer/cases.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def test_every_known_reply_comes_out_exactly() -> None:
    cases = known_cases()
    assert len(cases) == 32
    wrong = [case["name"] for case in cases if trim_reply(case["input"]).text != case["expected_reply"].strip("\n")]
    assert wrong == []


def test_what_is_left_out_of_known_replies_is_what_they_answer() -> None:
    def bare(text: str) -> str:
        """The known cases join wrapped lines and rewrite one kind of quote sign; we leave both as they came."""
        return "".join(text.replace("|", ">").split())

    wrong = [
        case["name"]
        for case in known_cases()
        if bare(trim_reply(case["input"]).elided) != bare(case["expected_elided"])
    ]
    assert wrong == []
    passed_on = [case for case in known_cases() if case["expected_embedded"]]
    assert len(passed_on) >= 4
    for case in passed_on:
        assert split_forwarded(case["input"]) == (case["expected_before"].strip(), case["expected_embedded"].strip())


def test_every_known_mail_page_and_signature_comes_out_as_expected() -> None:
    expected = json.loads(shared_data("email/talon/expected.json").read_text())
    assert len(expected) == 27
    wrong = [
        name
        for name, wanted in expected.items()
        if not comes_out(shared_data(f"email/talon/{name}").read_bytes(), name, wanted)
    ]
    assert wrong == []


def comes_out(raw: bytes, name: str, wanted: dict[str, str]) -> bool:
    if name.endswith(".eml"):
        return without_quotes(read_message(raw).text) == wanted["reply"]
    if name.endswith(".html"):
        return (
            reply_from_html(raw.decode("utf-8", "replace")).text.split() == wanted["reply_ignoring_whitespace"].split()
        )
    return split_signature(raw.decode(), wanted["sender"])[1].strip() == wanted["signature"].strip()


def test_what_thousands_of_people_wrote_comes_back_whole() -> None:
    """But for quotes at its very end, and a rule with nothing below it: those forums knew no mail."""
    with shared_data("tickets/bitext/customer_support_4514.csv").open() as file:
        texts = [text for row in csv.DictReader(file) for text in row.values()]
    with shared_data("intents/banking77/train.csv").open() as file:
        texts += [row[0] for row in csv.reader(file)]
    rows = ET.parse(shared_data("stackexchange/coffee.stackexchange.com/Posts.xml")).getroot()
    texts += [markdown_from_html(row.get("Body", "")) for row in rows]
    lost = [elided for elided in (trim_reply(text).elided for text in texts[::3]) if elided]
    assert len(texts) > 20_000
    assert [
        text for text in lost if not all(line.startswith((">", "---")) or not line for line in text.split("\n"))
    ] == []
    assert len(lost) < 30


SIGNATURES = {
    "name under a closing": ("It works.\n\nBest regards,\nAnn Abel", "", "Best regards,\nAnn Abel"),
    "closing in another language": ("Es geht.\n\nViele Grüße\nJörg", "", "Viele Grüße\nJörg"),
    "closing without a name": ("It works.\n\nMany thanks!", "", "Many thanks!"),
    "delimiter": ("It works.\n\n-- \nAnn\nAbel Ltd", "", "-- \nAnn\nAbel Ltd"),
    "sender's name alone": ("It works now.\n\nann", "Ann Abel", "ann"),
    "sender known by the address": ("It works now.\n\nAnn\nAbel Ltd", "ann.abel@abel.example", "Ann\nAbel Ltd"),
    "name and contacts": (
        "It works now.\n\nAnn Abel\nHead of Things\n+44 20 7946 0000",
        "",
        "Ann Abel\nHead of Things\n+44 20 7946 0000",
    ),
    "contacts in paragraphs": (
        "It works.\n\n______\n\nAnn Abel\n\nt. 020 7946 0000",
        "",
        "______\n\nAnn Abel\n\nt. 020 7946 0000",
    ),
    "none": ("It works now, see www.abel.example for more.", "Ann", ""),
    "none, short words": ("Yes please\n\nBoth of them", "", ""),
    "a list is none": ("I need\n\n- Ann\n- Bo", "Ann", ""),
    "an address somebody asks to send to": ("Ship it to:\n\nJane Roe\n12 Main Street\n555-123-4567", "Ann", ""),
    "their address as an answer": ("My address is\nann@abel.example", "Ann Abel", ""),
    "a title, a register, an address": (
        "Es geht nicht.\n\nMit freundlichen Grüßen\n\ni. A. Petra\n\nMuster GmbH\nTel.: +49 30 123456\n\nAmtsgericht Berlin HRB 12345",
        "",
        "Mit freundlichen Grüßen\n\ni. A. Petra\n\nMuster GmbH\nTel.: +49 30 123456\n\nAmtsgericht Berlin HRB 12345",
    ),
    "nothing else": ("Thanks,\nAnn", "Ann", ""),
}


@pytest.mark.parametrize("what", SIGNATURES)
def test_a_signature_is_parted_from_its_message(what: str) -> None:
    text, sender, signature = SIGNATURES[what]
    body, found = split_signature(text, sender)
    assert found == signature
    assert body.split() + found.split() == text.split()


def gmail_quote(words: str) -> str:
    return f'<blockquote class="gmail_quote">{words}</blockquote>'


WROTE = 'On Thu, 26 Nov 2026 at 10:02, Tove &lt;<a href="mailto:t@f.example">t@f.example</a>&gt; wrote:'


def is_literal(word: str) -> bool:
    return not set(word) & set("()[]{}?*+|\\.")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: f"{language.sender[0]}-{language.subject[0]}")
def test_each_language_has_what_its_programs_write(language: MailWords) -> None:
    def first(words: tuple[str, ...]) -> str:
        return next(word for word in words if is_literal(word))

    headers = (
        f"{first(language.sender)}: Tove <t@f.example>\n{first(language.recipient)}: Ann\n{first(language.subject)}: X"
    )
    assert trim_reply(f"Mine.\n\n{headers}\n\nNot mine.").text == "Mine."
    assert trim_reply(f"Mine.\n\n--- {first(language.original)} ---\nNot mine.").text == "Mine."
    for verb in filter(is_literal, language.wrote):
        assert trim_reply(f"Mine.\n\n26.11.2026 10:02 Tove <t@f.example> {verb}:\n\nNot mine.").text == "Mine."
    for closing in filter(is_literal, language.closing):
        assert split_signature(f"Mine.\n\n{closing.capitalize()},\nAnn")[1].lower() == f"{closing},\nann".lower()


PAGES = {
    "gmail, answers between quotes": (
        f'<div dir="ltr"><div class="gmail_quote"><div class="gmail_attr">{WROTE}<br></div>{gmail_quote("Which version?")}<div>4.2</div>'
        f"{gmail_quote('Which system?')}<div>Debian</div></div></div>",
        "> Which version?\n\n4.2\n\n> Which system?\n\nDebian",
    ),
    "gmail, a language nobody knows": (
        "<div>Ja <b>ne</b></div><div class='gmail_quote'><div>Zzz zzz Tove zzz:</div><div>Which version?</div></div>",
        "Ja **ne**",
    ),
    "headings in a language nobody knows": (
        "<p>Ja</p><div class='moz-cite-prefix'>Zzz 26 zzz Tove zzz<br></div><blockquote type='cite'>Which version?</blockquote>",
        "Ja",
    ),
    "an answer below a heading nobody knows": (
        f"<div class='gmail_attr'>Zzz zzz Tove zzz:</div>{gmail_quote('Which version?')}<p>4.2</p>",
        "4.2",
    ),
    "outlook by its line above headers": (
        "<div class=WordSection1><p class=MsoNormal>Anbei.<o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
        "<p class=MsoNormal><b>Von:</b> Hilfe &lt;h@f.example&gt; <br><b>Gesendet:</b> Donnerstag, 26. November 2026 10:02<br>"
        "<b>An:</b> Jörg<br><b>Betreff:</b> AW: Export</p></div><p class=MsoNormal>Bitte senden.</p></div>",
        "Anbei.",
    ),
    "an iphone's quote in two pieces": (
        f"<div dir=ltr>Yes</div><div dir=ltr>Sent from my iPhone</div><div dir=ltr><br><blockquote type=cite>{WROTE}<br></blockquote></div>"
        "<blockquote type=cite><div dir=ltr>Is it slow?</div></blockquote>",
        "Yes",
    ),
    "qq": (
        "<div>好了</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>发件人: Tove</div><div>请再试</div>",
        "好了",
    ),
    "gmail, forwarded alone": (
        "<div class=gmail_quote><div class=gmail_attr>---------- Forwarded message ---------<br>From: Di &lt;di@s.example&gt;<br>"
        "Date: Thu, Nov 26, 2026<br>Subject: Oven<br>To: a@b.example<br></div><br><p>The oven stops.</p></div>",
        "The oven stops.",
    ),
    "outlook on the web": (
        "<div>Attached.</div><div id='appendonsend'></div><hr>"
        "<div id='divRplyFwdMsg'><b>Frå:</b> Help<br><b>Sendt:</b> today</div><div>Send it.</div>",
        "Attached.",
    ),
    "outlook on a phone": (
        "<div>Attached.</div><div id='ms-outlook-mobile-signature'>Get <a href='https://aka.ms/x'>Outlook for iOS</a></div>"
        "<hr><div id='divRplyFwdMsg'><b>From:</b> Help</div><div>Send it.</div>",
        "Attached.",
    ),
    "apple mail": (
        f"<div>Attached.<br><div><br><blockquote type='cite'><div>{WROTE}</div><div>Send it.</div></blockquote></div></div>",
        "Attached.",
    ),
    "thunderbird, answer below": (
        '<div class="moz-cite-prefix">Am 26.11.26 um 10:02 schrieb Tove:<br></div>'
        '<blockquote type="cite" cite="mid:x">Which version?</blockquote><p>4.2</p>',
        "4.2",
    ),
    "yahoo": (
        "<div>Attached.</div><div id='ydp12yahoo_quoted_34'><div>Le jeudi, Tove a dit:</div><div>Send it.</div></div>",
        "Attached.",
    ),
    "signatures that say what they are": (
        "<p>Attached.</p><div class='gmail_signature'>Ann<br>Abel Ltd</div><pre class='moz-signature'>-- \nAnn</pre>"
        "<div class='protonmail_signature_block'>Sent with Proton Mail</div>",
        "Attached.",
    ),
    "a list stays": (
        f"<p>See:</p><ul><li>one</li><li>two</li></ul><div class='gmail_quote'>{WROTE}{gmail_quote('x')}</div>",
        "See:\n\n- one\n- two",
    ),
    "hostile": (
        "<p onclick='x()'>Hi<script>alert(1)</script><a href='javascript:alert(1)'>there</a></p><style>p{}</style>"
        "<img src=x onerror=alert(1)>",
        "Hithere",
    ),
}


@pytest.mark.parametrize("what", PAGES)
def test_a_reply_in_html_is_safe_markdown_without_what_it_answers(what: str) -> None:
    html, reply = PAGES[what]
    assert reply_from_html(f"<html><body>{html}</body></html>").text == reply


def test_quotes_alone_are_told_from_words() -> None:
    assert trim_reply(QUOTED).text == ""
    assert trim_reply("> a quote\n\n> another").is_only_quotes
    assert not trim_reply(f"4.2\n\n{QUOTED}").is_only_quotes


def test_code_is_kept_whole_where_it_looks_like_a_signature_or_a_quote() -> None:
    code = "```\n-- \nAnn\n> a\n-----BEGIN PGP SIGNATURE-----\nx\n```"
    assert trim_reply(f"It prints:\n{code}\n\n{QUOTED}").text == f"It prints:\n{code}"
    assert own_lines(f"It prints:\n{code}\n\nThanks,\nAnn") == ["It prints:", *code.split("\n"), ""]
    assert split_signature(f"It prints:\n{code}", "Ann") == (f"It prints:\n{code}", "")


def test_what_is_passed_on_is_parted_from_the_words_above_it() -> None:
    headers = "From: Di <di@shop.example>\nSubject: Oven\nDate: 26 November 2026 at 10:02:00 CET\nTo: ann@abel.example"
    plain = f"{headers}\n\nThe oven stops.\n\nDi"
    quoted = "\n".join(f"> {line}".strip() for line in f"Begin forwarded message:\n\n{plain}".split("\n"))
    assert split_forwarded(f"FYI\n\nBegin forwarded message:\n\n{plain}") == ("FYI", plain)
    assert split_forwarded(f"FYI\n\n{quoted}") == ("FYI", plain)
    assert split_forwarded(plain) == ("", plain)
    assert split_forwarded(f"FYI\n\n{QUOTED}")[1] == ""


def test_code_keeps_its_indent_and_the_text_its_shape() -> None:
    text = "    indented = 1\n\n\n  *  a\n\n\ttab"
    assert trim_reply(f"\n\n{text}\n\n{QUOTED}").text == text


PIECES = st.sampled_from(
    [
        "words of mine", "Two words.", "", "", "> quoted", ">> deeper", "-- ", "---", "Thanks,", "Ann", "Sent from my iPhone", "```",
        "From: a@b.example", "Sent: today", "To: me", "Subject: x",
        "On Thu, 26 Nov 2026 at 10:02, Tove <t@f.example> wrote:", "On Thu, 26 Nov 2026, Tove",
        "wrote:", "-----Original Message-----", "This e-mail is confidential and intended for you", "<", "2026-11-26 10:02 <t@f.example>:",
        "Am 26.11.26 um 10:02 schrieb Tove:", "\ue000", "    code", "| cell |", "You are receiving this because of that",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("\n".join))
@example("\n".join(["words of mine", "> quoted", "Ann writes:", "> quoted"]))
def test_nothing_is_added_and_a_trimmed_reply_stays_as_it_is(text: str) -> None:
    found = trim_reply(text)
    lines = iter(text.split("\n"))
    assert all(
        any(line.rstrip() == source.rstrip() for source in lines) for line in found.text.split("\n") if line.strip()
    )
    again = trim_reply(found.text)
    assert again.text == found.text


LETTERS = "aeghklrtuzÄßшж中の .!?"
"""Too few to spell what a program says."""


@given(st.lists(st.text(LETTERS, max_size=80), max_size=20).map("\n".join))
def test_a_message_without_quotes_comes_back_whole(text: str) -> None:
    assert trim_reply(text).text.split() == text.split()


SLOW = {
    "one word a million times": "word " * 200_000,
    "one long line": "a" * 1_000_000,
    "quotes": "> quoted\n" * 110_000,
    "deep quotes": ">" * 1_000_000,
    "openings": "On 26 Nov 2026 at 10:02\n" * 40_000,
    "openings of dates": "26.11.2026, 10:02, \n" * 50_000,
    "addresses": "<t@f.example>, 2026\n" * 50_000,
    "one line of addresses": "t@f.example, " * 80_000,
    "headers": "From: x\nTo: y\n" * 70_000,
    "short headers": "a:\n" * 330_000,
    "rules": "--\n" * 330_000,
    "rules and words": "--\nx y z\n\n" * 100_000,
    "fences": "```a\n" * 200_000,
    "fences of two kinds": "```a\n~~~\n" * 110_000,
    "small print": "\nThis e-mail is confidential and intended for x\n" * 20_000,
    "devices": "Sent from my iPhone\n" * 50_000,
    "closings": "Thanks,\n" * 120_000,
    "half a device": "sent from " * 100_000,
    "spaces": " " * 1_000_000,
    "blank lines": "\n" * 1_000_000,
    "stars": "*" * 1_000_000,
    "open brackets": "On 1 <\n" * 140_000,
    "wrote": "wrote: 1 " * 110_000,
}


@pytest.mark.parametrize("what", SLOW)
def test_what_is_made_to_be_slow_takes_time_by_its_size(what: str) -> None:
    text = SLOW[what][:100_000]
    assert cpu_seconds(lambda: (trim_reply(text), split_signature(text, "Ann")), enough=0.5) < 0.5


def test_a_megabyte_of_a_long_thread_takes_less_than_a_second() -> None:
    older = "".join(
        f"{'>' * depth} {QUOTED}{'>' * depth} Words that were written {depth} times before.\n" for depth in range(1, 40)
    )
    prose = "The export stops at row 500 whenever I choose a date, which I do every day.\n" * 3
    thread = (prose + older) * (1_000_000 // len(prose + older))
    assert cpu_seconds(lambda: trim_reply(thread), enough=1.0) < 1.0


@pytest.mark.parametrize("what", ["tags", "quotes", "containers"])
def test_large_pages_are_read_in_seconds(what: str) -> None:
    page = {
        "tags": "<div>a</div>" * 80_000,
        "quotes": "<blockquote>a</blockquote>" * 40_000,
        "containers": "<p id=appendonsend>a</p>" * 1_900,
    }[what]
    assert cpu_seconds(lambda: reply_from_html(page), enough=2.0) < 2.0
