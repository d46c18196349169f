"""Personal data and secrets are masked, numbers that only look so are not."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.redaction import Found, Kind, redact
from tests.kb.text.budget import cpu_seconds
from tests.support.shared_data import shared_data


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Mail ann.o'neil+x@mail.example.co.uk.", "Mail [e-mail]."),
        ("Call +49 (0)30 1234567 or 555-123-4567 or (212) 555-0100.", "Call [phone] or [phone] or [phone]."),
        ("tel: 030 12345678, phone 5551234567", "tel: [phone], phone [phone]"),
        ("Card 4111 1111 1111 1111, 378282246310005.", "Card [card number], [card number]."),
        ("GB82 WEST 1234 5698 7654 32 PLEASE, DE89370400440532013000.", "[bank account] PLEASE, [bank account]."),
        ("From 203.0.113.7 and 2001:db8::8a2e:370:7334", "From [IP address] and [IP address]"),
        ("password: hunter2 pin = 4921", "password: [secret] pin = [secret]"),
        ("api_key='abc123def456ghi7'", "api_key='[secret]'"),
        ("Authorization: Bearer abcdefghijklmnopqrstuvwx", "Authorization: Bearer [secret]"),
        ("use ghp_abcdefghijklmnopqrstuvwxyz0123456789", "use [secret]"),
        ("sk_live_abcdefghijklmnop1234 AKIAIOSFODNN7EXAMPLE", "[secret] [secret]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123", "[secret]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x", "[secret] x"),
        ("https://x.com/reset?token=abcdef123456, https://u:p@x.com/a", "[private link], [private link]"),
        ("I live at 221B Baker Street, London NW1 6XE.", "I live at [address]."),
        ("742 Evergreen Terrace, Springfield, IL 62704", "[address]"),
        ("Hauptstraße 12, 10115 Berlin", "[address]"),
        ("PO Box 1234", "[address]"),
    ],
)
def test_personal_data_is_masked(text: str, redacted: str) -> None:
    assert redact(text).text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "order 113542617735902 and invoice #37777",
        "card 4111 1111 1111 1112",
        "DE89370400440532013001",
        "version 1.2.3.4, v10.2.3.4, 127.0.0.1 and 300.1.1.1",
        "at 12:30:45 on 2026-11-22, 22.11.2026",
        "std::vector and A::B",
        "Password is incorrect. password: required. token: invalid",
        "commit 0d203e1c0d203e1c0d203e1c0d203e1c0d203e1c",
        "a3f1c9e2-1111-4222-8333-444455556666",
        "CARDANO_NODE_SOCKET_PATH_FOR_TESTNET2",
        "5 Google Drive files in 3 Shared Drive folders",
        "https://example.com/list?page=2&sort=new",
        "the @mention of @ann and a@b",
        "it costs 1,234,567.89 or 100000000",
    ],
)
def test_what_only_looks_personal_stays(text: str) -> None:
    assert redact(text).text == text


def test_what_was_found_tells_its_place_in_the_original() -> None:
    text = "Ann <ann@example.com>, 10.1.2.3"
    found = redact(text).found
    assert found == [Found(Kind.EMAIL, 5, 20), Found(Kind.IP, 23, 31)]
    assert [text[one.start : one.end] for one in found] == ["ann@example.com", "10.1.2.3"]


PIECES = [
    "ann@b.cc",
    " ",
    ",",
    "+49 30 1234567",
    "4111111111111111",
    "GB82WEST12345698765432",
    "10.1.2.3",
    "password: ",
    "token=",
    "https://x.y/?token=",
    "a1B2c3D4" * 5,
    "12 Main Street",
    "\n",
    "bearer ",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=20).map("".join))
def test_redacting_twice_changes_nothing_and_places_never_overlap(text: str) -> None:
    once = redact(text)
    assert all(a.end <= b.start for a, b in zip(once.found, once.found[1:], strict=False))
    assert all(0 <= one.start < one.end <= len(text) for one in once.found)
    assert redact(once.text).text == once.text


@given(st.text(max_size=20), st.text(max_size=20))
def test_an_address_between_any_words_is_masked(before: str, after: str) -> None:
    assert "ann@example.com" not in redact(f"{before} ann@example.com {after}").text


PATTERNS = [
    "a", "1", "1 ", "1-", "a.", "a@", "@", "a@a.", "http://", "http://a?token=", "https://a:", "+1", "+1 ", "(",
    "0", "A ", "1 A ", "1 Aa ", "AA11",
    "GB82 WEST 1234 5698 7654 32 ", "a:", ":", "1:", "::1", "1.", "1.1.1.1.", "password:", "password: x ",
    "token=a1", "-----BEGIN PRIVATE KEY-----",
    "eyJaaaaaaaa.", "eyJ", "aA1", "4111 1111 1111 1111 ", "sk_", "a-", "bearer ", "tel ", "Aa Street ", "Aaastr",
    "12 Aaaa Aaaa Aaaa ", "a@b.cc ", "é",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_hundred_kilobytes_of_hostile_text_pass_within_a_second(pattern: str) -> None:
    source = (pattern * 100_000)[:100_000]
    assert cpu_seconds(lambda: redact(source)) < 1


def test_order_numbers_of_real_tickets_are_not_taken_for_cards() -> None:
    with shared_data("tickets/bitext/customer_support_4514.csv").open(newline="") as file:
        messages = [row["instruction"] for row in csv.DictReader(file)]
    touched = [message for message in messages if redact(message).found]
    assert touched == []
