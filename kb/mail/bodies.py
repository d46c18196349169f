"""Of a parsed mail the text, the HTML and what is attached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.generator import BytesGenerator
from email.message import Message
from email.utils import collapse_rfc2231_value
from io import BytesIO
from urllib.parse import quote

from kb.mail.charsets import text_of
from kb.mail.flowing import unflowed
from kb.mail.headers import decoded
from kb.mail.mime import MAX_PARTS, Unreadable, payload_bytes, with_guessed_boundary
from kb.text.html_to_markdown import markdown_from_html
from kb.text.plain import plain_from_html

MAX_TEXT = 1_000_000
"""Characters of text and of HTML looked at; all else of a longer one is left out."""

STUB = 300
"""Characters of plain text below which the HTML is asked whether it says more."""

STUB_SHARE = 4
"""It does where it is so many times longer: "Your program cannot show HTML" above a whole letter."""

_KIND = re.compile(r"[\w!#$&^.+-]{1,60}/[\w!#$&^.+-]{1,100}")
_UNSAFE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\<>:\"|?*\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """`name` is without folders and never empty; `content_id` without brackets; `is_inline` where the HTML shows it."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str
    is_inline: bool


@dataclass(frozen=True, slots=True)
class Body:
    """See `kb.mail.reading.ReadMail`."""

    text: str
    text_is_from_html: bool
    html: str
    attachments: tuple[Attachment, ...]


def read_body(mail: Message) -> Body:
    """Raises `Unreadable` past `MAX_PARTS`."""
    leaves = list(_leaves(mail))
    texts = [part for part in leaves if _is_text(part)]
    others = [part for part in leaves if not _is_text(part)]
    html = [_text(part) for part in texts if part.get_content_subtype() == "html"]
    plain = [_text(part) for part in texts if part.get_content_subtype() != "html"]
    attachments = tuple(_attachment(part, number, html) for number, part in enumerate(others, 1))
    passed_on = next((part for part in others if part.get_content_type() == "message/rfc822"), None)
    if passed_on is not None and not any(text.strip() for text in (*html, *plain)):
        return replace(_inner_body(passed_on), attachments=attachments)
    return _body(plain, html, attachments)


def _inner_body(part: Message) -> Body:
    """Whoever passes a mail on without a word of their own says what it says."""
    inner = next(iter(_children(part)), None)
    return read_body(inner) if inner else Body("", False, "", ())


def _body(plain_parts: list[str], html_parts: list[str], attachments: tuple[Attachment, ...]) -> Body:
    text = "\n\n".join(part.strip("\n") for part in plain_parts if part.strip())[:MAX_TEXT]
    html = "\n".join(html_parts)[:MAX_TEXT]
    if html and (not text.strip() or _is_stub(text, html)):
        return Body(markdown_from_html(html), True, html, attachments)
    return Body(text, False, html, attachments)


def _is_stub(text: str, html: str) -> bool:
    return len(text) < STUB and len(html) > STUB and len(plain_from_html(html)) > STUB_SHARE * len(text)


def _leaves(part: Message) -> Iterator[Message]:
    """In their order; a mail within a mail is one leaf."""
    waiting, seen = [part], 0
    while waiting:
        current = waiting.pop()
        seen += 1
        if seen > MAX_PARTS:
            raise Unreadable(f"It has more than {MAX_PARTS} parts.")
        is_branch = current.get_content_maintype() == "multipart"
        children = _children(current) if is_branch else []
        waiting.extend(reversed(children))
        if not is_branch or not (children or current.is_multipart()):
            yield current


def _children(part: Message) -> list[Message]:
    if not part.is_multipart():
        again = with_guessed_boundary(part)
        part = part if again is None else again
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_text(part: Message) -> bool:
    if part.get_content_maintype() == "multipart":
        return True
    is_file = part.get_content_disposition() == "attachment" or _given_name(part) != ""
    return _kind(part) in {"text/plain", "text/html"} and not is_file


def _kind(part: Message) -> str:
    """What is no kind at all is text, as RFC 2045 has it."""
    kind = part.get_content_type()
    return kind if _KIND.fullmatch(kind) else "text/plain"


def _text(part: Message) -> str:
    text = text_of(payload_bytes(part)[: 4 * MAX_TEXT], part.get_content_charset("utf-8"))
    if _parameter(part, "format") == "flowed" and part.get_content_subtype() == "plain":
        return unflowed(text, deletes_spaces=_parameter(part, "delsp") == "yes")
    return text


def _parameter(part: Message, name: str) -> str:
    try:
        return str(part.get_param(name, "")).strip().lower()
    except Exception:  # RFC 2231 pieces out of order
        return ""


def _attachment(part: Message, number: int, html: list[str]) -> Attachment:
    kind = _kind(part)
    content_id = decoded(str(part.get("content-id", ""))).strip("<> \t")[:300]
    is_inline = bool(content_id) and any(
        f"cid:{content_id}" in page or f"cid:{quote(content_id)}" in page for page in html
    )
    return Attachment(_name(part, kind, number), kind, _content(part), content_id, is_inline)


def _content(part: Message) -> bytes:
    if part.get_content_maintype() != "message" or not part.is_multipart():
        return payload_bytes(part)
    written = BytesIO()
    for inner in _children(part):
        try:
            BytesGenerator(written, mangle_from_=False, maxheaderlen=0).flatten(inner)
        except (UnicodeError, LookupError, KeyError, TypeError, ValueError):  # headers that no writer can write again
            written.write(inner.as_string().encode("utf-8", "replace"))
        written.write(b"\n")
    return written.getvalue()


def _name(part: Message, kind: str, number: int) -> str:
    given = _given_name(part)
    if not given and kind == "message/rfc822":
        given = f"{_inner_subject(part)}.eml"
    safe = _UNSAFE_IN_NAMES.sub(" ", given.replace("\\", "/").rsplit("/", 1)[-1])
    safe = " ".join(safe.split()).strip(". ")
    return safe[:200] or f"attachment-{number}{_ENDINGS.get(kind, '')}"


_ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
}


def _inner_subject(part: Message) -> str:
    inner = next(iter(_children(part)), None)
    return decoded(" ".join(str(inner.get("subject", "")).split())).replace("/", " ") if inner else ""


def _given_name(part: Message) -> str:
    """RFC 2231, or RFC 2047 as most programs write it, or raw bytes."""
    try:
        found = part.get_param("filename", None, "content-disposition") or part.get_param("name", None)
        value = collapse_rfc2231_value(found) if found else ""
    except Exception:  # RFC 2231 pieces out of order, charsets that are none
        return ""
    return decoded(value).strip()
