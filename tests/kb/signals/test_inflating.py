"""Bodies off the wire unpack by their bytes, and nothing unpacks past its limit."""

import base64
import gzip
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.errors import Invalid, KbError, TooLarge
from kb.signals.wire.inflating import inflate_body

JSON = b'{"event":"paid","distinct_id":"u1"}'


@pytest.mark.parametrize(
    "body",
    [
        JSON,
        gzip.compress(JSON),
        gzip.compress(JSON[:10]) + gzip.compress(JSON[10:]),
        b"data=" + base64.b64encode(JSON),
        b"data=" + quote(base64.b64encode(JSON)).encode(),
        b"data=" + base64.b64encode(JSON) + b"&compression=base64",
        b"data=" + quote(JSON).encode(),
        b"data=" + quote(base64.b64encode(gzip.compress(JSON))).encode(),
        base64.b64encode(JSON),
        base64.urlsafe_b64encode(JSON),
    ],
    ids=["plain", "gzip", "members", "form", "escaped", "more fields", "form json", "form gzip", "base64", "urlsafe"],
)
def test_every_wrapping_seen_in_the_wild_unpacks(body: bytes) -> None:
    assert inflate_body(body) == JSON


def test_a_plus_in_form_base64_is_a_plus() -> None:
    text = b'{"event":"\xc3\xbb\xc3\xbe\xc3\xbf>>>???","distinct_id":"u"}'
    encoded = base64.b64encode(text)
    assert b"+" in encoded
    assert inflate_body(b"data=" + encoded) == text


def test_a_gzip_bomb_is_refused_while_unpacking() -> None:
    bomb = gzip.compress(b"[" + b"0," * 40_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(TooLarge) as refusal:
        inflate_body(bomb)
    assert refusal.value.fields == {"body": "too large when unpacked"}


def test_a_bomb_hidden_in_a_second_gzip_member_is_refused() -> None:
    with pytest.raises(TooLarge):
        inflate_body(gzip.compress(b"[") + gzip.compress(b" " * 2000), limit=1000)


def test_the_limit_itself_is_allowed_and_one_byte_more_is_not() -> None:
    assert len(inflate_body(gzip.compress(b" " * 1000), limit=1000)) == 1000
    with pytest.raises(TooLarge):
        inflate_body(gzip.compress(b" " * 1001), limit=1000)
    with pytest.raises(TooLarge):
        inflate_body(b"{" * 1001, limit=1000)


def test_a_cut_or_damaged_gzip_body_is_refused() -> None:
    whole = gzip.compress(JSON * 50)
    with pytest.raises(Invalid, match="half-way"):
        inflate_body(whole[:-12])
    with pytest.raises(Invalid):
        inflate_body(whole[:12] + b"\xff\xff\xff\xff" + whole[16:])


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda b: b"\x1f\x8b\x08" + b))
def test_any_bytes_unpack_or_are_refused_politely(body: bytes) -> None:
    with suppress(KbError):
        assert len(inflate_body(body, limit=10_000)) <= 10_000
