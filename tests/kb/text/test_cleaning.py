"""The asking part of a message, and nothing around it."""

import csv
import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.cleaning import QUESTION_LENGTH, clean_question, cut_at_sentence, normalise, question_text, url_words
from kb.text.mail_parts import own_lines
from tests.kb.text.budget import cpu_seconds
from tests.support.shared_data import shared_data

ASKED = "The export to CSV stops after 100 rows."


@pytest.mark.parametrize(
    "message",
    [
        f"Hi,\n\n{ASKED}\n\nThanks in advance!",
        f"Hello everyone! {ASKED} Any help would be appreciated.",
        f"Dear support team,\n{ASKED}\n\nBest regards,\nAnn Example\nHead of Things, Example Ltd\n+44 20 7946 0000",
        f"Dear Mr. Smith,\n\n{ASKED}\n\nKind regards\nAnn",
        f"Good morning Anna,\nHope you are well. {ASKED}\nLooking forward to your reply.\n-- \nAnn "
        f"Example\nhttps://example.com",
        f"{ASKED}\n\nSent from my iPhone",
        f"{ASKED}\n\nOn Mon, 2 Apr 2012 at 18:26, Bob Example <bob@example.com> wrote:\n\n> Hi\n> How can we help?",
        f"{ASKED}\n\nOn Monday the second of April 2012 at 18:26, Bob Example\n<bob@example.com> wrote:\n> Hi",
        f"{ASKED}\n\n-----Original Message-----\nFrom: Bob <bob@example.com>\nSent: Monday\nTo: "
        f"Ann\nSubject: Hi\n\nHow can we help?",
        f"{ASKED}\n\nFrom: Bob\nSent: Monday\nTo: Ann\nSubject: Re: Hi\n\nHow can we help?",
        f"> How can we help?\n\n{ASKED}",
        f"{ASKED}\n\nThis e-mail and any attachments are confidential and intended for Ann only.\nIf not, delete it.",
        "<p>Hi all,</p><p>The <b>export</b> to <code>CSV</code> stops after 100 rows.</p><blockquote>How "
        "can we help?</blockquote><p>Cheers,<br>Ann</p>",
        "## Hi\n\n**The export** to `CSV` stops after 100 rows.",
        "Hey guys, The [export](https://example.com/x) to CSV stops after 100 rows. Thank you so much for your help!",
        f"{ASKED}\n\nThanks,\nAnn",
    ],
)
def test_what_stands_around_the_question_goes(message: str) -> None:
    assert clean_question(message) == ASKED


@pytest.mark.parametrize(
    "text",
    [
        "Hello World example does not compile",
        "Thanks to the new release my export is broken. How do I go back?",
        "Dear prices, how do I change them?",
        "hiking filter shows no results",
        "How do I cancel order #113542617735902?",
        "I want a refund for 2 * 3 items in snake_case_name",
        "Is version 1.2 or 2.0 needed?",
        "Why does x < 3 and y > 4 fail?",
        "On Monday I wrote: nothing works",
    ],
)
def test_a_question_that_only_looks_like_a_frame_stays_whole(text: str) -> None:
    assert clean_question(text) == text


def test_of_a_log_the_first_line_and_the_errors_stay() -> None:
    frames = "\n".join(f'  File "/srv/app/views_{n}.py", line {n}, in call' for n in range(30))
    cleaned = clean_question(
        f"Saving fails:\n\n```\nTraceback (most recent call last):\n{frames}\nValueError: bad colour E1042\n```\nWhy?"
    )
    assert cleaned == "Saving fails: Traceback (most recent call last): ValueError: bad colour E1042 Why?"


def test_a_log_without_a_fence_is_shortened_too() -> None:
    log = "\n".join(f"2026-11-02 10:00:0{n} INFO worker: step {n} done" for n in range(8))
    cleaned = clean_question(
        f"The worker stops.\n\n{log}\n2026-11-02 10:00:09 ERROR worker: ConnectionRefusedError\n\nWhat is wrong?"
    )
    assert cleaned == "The worker stops. INFO worker: step 0 done ERROR worker: ConnectionRefusedError What is wrong?"


def test_an_address_leaves_its_host_and_words() -> None:
    assert clean_question("Why is https://www.example.com/billing/refund-policy/8f3a91?id=7 empty?") == (
        "Why is example.com billing refund policy empty?"
    )
    assert url_words("user@example.com:8080/a1b2c3/Reset_Password#top") == "example.com Reset Password"


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "> only a quote",
        "Hi",
        "-- \nAnn",
        "???",
        "```\n```",
        "<p></p>x",
        "Sent from my iPhone",
        "https://",
        "<br>",
        "---",
    ],
)
def test_a_text_is_never_cleaned_to_nothing(text: str) -> None:
    assert clean_question(text)


