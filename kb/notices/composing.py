"""A mail as it is read: what happened in one topic, or a digest, as text and as HTML, with the headers mail programs need."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import Template
from uuid import UUID

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
    """The mail's own facts. `before` is the mail about the same topic that went to this person last."""

    mail_id: UUID
    person_id: UUID
    address: str
    topic_id: UUID | None
    before: UUID | None


def compose_topic_mail(envelope: Envelope, told: Sequence[Told], site: Site) -> OutgoingMessage:
    """What happened in one topic. The subject stays the topic's, so that mail programs keep its mails together."""
    first = told[0].notice
    title = " ".join((headline_of(first) if first.decision_id or first.article_id else first.title).split())
    begins = bool(first.decision_id or first.article_id) or (
        all(one.notice.kind == TOPIC for one in told) and envelope.before is None
    )
    stop = _stop_link(site, envelope.person_id, {one.notice.kind for one in told})
    takes_reply = bool(site.reply_domain) and not (first.duplicate_id or first.decision_id or first.article_id)
    parts = [_part(one, site, whole=at < WHOLE_POSTS and _is_new(one, told[:at])) for at, one in enumerate(told)]
    foot = _Foot(site, stop, "You are told of this because you watch it or take part in it.", takes_reply)
    return OutgoingMessage(
        id=envelope.mail_id,
        address=envelope.address,
        subject=title if begins else f"Re: {title}",
        text="\n\n".join([*(part.text for part in parts), foot.text]),
        html=_MAIL.substitute(subject=escape(title), body="".join(part.html for part in parts), foot=foot.html),
        headers=(*_thread(envelope, site), *_list_headers(site, told[0].space_slug or "notices", stop))
        + (_reply_to(envelope, site) if takes_reply else ()),
        sender_name=_sender(told),
    )


def compose_digest(envelope: Envelope, told: Sequence[Told], site: Site) -> OutgoingMessage:
    """What was neither seen nor mailed, a line each."""
    stop = _stop_link(site, envelope.person_id, {DIGEST})
    count = len(told)
    subject = headline_of(told[0].notice) if count == 1 else f"{count} things you have not seen yet"
    lines = [
        (headline_of(one.notice), explanation_of(one.notice), _link(one.notice, site)) for one in told[:DIGEST_LINES]
    ]
    foot = _Foot(site, stop, "You get this digest because you chose it.", takes_reply=False)
    return OutgoingMessage(
        id=envelope.mail_id,
        address=envelope.address,
        subject=subject,
        text="\n\n".join([*("\n".join(filter(None, line)) for line in lines), foot.text]),
        html=_MAIL.substitute(
            subject=escape(subject),
            body="".join(
                f'<p><a href="{escape(link)}" style="{_LINK}"><b>{escape(head)}</b></a><br>{escape(text)}</p>'
                for head, text, link in lines
            ),
            foot=foot.html,
        ),
        headers=_list_headers(site, DIGEST, stop),
    )


def plain_mail(subject: str, body: str, foot: str) -> str:
    """The HTML of a mail; `body` and `foot` are HTML."""
    return _MAIL.substitute(subject=escape(subject), body=body, foot=foot)


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    html: str


def _is_new(one: Told, above: Sequence[Told]) -> bool:
    """A reply that was accepted too is told in full once."""
    return one.notice.path not in {other.notice.path for other in above}


def _part(one: Told, site: Site, *, whole: bool) -> _Part:
    head, link = headline_of(one.notice), _link(one.notice, site)
    body, html = explanation_of(one.notice), f"<p>{escape(explanation_of(one.notice))}</p>"
    if one.source:
        body, html = (one.source, _absolute(one.html, site.base_url)) if whole else ("", "")
    return _Part(
        "\n\n".join(filter(None, [f"{head}\n{link}", body])),
        f'<p style="margin:24px 0 8px"><a href="{escape(link)}" style="{_LINK}"><b>{escape(head)}</b></a></p>{html}',
    )


@dataclass(frozen=True, slots=True)
class _Foot:
    site: Site
    stop: str
    why: str
    takes_reply: bool

    @property
    def text(self) -> str:
        reply = "Reply to this mail to answer in the topic.\n" if self.takes_reply else ""
        return (
            f"-- \n{reply}{self.why}\nNo more mail of this kind: {self.stop}\nChoose: {self.site.base_url}/me/notices"
        )

    @property
    def html(self) -> str:
        reply = "Reply to this mail to answer in the topic. " if self.takes_reply else ""
        return (
            f'{reply}{self.why} <a href="{escape(self.stop)}" style="{_LINK}">No more mail of this kind</a>'
            f' · <a href="{escape(self.site.base_url)}/me/notices" style="{_LINK}">Choose</a>'
        )


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
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>$subject</title></head>'
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#1d2522">'
    '<div style="max-width:600px;margin:0 auto">$body'
    '<p style="margin-top:32px;padding-top:12px;border-top:1px solid #dfe4e2;font-size:13px;color:#5c6a66">$foot</p>'
    "</div></body></html>"
)
