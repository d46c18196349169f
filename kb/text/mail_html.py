"""A reply that came as HTML, as Markdown without what it answers.

Mail programs put older messages into containers they name. Where one begins, a line stands in for it that no text can hold; quotes
become `> ` lines; then `kb.text.mail_parts` decides as it does for plain text, so that answers between quotes stay.
"""

import re

from bs4 import BeautifulSoup
from bs4.element import Tag

from kb.text.html_to_markdown import MAX_CONVERTED, MAX_TAGS, markdown_from_html
from kb.text.mail_lines import CUT
from kb.text.mail_parts import TrimmedReply, trim_reply
from kb.text.plain import is_too_deep, plain_from_html

MAX_SIGNATURE = 800
"""Characters of text in an element that calls itself a signature; in longer ones people have been seen to write."""

_OLDER_IDS = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|OLK_SRC_BODY_SECTION|stopSpelling|zwchr|isReplyContent|isForwardContent|appendonsend|reply-intro|"
    r"mail-editor-reference-message-container|ms-outlook-mobile-body-separator-line|AOLMsgPart_.{0,60}|(?:ydp\w{0,20})?yahoo_quoted.{0,40})"
)
_OLDER_CLASSES = re.compile(
    r"(?:x_|ecx|ydp\w{0,20})?(?:yahoo_quoted|yahooQuoted|protonmail_quote|tutanota_quote|zmail_extra|ms-outlook-mobile-reference-message|"
    r"gmail_quote|gmail_quote_container|OutlookMessageHeader|WM_quote|freebirdQuote)"
)
_HEADINGS = re.compile(r"(?:x_|ecx)?(?:moz-cite-prefix|gmail_attr)")
_SIGNATURES = re.compile(
    r"(?:x_)*(?:gmail_signature|moz-signature|Signature|protonmail_signature_block|ms-outlook-mobile-signature|tutanota_signature)"
)


def reply_from_html(html: str) -> TrimmedReply:
    """Safe Markdown, as `markdown_from_html` makes it. Never refuses: what is too large or too deep is read as plain text."""
    html = html.replace(CUT, "")
    if len(html) > MAX_CONVERTED or html.count("<") > MAX_TAGS or is_too_deep(html):
        return trim_reply(plain_from_html(html))
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(True):
        _stand_in(soup, element)
    return trim_reply(markdown_from_html(str(soup)))


def _stand_in(soup: BeautifulSoup, element: Tag) -> None:
    if element.decomposed:
        return
    names = [str(element.get("id") or ""), *(str(name) for name in element.get("class") or [])]
    if any(map(_SIGNATURES.fullmatch, names)) or element.get("data-smartmail") == "gmail_signature":
        if len(element.get_text()) <= MAX_SIGNATURE and element.find("blockquote") is None:
            element.decompose()
    elif _begins_older_message(element, names):
        element.insert_before(_line(soup))
    elif any(map(_HEADINGS.fullmatch, names)) and _is_before_quote(element):
        element.replace_with(_line(soup))


def _line(soup: BeautifulSoup) -> Tag:
    line = soup.new_tag("p")
    line.string = CUT
    return line


def _begins_older_message(element: Tag, names: list[str]) -> bool:
    """Quotes within are seen line by line; only containers without any begin what ends the message."""
    is_named = _OLDER_IDS.fullmatch(names[0]) is not None or any(map(_OLDER_CLASSES.fullmatch, names[1:]))
    return (
        is_named
        and element.name != "blockquote"
        and element.find("blockquote") is None
        and not _is_before_quote(element)
    )


def _is_before_quote(element: Tag) -> bool:
    """Whether it is the heading of a quote ("On Monday Ann wrote:"), in a language we may not know."""
    following = element.find_next_sibling()
    return isinstance(following, Tag) and following.name == "blockquote"