def test_the_title_comes_first_and_is_not_said_twice() -> None:
    assert (
        question_text("Export is empty", "Hi, it has no rows since Monday.")
        == "Export is empty. it has no rows since Monday."
    )
    assert question_text("Why is it empty?", "No rows.") == "Why is it empty? No rows."
    assert question_text("Export is empty", "export is empty since Monday") == "export is empty since Monday"
    assert question_text("Only a title", " ") == "Only a title"
    assert question_text("", "Only a body") == "Only a body"


def test_a_long_body_is_cut_where_a_sentence_ends() -> None:
    text = question_text("Title", "This sentence is one of many. " * 60)
    assert len(text) <= QUESTION_LENGTH
    assert text.endswith("many.")
    assert cut_at_sentence("word " * 300, 100).endswith("word")


@pytest.mark.parametrize(
    "other",
    ["How do I pay? ", "how do i  pay", "HOW DO I PAY?!", "How\ndo\tI pay.", "How do I\u200b pay…", "Ｈow do I pay"],
)
def test_texts_alike_to_a_reader_are_equal_when_normalised(other: str) -> None:
    assert normalise(other) == normalise("How do I pay?")


def test_different_questions_stay_different_when_normalised() -> None:
    assert normalise("Pay by card?") != normalise("Pay by cards?")
    assert normalise("C") != normalise("C#")
    assert normalise("???") == "???"


SHARDS = [
    "Hi,\n",
    "> q\n",
    "\n\n",
    "-- \n",
    "```\n",
    "Thanks\n",
    "On 1 May Bob wrote:\n",
    "<p>",
    "<pre>",
    "**",
    "[a](",
    "From: a\n",
    "    x\n",
]
fragments = st.lists(st.one_of(st.sampled_from(SHARDS), st.text(max_size=12)), max_size=30).map("".join)


@settings(max_examples=150, deadline=None)
@given(fragments)
def test_cleaning_holds_its_promises_for_any_text(text: str) -> None:
    cleaned = clean_question(text)
    assert bool(cleaned) >= bool(text.strip())
    assert "\n" not in cleaned
    assert len(question_text("Title", text)) <= QUESTION_LENGTH


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    "pattern",
    [
        "[",
        "![",
        "*",
        "_",
        "*a ",
        "> ",
        "hi ",
        "Hi, ",
        "thanks ",
        "On 1 ",
        "http://",
        "<a ",
        "<p>",
        "a.",
        "a ",
        "1",
        "a1",
        "From: a\n",
        "-\n",
        "`",
        "```\n",
        "    a\n",
        "a(",
        "{\n",
        "\n",
        " ",
        "|",
        "any help ",
        "Dear Ann ",
    ],
)
def test_hostile_text_is_cleaned_within_a_second(pattern: str) -> None:
    source = (pattern * 100_000)[:100_000]
    assert cpu_seconds(lambda: clean_question(source)) < 1


def test_short_customer_messages_stay_as_they_are() -> None:
    with shared_data("tickets/bitext/customer_support_4514.csv").open(newline="") as file:
        messages = [row["instruction"] for row in csv.DictReader(file)]
    changed = [message for message in messages if clean_question(message) != " ".join(message.split())]
    assert len(messages) == 4514
    assert changed == []


def test_real_forum_questions_keep_a_readable_text() -> None:
    rows = ET.parse(shared_data("stackexchange/cardano.stackexchange.com/Posts.xml")).getroot()
    texts = [question_text(row.get("Title", ""), row.get("Body", "")) for row in rows if row.get("PostTypeId") == "1"]
    assert len(texts) == 1042
    assert all(20 <= len(text) <= QUESTION_LENGTH for text in texts)
    assert (
        sum("<p>" in text or "](" in text or "```" in text for text in texts) <= 2
    )  # whose writers broke their own links
    assert not [
        text for text in texts if text.lower().rstrip(".! ").endswith(("thanks", "thanks in advance", "thank you"))
    ]


def test_the_reply_is_told_from_what_it_quotes_in_many_mail_programs() -> None:
    lines = shared_data("email/reply_trimmer/cases.jsonl").read_text().splitlines()
    cases = [json.loads(line) for line in lines if line.strip()]
    right = [
        case["name"]
        for case in cases
        if " ".join("\n".join(own_lines(case["input"])).split()) == " ".join((case["expected_reply"] or "").split())
    ]
    assert len(cases) == 32
    assert len(right) >= 23  # of the rest, six differ because a closing ("Thanks, Ann") goes here too
