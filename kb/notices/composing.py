"""A mail as it is read: what happened in one topic, or a digest, as text and as HTML, with the headers mail programs need."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import Template
from uuid import UUID

from kb.core.saying import Said, say, say_many
from kb.languages.offered import LANGUAGES
from kb.languages.telling import tell
from kb.notices.queries import NoticeView
from kb.notices.rules import DIGEST, TOPIC
from kb.notices.site import Site
from kb.notices.tokens import write_reply_token, write_stop_token
from kb.notices.wording import explanation_of, headline_of
from kb.ports.channel import OutgoingMessage

WHOLE_POSTS = 10
"""Posts told in full in one mail; of the others the headline."""

DIGEST_LINES = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with its post in full, both "" where it is of no post. `space_slug` is "" outside topics."""

    notice: NoticeView
    source: str
    html: str
    space_slug: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """The mail's own facts. `before` is the mail about the same topic that went to this person last; `language` is theirs."""

    mail_id: UUID
    person_id: UUID
    address: str
    topic_id: UUID | None
    before: UUID | None
    language: str


def compose_topic_mail(envelope: Envelope, told: Sequence[Told], site: Site) -> OutgoingMessage:
    """What happened in one topic. The subject stays the topic's, so that mail programs keep its mails together."""
    first = told[0].notice
    title = " ".join((tell(headline_of(first), envelope.language) if first.is_alone else first.title).split())
    begins = first.is_alone or (all(one.notice.kind == TOPIC for one in told) and envelope.before is None)
    stop = _stop_link(site, envelope.person_id, {one.notice.kind for one in told})
    takes_reply = bool(site.reply_domain) and not (first.duplicate_id or first.is_alone)
    parts = [
        _part(one, site, envelope.language, whole=at < WHOLE_POSTS and _is_new(one, told[:at]))
        for at, one in enumerate(told)
    ]
    foot = _Foot(
        site, stop, envelope.language, say("You are told of this because you watch it or take part in it."), takes_reply
    )
    return OutgoingMessage(
        id=envelope.mail_id,
        address=envelope.address,
        subject=title if begins else f"Re: {title}",
        text="\n\n".join([*(part.text for part in parts), foot.text]),
        html=plain_mail(title, "".join(part.html for part in parts), foot.html, envelope.language),
        headers=(*_thread(envelope, site), *_list_headers(site, told[0].space_slug or "notices", stop))
        + (_reply_to(envelope, site) if takes_reply else ()),
        sender_name=_sender(told),
    )


def compose_digest(envelope: Envelope, told: Sequence[Told], site: Site) -> OutgoingMessage:
    """What was neither seen nor mailed, a line each."""
    stop = _stop_link(site, envelope.person_id, {DIGEST})
    language, count = envelope.language, len(told)
    waiting = say_many("{n} thing you have not seen yet", "{n} things you have not seen yet", count)
    subject = tell(headline_of(told[0].notice) if count == 1 else waiting, language)
    lines = [
        (tell(headline_of(one.notice), language), tell(explanation_of(one.notice), language), _link(one.notice, site))
        for one in told[:DIGEST_LINES]
    ]
    foot = _Foot(site, stop, language, say("You get this digest because you chose it."), takes_reply=False)
    return OutgoingMessage(
        id=envelope.mail_id,
        address=envelope.address,
        subject=subject,
        text="\n\n".join([*("\n".join(filter(None, line)) for line in lines), foot.text]),
        html=plain_mail(
            subject,
            "".join(
                f'<p dir="auto"><a href="{escape(link)}" style="{_LINK}"><b>{escape(head)}</b></a><br>{escape(text)}</p>'
                for head, text, link in lines
            ),
            foot.html,
            language,
        ),
        headers=_list_headers(site, DIGEST, stop),
    )


def plain_mail(subject: str, body: str, foot: str, language: str) -> str:
    """The HTML of a mail in a language, right to left where that is written so; `body` and `foot` are HTML."""
    direction = LANGUAGES[language].direction
    return _MAIL.substitute(subject=escape(subject), body=body, foot=foot, language=language, direction=direction)


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    html: str


def _is_new(one: Told, above: Sequence[Told]) -> bool:
    """A reply that was accepted too is told in full once."""
    return one.notice.path not in {other.notice.path for other in above}


