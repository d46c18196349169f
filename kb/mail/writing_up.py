"""A mail as a message of ours: what its writer wrote, as Markdown, with the places where its pictures stood. Pure."""

import re
from dataclasses import dataclass

from kb.mail.reading import Attachment, ReadMail
from kb.text.html_to_markdown import markdown_from_html
from kb.text.mail_parts import reply_lines

_SHOWN = "https://inline.invalid/"
_CID = re.compile(r"""(?<=["'])cid:([^"'\s>]{1,500})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenUp:
    """`text` is what is told; `shown` are numbers of attachments whose places stand in it as `place_of` tells,
    `elsewhere` those that stand only in what was cut away: a signature's logo, a picture that is quoted."""

    text: str
    shown: frozenset[int]
    elsewhere: frozenset[int]


def place_of(number: int) -> re.Pattern[str]:
    """How the place of an attachment reads in `WrittenUp.text`."""
    return re.compile(rf"!?\[[^\[\]\n]{{0,300}}\]\({re.escape(_SHOWN)}{number}\)")


def write_up(mail: ReadMail, *, trims: bool = True) -> WrittenUp:
    """What it says; where nothing is left of it once quotes and signature are gone, all of it if `trims` is False, else ""."""
    whole = _from_html(mail) if mail.text_is_from_html else _from_text(mail)
    text = "\n".join(reply_lines(whole)).strip()
    if not text and not trims:
        text = whole.strip()
    numbers = range(len(mail.attachments))
    shown = frozenset(number for number in numbers if place_of(number).search(text))
    elsewhere = frozenset(number for number in numbers if place_of(number).search(whole)) - shown
    return WrittenUp(text, shown, elsewhere)


def _from_html(mail: ReadMail) -> str:
    numbers = {one.content_id: number for number, one in enumerate(mail.attachments) if one.content_id}

    def placed(found: re.Match[str]) -> str:
        number = numbers.get(found[1])
        return found[0] if number is None else f"{_SHOWN}{number}"

    return markdown_from_html(_CID.sub(placed, mail.html))


def _from_text(mail: ReadMail) -> str:
    """Outlook writes `[cid:image001.png@01D…]` where a picture stands, Gmail and Apple `[image: name]` or `<name>`."""
    text = mail.text
    for number, one in enumerate(mail.attachments):
        for mark in _marks(one):
            text = text.replace(mark, f"[{_plain(one.name)}]({_SHOWN}{number})")
    return text


def _marks(one: Attachment) -> list[str]:
    marks = [f"[cid:{one.content_id}]"] if one.content_id else []
    return [*marks, f"[image: {one.name}]", f"[{one.name}]", f"<{one.name}>"]


def _plain(name: str) -> str:
    return re.sub(r"[\[\]()<>]", " ", name)
