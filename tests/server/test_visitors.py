"""Whom an address stands for, where nobody is signed in."""

import pytest

from server.security.visitors import subscriber_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:9", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("192.0.2.7", "192.0.2.8", False),
        ("unknown", "unknown", True),
    ],
)
def test_one_subscriber_is_one_however_many_addresses_they_have(one: str, other: str, same: bool) -> None:
    assert (subscriber_of(one) == subscriber_of(other)) == same
