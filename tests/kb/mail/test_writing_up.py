"""What a mail says, as it stands in a ticket or under a topic."""

import json

from kb.mail.reading import read_message
from kb.mail.writing_up import write_up
from tests.support.shared_data import shared_data


def mail_of(text: str) -> bytes:
    return b"From: Ann Abel <ann@abel.example>\nContent-Type: text/plain; charset=utf-8\n\n" + text.encode()


def test_every_known_reply_stands_in_the_ticket_as_expected() -> None:
    cases = [json.loads(line) for line in shared_data("email/reply_trimmer/cases.jsonl").read_text().splitlines()]
    told = {case["name"]: write_up(read_message(mail_of(case["input"])), trims=False).text for case in cases}
    expected = {case["name"]: case["expected_reply"].strip() for case in cases}
    assert {name for name in expected if told[name] != expected[name]} == set()


def test_contacts_go_and_a_name_goes_where_everybody_reads_it() -> None:
    def told(text: str, *, is_public: bool) -> str:
        return write_up(read_message(mail_of(text)), is_public=is_public).text

    short = "It works.\n\nThanks,\nAnn Abel"
    assert told(short, is_public=False) == short
    assert told(short, is_public=True) == "It works."
    assert told("It works.\n\nThank you!", is_public=True) == "It works.\n\nThank you!"
    assert told("It works.\n\nRegards,\nAnn Abel\nAbel Ltd\n+44 20 7946 0000", is_public=False) == "It works."
