"""What was written in Discourse, as the Markdown of this product."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.element import Tag

from kb.imports.loose_values import Loose, count_of, rows_of, text_of
from kb.text.html_to_markdown import markdown_from_html
from kb.text.plain import is_too_deep, plain_from_html

_QUOTE = re.compile(r'\[quote(?:="?(?P<who>[^\]",]*)[^\]]*)?\]\s*(?P<said>(?:(?!\[quote).)*?)\s*\[/quote\]', re.DOTALL)
_DETAILS = re.compile(r'^\[details(?:="?([^\]"]*)"?)?\][ \t]*$', re.MULTILINE)
_DETAILS_END = re.compile(r"^\[/details\][ \t]*$", re.MULTILINE)
_SPOILER = re.compile(r"\[spoiler\]([^\n]*?)\[/spoiler\]")
_POLL = re.compile(r"\[poll[^\]\n]{0,400}\](.*?)\[/poll\]", re.DOTALL)
_SIZE = re.compile(r"(!\[[^\]\n|]{0,500})\|[^\]\n]{0,60}\]")
MOST_QUOTES = 40
"""Quotes resolved in one post, from the innermost outwards."""


def markdown_of(raw: str, cooked: str, polls: Sequence[Loose], *, site: str) -> str:
    """`raw` where it stands alone; `cooked` where there is none, or where only it knows where an upload lies.

    Addresses without a host lead to `site`; without one, pictures and files leave their name.
    """
    stands_alone = raw and not ("upload://" in raw and cooked)
    body = _from_raw(raw) if stands_alone else _from_cooked(cooked or raw, site)
    return "\n\n".join([body, *(_poll(poll) for poll in polls)]).strip()


def _from_raw(raw: str) -> str:
    for _ in range(MOST_QUOTES):
        raw, changed = _QUOTE.subn(_quoted, raw, count=1)
        if not changed:
            break
    raw = _POLL.sub("", raw)
    raw = _DETAILS_END.sub(":::", _DETAILS.sub(lambda match: f":::spoiler {match[1] or ''}".rstrip(), raw))
    raw = _SPOILER.sub(r"||\1||", raw)
    return re.sub(r"\(upload://[^)\s]*\)", "", _SIZE.sub(r"\1]", raw)).strip()


def _quoted(match: re.Match[str]) -> str:
    who = (match["who"] or "").strip()
    said = f"{who}:\n\n{match['said']}" if who else match["said"]
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in said.split("\n")) + "\n\n"


def _from_cooked(cooked: str, site: str) -> str:
    if is_too_deep(cooked):
        return plain_from_html(cooked)
    soup = BeautifulSoup(cooked, "html.parser")
    for unseen in soup.select("img.avatar, .quote-controls, div.meta, .poll, .onebox .site-icon, svg"):
        unseen.decompose()
    for picture in soup.select("img.emoji"):
        picture.replace_with(str(picture.get("title") or picture.get("alt") or ""))
    for mention in soup.select("a.mention, a.mention-group, a.hashtag, a.hashtag-cooked"):
        mention.replace_with(mention.get_text())
    for card in soup.select("aside.onebox"):
        _keep_address(card)
    for quote in soup.select("aside.quote"):
        _keep_quote(soup, quote)
    for one in soup.select("[href], [src]"):
        _lead(one, site)
    return markdown_from_html(str(soup))


def _keep_address(card: Tag) -> None:
    """A preview is made anew by whoever shows it."""
    address = str(card.get("data-onebox-src") or "") or next((str(a["href"]) for a in card.select("a[href]")), "")
    card.replace_with(BeautifulSoup(f"<p>{address}</p>", "html.parser")) if address else card.unwrap()


def _keep_quote(soup: BeautifulSoup, quote: Tag) -> None:
    title, said = quote.select_one(".title"), quote.find("blockquote")
    who = str(quote.get("data-username") or (title.get_text().strip(" :\n") if title else ""))
    if title:
        title.decompose()
    if isinstance(said, Tag) and who:
        line = soup.new_tag("p")
        line.string = f"{who}:"
        said.insert(0, line)


def _lead(one: Tag, site: str) -> None:
    for name in ("href", "src"):
        address = str(one.get(name) or "")
        if address.startswith("//"):
            one[name] = f"https:{address}"
        elif address.startswith("/") and site:
            one[name] = urljoin(site, address)
        elif address.startswith(("/uploads/", "/user_avatar/", "/secure-", "upload:")):
            del one[name]


def _poll(poll: Loose) -> str:
    """Who voted for what is not told by the API, so the result is kept as it stood."""
    lines = [f"- {_plain(option)} ({count_of(option, 'votes')})" for option in rows_of(poll.get("options"))]
    title = text_of(poll, "title") or "Poll"
    return f"**{title}**\n\n" + "\n".join(lines) if lines else ""


def _plain(option: Loose) -> str:
    return " ".join(plain_from_html(text_of(option, "html")).split()) or "?"
