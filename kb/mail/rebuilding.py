"""A raw mail out of what a mail service took apart, so that everything after reads one kind of thing. Pure.

The same parts make the same bytes: a service that calls twice is understood once.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_NAME = re.compile(r"[!-9;-~]{1,100}")
_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,80}")
_OURS = {"content-type", "content-transfer-encoding", "content-disposition", "mime-version", "content-length"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of the mail; with a `content_id` its HTML shows it."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""


def rebuild(headers: Iterable[tuple[str, str]], text: str, html: str, pieces: Sequence[Piece]) -> bytes:
    """RFC 5322, as 8-bit UTF-8. Headers that speak of the original's parts are left out; none can break out of its line."""
    head = [
        f"{name}: {' '.join(value.split())}"
        for name, value in headers
        if _NAME.fullmatch(name) and name.lower() not in _OURS
    ]
    parts = [_leaf(kind, body) for kind, body in (("text/plain", text), ("text/html", html)) if body.strip()]
    body = _multipart("alternative", parts) if len(parts) > 1 else (parts or [_leaf("text/plain", "")])[0]
    if pieces:
        body = _multipart("mixed", [body, *map(_piece, pieces)])
    return _bytes("\r\n".join([*head, "MIME-Version: 1.0"])) + b"\r\n" + body


def _leaf(kind: str, body: str) -> bytes:
    lines = "\r\n".join(body.splitlines())
    return _bytes(f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{lines}")


def _piece(one: Piece) -> bytes:
    kind = one.content_type.partition(";")[0].strip()
    kind = kind if _TYPE.fullmatch(kind) else "application/octet-stream"
    name = re.sub(r'["\\\r\n]', "_", one.name)[:200] or "file"
    cid = re.sub(r"[<>\s]", "", one.content_id)
    where = f"Content-ID: <{cid}>\r\nContent-Disposition: inline" if cid else "Content-Disposition: attachment"
    head = f'Content-Type: {kind}\r\n{where}; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return _bytes(head) + base64.encodebytes(one.content).replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    edge = hashlib.sha256(b"".join(parts)).hexdigest()[:40].encode()
    head = f'Content-Type: multipart/{kind}; boundary="'.encode() + edge + b'"\r\n\r\n'
    return head + b"".join(b"--" + edge + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + edge + b"--\r\n"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