def _part(one: Told, site: Site, language: str, *, whole: bool) -> _Part:
    head, link = tell(headline_of(one.notice), language), _link(one.notice, site)
    body = tell(explanation_of(one.notice), language)
    html = f'<p dir="auto">{escape(body)}</p>'
    if one.source:
        body, html = (one.source, f'<div dir="auto">{_absolute(one.html, site.base_url)}</div>') if whole else ("", "")
    return _Part(
        "\n\n".join(filter(None, [f"{head}\n{link}", body])),
        f'<p style="margin:24px 0 8px"><a href="{escape(link)}" style="{_LINK}"><b>{escape(head)}</b></a></p>{html}',
    )


@dataclass(frozen=True, slots=True)
class _Foot:
    site: Site
    stop: str
    language: str
    why: Said
    takes_reply: bool

    @property
    def text(self) -> str:
        stop = say("No more mail of this kind: {link}", link=self.stop)
        choose = say("Choose what you hear of: {link}", link=f"{self.site.base_url}/me/notices")
        return "-- \n" + "\n".join(self._told(*self._reasons, stop, choose))

    @property
    def html(self) -> str:
        stop, choose = self._told(say("No more mail of this kind"), say("Choose what you hear of"))
        return (
            f'{escape(" ".join(self._told(*self._reasons)))} <a href="{escape(self.stop)}" style="{_LINK}">{escape(stop)}</a>'
            f' · <a href="{escape(self.site.base_url)}/me/notices" style="{_LINK}">{escape(choose)}</a>'
        )

    @property
    def _reasons(self) -> tuple[Said, ...]:
        return (say("Reply to this mail to answer in the topic."), self.why) if self.takes_reply else (self.why,)

    def _told(self, *said: Said) -> list[str]:
        return [tell(one, self.language) for one in said]


def _thread(envelope: Envelope, site: Site) -> tuple[tuple[str, str], ...]:
    """Every mail about a topic refers to the topic, which no mail bears, and to the mail before it."""
    root = f"<topic.{envelope.topic_id}@{site.domain}>"
    before = f"<{envelope.before}@{site.domain}>" if envelope.before else ""
    return (("In-Reply-To", before or root), ("References", f"{root} {before}".strip()))


def _list_headers(site: Site, label: str, stop: str) -> tuple[tuple[str, str], ...]:
    return (
        ("List-Id", f"<{label}.{site.domain}>"),
        ("List-Unsubscribe", f"<{stop}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Precedence", "list"),
    )


def _reply_to(envelope: Envelope, site: Site) -> tuple[tuple[str, str], ...]:
    return (("Reply-To", f"reply+{write_reply_token(site.secret, envelope.mail_id)}@{site.reply_domain}"),)


def _stop_link(site: Site, person_id: UUID, kinds: set[str]) -> str:
    return f"{site.base_url}/unsubscribe/{write_stop_token(site.secret, person_id, kinds)}"


def _link(notice: NoticeView, site: Site) -> str:
    """Straight to it: whoever reads mail need not be signed in to read what is public."""
    return f"{site.base_url}{notice.path}"


def _sender(told: Sequence[Told]) -> str:
    """Who wrote it, where it is one person."""
    names = {one.notice.actor for one in told}
    return names.pop() if len(names) == 1 and _is_of_posts(told[0].notice) else ""


def _is_of_posts(notice: NoticeView) -> bool:
    return notice.duplicate_id is None and notice.decision_id is None


def _absolute(html: str, base_url: str) -> str:
    """Our own HTML has double quotes around every value, so a path is told by them."""
    base = escape(base_url)
    return html.replace(' href="/', f' href="{base}/').replace(' src="/', f' src="{base}/')


_LINK = "color:#175e54"
_MAIL = Template(
    '<!doctype html><html lang="$language" dir="$direction"><head><meta charset="utf-8"><title>$subject</title></head>'
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#1d2522">'
    '<div dir="$direction" style="max-width:600px;margin:0 auto">$body'
    '<p style="margin-top:32px;padding-top:12px;border-top:1px solid #dfe4e2;font-size:13px;color:#5c6a66">$foot</p>'
    "</div></body></html>"
)
