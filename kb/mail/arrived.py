"""A mail on its way through this room: as it was read, with whom it was for."""

from dataclasses import dataclass
from uuid import UUID

from kb.mail.office import Office
from kb.mail.reading import ReadMail


@dataclass(frozen=True, slots=True)
class Arrived:
    """`recipients` are those of its envelope and of its headers, in small letters; `came_by` the door it came through."""

    id: UUID
    mail: ReadMail
    recipients: tuple[str, ...]
    came_by: str

    def is_for(self, office: Office) -> bool:
        """Whether it went to an address that takes requests. Whatever lies in our mailbox did, under whatever name."""
        return self.came_by == "imap" or any(_plain(one) in office.addresses for one in self.recipients)


def arrived_as(mail_id: UUID, mail: ReadMail, envelope: tuple[str, ...], came_by: str) -> Arrived:
    """The mail with every address it names as its receiver, those of the envelope first."""
    return Arrived(mail_id, mail, tuple(dict.fromkeys((*envelope, *mail.recipients))), came_by)


def _plain(address: str) -> str:
    """Without what stands after a plus sign (RFC 5233): `help+invoices@` is `help@`."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
