"""Moments that programs send."""

from datetime import UTC, datetime


def in_utc(moment: datetime | None) -> datetime | None:
    """The moment; one that names no zone is meant in UTC, as every time that the API tells."""
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
