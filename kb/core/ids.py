"""Identifiers: UUIDv7, so that rows made later sort later and indexes grow at one end."""

from uuid import UUID

import uuid6


def new_id() -> UUID:
    """A fresh id whose order is the order of making, to the millisecond."""
    return UUID(int=uuid6.uuid7().int)
