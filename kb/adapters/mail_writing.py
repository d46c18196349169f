"""One outgoing message as a mail: text and HTML parts, and a Message-ID that stays the same over retries."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from kb.core.clock import now
from kb.core.errors import Invalid
from kb.ports.channel import Enclosed, OutgoingMessage

WIRE = SMTP.clone(max_line_length=998, cte_type="7bit")
"""RFC 5322's longest line. With Python's 78 a long address in a header, such as List-Unsubscribe's, is encoded and of no use."""


def write_mail(message: OutgoingMessage, *, sender: str) -> EmailMessage:
    """The mail, ready to send. Raises `Invalid` when the address or a header cannot stand in one."""
    mail = EmailMessage(policy=WIRE)
    name, address = parseaddr(sender)
    try:
        mail["From"] = Address(display_name=message.sender_name or name, addr_spec=address)
        mail["To"] = Address(addr_spec=message.address)
        if message.copies:
            mail["Cc"] = [Address(addr_spec=one) for one in message.copies]
        mail["Subject"] = message.subject
        for header, value in message.headers:
            mail[header] = value
    except (MessageError, ValueError, IndexError) as error:
        raise Invalid(f"No mail can be sent to “{message.address}”: {error}", {"address": "not an address"}) from error
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = f"<{message.id}@{address.rpartition('@')[2] or 'localhost'}>"
    if message.is_automatic:
        mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    for one in message.enclosed:
        _enclose(mail, one)
    return mail


def _enclose(mail: EmailMessage, one: Enclosed) -> None:
    """Beside the HTML that shows it, or attached to the whole."""
    kind, _, subtype = one.media_type.partition("/")
    shows = mail.get_body(("html",)) if one.content_id else None
    if isinstance(shows, EmailMessage):
        shows.add_related(
            one.content, kind, subtype, cid=f"<{one.content_id}>", disposition="inline", filename=one.name
        )
    else:
        mail.add_attachment(one.content, kind, subtype, filename=one.name)
