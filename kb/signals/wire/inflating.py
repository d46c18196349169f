"""Bodies as they come off the wire: plain, gzip unannounced, base64 in a form. None grows past its limit."""

import base64
import binascii
import zlib
from urllib.parse import unquote_to_bytes

from kb.core.errors import Invalid, TooLarge

MAX_BODY = 20 * 1024 * 1024
"""A batch after inflating, in bytes: what PostHog's own capture service accepts (loop.md 2b)."""

_GZIP = b"\x1f\x8b"
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\r\n ")
_LAYERS = 3
"""A form holds base64 which holds gzip which holds JSON: nothing in the wild is wrapped more deeply."""


def inflate_body(body: bytes, limit: int = MAX_BODY) -> bytes:
    """The JSON text inside `body`. posthog-js sends gzip as text/plain, so the bytes decide, not the headers.

    Raises `TooLarge` as soon as the limit is reached (a gzip bomb is never unpacked) and `Invalid` for broken wrapping.
    """
    for _ in range(_LAYERS):
        _refuse_large(body, limit)
        if body.startswith(_GZIP):
            body = _gunzip(body, limit)
        elif body.startswith(b"data="):
            body = _form_value(body)
        elif _looks_like_base64(body):
            body = _unbase64(body)
        else:
            return body
    _refuse_large(body, limit)
    return body


def _refuse_large(body: bytes, limit: int) -> None:
    if len(body) > limit:
        raise TooLarge(f"The body is larger than {limit} bytes. Send fewer events at a time.", {"body": "too large"})


def _gunzip(body: bytes, limit: int) -> bytes:
    """Several gzip members in a row are one text; rubbish after the last one is ignored, as gzip itself does."""
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest.startswith(_GZIP):
        inflater = zlib.decompressobj(wbits=31)
        try:
            part = inflater.decompress(rest, limit - size + 1)
        except zlib.error as error:
            raise Invalid("The gzip body is damaged.", {"body": "damaged gzip"}) from error
        size += len(part)
        if size > limit:
            raise TooLarge(f"The body unpacks to more than {limit} bytes.", {"body": "too large when unpacked"})
        if not inflater.eof:
            raise Invalid("The gzip body stops half-way.", {"body": "gzip cut short"})
        parts.append(part)
        rest = inflater.unused_data
    return b"".join(parts)


def _form_value(body: bytes) -> bytes:
    """The value of `data=`; other fields of the form (`compression`, `lib`) say nothing the bytes do not."""
    value = body[len(b"data=") :].split(b"&", 1)[0]
    # In base64 a plus is a plus: older libraries do not escape it, so it must not become a space.
    return unquote_to_bytes(value)


def _looks_like_base64(body: bytes) -> bool:
    start = body.lstrip()[:64]
    return len(start) >= 4 and _BASE64.issuperset(start) and start[:4] not in (b"true", b"null", b"fals")


def _unbase64(body: bytes) -> bytes:
    text = bytes(body.replace(b" ", b"+").replace(b"-", b"+").replace(b"_", b"/")).rstrip(b"=\r\n")
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise Invalid("The body is neither JSON, gzip nor base64.", {"body": "unknown encoding"}) from error
