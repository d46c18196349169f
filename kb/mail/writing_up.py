"""A mail as a message of ours: what its writer wrote, as Markdown, with the places where its pictures stood. Pure."""

import re
from dataclasses import dataclass
from itertools import pairwise

from kb.mail.reading import Attachment, ReadMail
from kb.text.html_to_markdown import markdown_from_html
from kb.text.mail_html import reply_from_html
from kb.text.mail_parts import split_forwarded, trim_reply
from kb.text.mail_signatures import is_closing, is_sign_off, split_signature

MAX_TEXT = 200_000
"""Characters looked at; a message holds a sixth of that."""

WRAPPED_FROM = 55
"""Characters. Programs break lines at 65 to 78, before a word that would pass them."""

MOST_PLACES = 50
"""Attachments whose places in the text are looked for."""

_SHOWN = "https://inline.invalid/"
_PLACE = re.compile(rf"!?\[[^\[\]\n]{{0,300}}\]\({re.escape(_SHOWN)}(\d{{1,3}})\)")
_CID = re.compile(r"""(?<=["'])cid:([^"'\s>]{1,500})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenUp:
    """`text` is what is told, with the places of attachments in it (`fill_places`). `elsewhere` are the numbers of those
    that stand only in what was cut away: a signature's logo, a picture that is quoted.
    `is_plain` where it was no HTML, so that its lines end where they end."""

    text: str
    elsewhere: frozenset[int] = frozenset()
    is_plain: bool = False


def write_up(mail: ReadMail, *, trims: bool = True, is_public: bool = False) -> WrittenUp:
    """What it says; where nothing is left of it once quotes and signature are gone, all of it if `trims` is False, else "".

    Quotes that are answered one by one stay, for they say what is answered. What somebody passes on is theirs to tell
    unless `trims`, headers included: they say whose words it is. A closing with a name stays unless it is public: there
    people go by the name they chose.
    """
    passed_on = "" if trims or not mail.is_forward else _passed_on(mail)
    if passed_on:
        return WrittenUp(passed_on, is_plain=not mail.text_is_from_html)
    reply = reply_from_html(_placed_html(mail)) if mail.text_is_from_html else trim_reply(_placed_text(mail))
    told = reply.text[:MAX_TEXT]
    text, signature = split_signature(told, f"{mail.from_name} <{mail.from_address}>")
    if is_closing(signature.strip()) or (is_sign_off(signature) and not is_public):
        text = told
    whole = f"{told}\n\n{reply.elided[:MAX_TEXT]}".strip()
    if reply.is_only_quotes or not text.strip():
        text = "" if trims else whole
    return WrittenUp(text.strip(), places_in(whole) - places_in(text), is_plain=not mail.text_is_from_html)


def keep_breaks(text: str) -> str:
    """Plain text as Markdown that breaks its lines where its writer did: an address, a list of values, a log stay what they are.

    A line that reaches the margin was broken by a program, and goes on. For showing: what was written stays as it was written.
    """
    lines, fenced = text.split("\n"), False
    for at, (line, following) in enumerate(pairwise(lines)):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if (
            not fenced
            and following.strip()
            and 0 < len(line.strip()) < WRAPPED_FROM
            and line.lstrip()[0] not in "|#>`~"
        ):
            lines[at] = f"{line.rstrip()}  "
    return "\n".join(lines)


def _passed_on(mail: ReadMail) -> str:
    source = markdown_from_html(_placed_html(mail)) if mail.text_is_from_html else _placed_text(mail)
    words, forwarded = split_forwarded(source[:MAX_TEXT])
    return f"{words}\n\n{forwarded}".strip() if forwarded else ""


def fill_places(text: str, filled: dict[int, str]) -> str:
    """The text with these in the places of attachments; a place that nothing fills is dropped."""
    return _PLACE.sub(lambda found: filled.get(int(found[1]), ""), text)


def places_in(text: str) -> frozenset[int]:
    """The numbers of the attachments that have a place in it."""
    return frozenset(int(found[1]) for found in _PLACE.finditer(text))


def cut_between_places(text: str, most: int) -> str:
    """At most so many characters of it; a place that would be cut apart is left out."""
    crossing = (found.start() for found in _PLACE.finditer(text) if found.start() < most < found.end())
    return text[: next(crossing, most)]


def _placed_html(mail: ReadMail) -> str:
    numbers = {one.content_id: number for number, one in enumerate(mail.attachments) if one.content_id}

    def placed(found: re.Match[str]) -> str:
        number = numbers.get(found[1])
        return found[0] if number is None else f"{_SHOWN}{number}"

    return _CID.sub(placed, mail.html)


def _placed_text(mail: ReadMail) -> str:
    """Outlook writes `[cid:image001.png@01D…]` where a picture stands, Gmail and Apple `[image: name]` or `<name>`."""
    attached = mail.attachments[:MOST_PLACES]
    numbers = {mark: number for number, one in reversed(list(enumerate(attached))) for mark in _marks(one)}
    if not numbers:
        return mail.text[:MAX_TEXT]
    any_mark = re.compile("|".join(re.escape(mark) for mark in sorted(numbers, key=len, reverse=True)))

    def placed(found: re.Match[str]) -> str:
        number = numbers[found[0]]
        return f"[{_plain(attached[number].name)}]({_SHOWN}{number})"

    return any_mark.sub(placed, mail.text[:MAX_TEXT])


def _marks(one: Attachment) -> list[str]:
    marks = [f"[cid:{one.content_id}]"] if one.content_id else []
    return [*marks, f"[image: {one.name}]", f"[{one.name}]", f"<{one.name}>"]


def _plain(name: str) -> str:
    return re.sub(r"[\[\]()<>\n]", " ", name)[:200]
