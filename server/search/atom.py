"""A feed as Atom (RFC 4287)."""

import re
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from kb.search.feeds import Feed, FeedEntry

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"

BEGUN = "2026"
"""The year in ids (RFC 4151): whoever owns the host then names things below it. It never changes."""

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(r"<[a-z][^<>]*>")
_PATH = re.compile(r'(\s(?:href|src))="/(?!/)')


def write_feed(feed: Feed, base_url: str) -> bytes:
    """The document. Addresses in it are absolute, texts hold nothing XML cannot."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _text(root, "id", _id(base_url, feed.name))
    _text(root, "title", f"{feed.subject} · Answerloop")
    _text(root, "updated", _moment(feed.changed_at))
    SubElement(root, "link", rel="self", type="application/atom+xml", href=base_url + feed.feed_path)
    SubElement(root, "link", rel="alternate", type="text/html", href=base_url + feed.path)
    _text(root, "generator", "Answerloop")
    if not feed.entries:
        _text(SubElement(root, "author"), "name", "Answerloop")
    for entry in feed.entries:
        _write_entry(SubElement(root, "entry"), entry, base_url)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def make_absolute(html: str, base_url: str) -> str:
    """Stored HTML whose links and images lead here from anywhere; text that only looks like a link stays as it is."""
    return _TAG.sub(lambda tag: _PATH.sub(rf'\1="{base_url}/', tag[0]), html)


def _write_entry(into: Element, entry: FeedEntry, base_url: str) -> None:
    _text(into, "id", _id(base_url, f"{entry.kind}/{entry.id}"))
    _text(into, "title", entry.title)
    _text(into, "published", _moment(entry.created_at))
    _text(into, "updated", _moment(entry.changed_at))
    SubElement(into, "link", rel="alternate", type="text/html", href=base_url + entry.path)
    author = SubElement(into, "author")
    _text(author, "name", entry.author)
    if entry.author_path:
        _text(author, "uri", base_url + entry.author_path)
    _text(into, "content", make_absolute(entry.html, base_url)).set("type", "html")


def _text(into: Element, name: str, text: str) -> Element:
    element = SubElement(into, name)
    element.text = _UNWRITABLE.sub("\ufffd", text)
    return element


def _id(base_url: str, name: str) -> str:
    return f"tag:{urlsplit(base_url).hostname},{BEGUN}:{name}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
