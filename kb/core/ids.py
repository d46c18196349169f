"""Identifiers: UUIDv7, so that rows made later sort later and indexes grow at one end."""

from uuid import UUID

import uuid6


def new_id() -> UUID:
    """A fresh id whose order is the order of making, to the millisecond."""
    return UUID(int=uuid6.uuid7().int)


def possible_number(number: int) -> int:
    """The number, or 0, which nothing has, where a column of 64 bits cannot hold it."""
    return number if 0 < number < 2**63 else 0


def possible_position(number: int) -> int:
    """The nearest number from 0 on that a column of 32 bits can hold."""
    return max(0, min(number, 2**31 - 1))
