"""Documents that machines fetch again and again: told apart by a tag and a time, packed where the other side unpacks."""

import gzip
import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from litestar import Request, Response

PACKED_FROM = 1_400
"""Bytes: less fits one packet anyway."""


def answer(
    request: Request[Any, Any, Any], body: bytes, media_type: str, *, changed_at: datetime | None = None
) -> Response[Any]:
    """The document, or 304 where the asker has it already. Kept by nobody without asking again: what is hidden is gone at once."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "public, no-cache", "Vary": "Accept-Encoding"}
    if changed_at:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    if _has_it(request, tag, changed_at):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    if len(body) > PACKED_FROM and _unpacks(request):
        body = gzip.compress(body, 5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=media_type)


def _has_it(request: Request[Any, Any, Any], tag: str, changed_at: datetime | None) -> bool:
    """The tag decides; the time only for who sent no tag, and only where a later change always has a later time."""
    known = request.headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or tag.removeprefix("W/") in [
            one.strip().removeprefix("W/") for one in known.split(",")
        ]
    since = _time(request.headers.get("if-modified-since", ""))
    return bool(since and changed_at and changed_at.replace(microsecond=0) <= since)


def _time(said: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(said)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _unpacks(request: Request[Any, Any, Any]) -> bool:
    """`gzip;q=0` says no."""
    said = [part.replace(" ", "") for part in request.headers.get("accept-encoding", "").lower().split(",")]
    return any(part == "gzip" or (part.startswith("gzip;q=") and part[7:].strip("0.")) for part in said)
