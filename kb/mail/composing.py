"""An agent's reply, or the word that a request came, as a mail: text and HTML, what it answers, headers that keep the thread. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from uuid import UUID

from kb.core.saying import say
from kb.files.enclosing import EnclosedFile
from kb.languages.telling import tell, tell_day
from kb.mail.dressing import Shown, dress, quoted_html
from kb.mail.office import Office
from kb.mail.threading import REPLY
from kb.notices.tokens import write_reply_token
from kb.ports.channel import Enclosed, OutgoingMessage

QUOTED_LINES = 20
"""Of the message that is answered, so that its writer sees what it is about; their own mail program has the rest."""

_ADVERTISES = re.compile(r"https?:|www\.|\w\.\w{2,10}/|@", re.IGNORECASE)

REPLY_KIND, ACKNOWLEDGEMENT, RATING = "reply", "acknowledgement", "rating"


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of the ticket: who wrote it, when, its Markdown and its HTML."""

    author: str
    at: datetime
    source: str
    html: str


@dataclass(frozen=True, slots=True)
class TicketLetter:
    """Everything a mail about a ticket is made of. `thread` are the Message-IDs before it, the oldest first;
    `may_sign_in` says whether the ticket's page is of use to its reader, `rating` is the word in the link that asks how it was."""

    mail_id: UUID
    kind: str
    address: str
    copies: tuple[str, ...]
    number: int
    subject: str
    language: str
    said: Turn | None
    answered: Turn | None
    thread: tuple[str, ...]
    may_sign_in: bool
    rating: str = ""
    files: tuple[EnclosedFile, ...] = ()


def compose_letter(letter: TicketLetter, office: Office) -> OutgoingMessage:
    """The mail as it is sent; the same whenever it is composed."""
    said = letter.said
    is_reply = letter.kind == REPLY_KIND and said is not None
    if is_reply and said:
        body, html = said.source, said.html
    else:
        body, html = _question(letter, office) if letter.kind == RATING else _acknowledgement(letter)
    below, below_html = _quotation(letter)
    foot = _foot(letter, office)
    shown = Shown(office.site.base_url, {str(one.id): _cid(one) for one in letter.files if one.is_picture})
    return OutgoingMessage(
        id=letter.mail_id,
        address=letter.address,
        subject=_subject(letter),
        text="\n\n".join(filter(None, [shown.in_text(body), *foot, below])),
        html=dress(shown.in_html(html), _foot_html(foot), below_html, letter.language),
        headers=_headers(letter, office),
        sender_name=said.author if is_reply and said else "",
        copies=letter.copies if is_reply else (),
        enclosed=tuple(_enclosed(one) for one in letter.files),
        is_automatic=not is_reply,
    )


def _subject(letter: TicketLetter) -> str:
    """The request's own, so that mail programs keep the thread; an acknowledgement carries nobody's advertising to others."""
    subject = " ".join(letter.subject.split())
    if letter.kind == ACKNOWLEDGEMENT and _ADVERTISES.search(subject):
        subject = tell(say("Your request"), letter.language)
    return f"Re: {subject}"


def _acknowledgement(letter: TicketLetter) -> tuple[str, str]:
    told = [
        tell(sentence, letter.language)
        for sentence in (
            say("Your request is with us, as number {number}.", number=letter.number),
            say("Somebody reads it and answers you here. Until then you need do nothing."),
        )
    ]
    return "\n\n".join(told), "".join(f"<p>{escape(one)}</p>" for one in told)


def _question(letter: TicketLetter, office: Office) -> tuple[str, str]:
    """How it was: two links that only lead to a page, so that a mail program which opens links says nothing in anybody's name."""
    asked = tell(say("Your request {number} is solved. How was it?", number=letter.number), letter.language)
    link = f"{office.site.base_url}/ratings/{letter.rating}"
    ways = [
        (tell(say("Good"), letter.language), f"{link}?score=good"),
        (tell(say("Not good"), letter.language), f"{link}?score=bad"),
    ]
    text = "\n".join(f"{name}: {address}" for name, address in ways)
    html = " · ".join(f'<a href="{escape(address)}">{escape(name)}</a>' for name, address in ways)
    return f"{asked}\n\n{text}", f"<p>{escape(asked)}</p><p>{html}</p>"


def _quotation(letter: TicketLetter) -> tuple[str, str]:
    """What is answered, shortened; an acknowledgement repeats nothing, so that nobody can have us send what they wrote to others."""
    answered = letter.answered
    if answered is None or letter.kind != REPLY_KIND:
        return "", ""
    head = tell(
        say("On {day}, {name} wrote:", day=tell_day(answered.at, letter.language), name=answered.author),
        letter.language,
    )
    lines = answered.source.strip().splitlines()
    kept = [*lines[:QUOTED_LINES], *(["…"] if len(lines) > QUOTED_LINES else [])]
    return "\n".join([head, "", *(f"> {line}".rstrip() for line in kept)]), quoted_html(head, "\n".join(kept))


def _foot(letter: TicketLetter, office: Office) -> list[str]:
    """Why it came and what to do with it."""
    said = [say("Request {number}. Reply to this mail to go on with it.", number=letter.number)]
    if letter.may_sign_in:
        said.append(say("It also stands at {link}", link=f"{office.site.base_url}/tickets/{letter.number}"))
    return ["-- \n" + "\n".join(tell(one, letter.language) for one in said)]


def _foot_html(foot: Sequence[str]) -> str:
    return "<br>".join(escape(line) for part in foot for line in part.removeprefix("-- \n").splitlines())


def _headers(letter: TicketLetter, office: Office) -> tuple[tuple[str, str], ...]:
    """`In-Reply-To` names the mail before, `References` the first and the newest of the thread (RFC 5322, 3.6.4).

    Postmark and Mailgun are asked to tell what becomes of it by our own id.
    """
    headers = [("Reply-To", reply_address(letter.mail_id, office))]
    if letter.thread:
        headers += [("In-Reply-To", letter.thread[-1]), ("References", " ".join(letter.thread))]
    if letter.kind != REPLY_KIND:
        headers.append(("X-Auto-Response-Suppress", "All"))
    headers += [("X-PM-KeepID", "true"), ("X-PM-Metadata-mail", str(letter.mail_id))]
    return tuple(headers)


def reply_address(mail_id: UUID, office: Office) -> str:
    """Signed where a domain of ours takes replies; else the address that takes requests: then Message-IDs alone lead back."""
    if office.site.reply_domain:
        return f"{REPLY}+{write_reply_token(office.site.secret, mail_id)}@{office.site.reply_domain}"
    return next(iter(office.addresses), office.sender)


def _cid(one: EnclosedFile) -> str:
    return f"{one.id}@files"


def _enclosed(one: EnclosedFile) -> Enclosed:
    return Enclosed(one.name, one.media_type, one.content, _cid(one) if one.is_picture else "")
