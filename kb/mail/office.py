"""What mail about tickets must know of the installation."""

from dataclasses import dataclass

from kb.core.settings import Settings
from kb.files.rules import read_extensions
from kb.notices.site import Site, site_of
from kb.ports.file_store import FileStore
from kb.screening.rules import OPEN, Screen


@dataclass(frozen=True, slots=True)
class Office:
    """`addresses` take requests, in small letters; `answers` are the channels whose tickets are answered by mail;
    `attachments` are endings of files taken over besides pictures."""

    site: Site
    sender: str
    addresses: tuple[str, ...] = ()
    answers: frozenset[str] = frozenset({"email", "form", "widget", "chat"})
    acknowledges: bool = True
    asks_how_it_was: bool = False
    attachments: frozenset[str] = frozenset()

    @property
    def own(self) -> frozenset[str]:
        """Every address that is ours whatever stands in a mail: those that take requests, and the one we send as."""
        return frozenset({*self.addresses, self.sender})


def office_of(settings: Settings) -> Office:
    """The installation these settings describe."""
    site = site_of(settings)
    return Office(
        site,
        sender=settings.mail_address,
        addresses=tuple(settings["MAIL_SUPPORT_ADDRESSES"].lower().split()),
        answers=frozenset(settings["MAIL_ANSWERS"].lower().split()),
        acknowledges=settings["MAIL_ACKNOWLEDGES"] == "on",
        asks_how_it_was=settings["MAIL_ASKS_HOW_IT_WAS"] == "on",
        attachments=read_extensions(settings["UPLOAD_EXTENSIONS"]),
    )


@dataclass(frozen=True, slots=True)
class Means:
    """What handling a mail needs besides the database: the installation, the store of files, and what screens posts."""

    office: Office
    store: FileStore
    screen: Screen = OPEN
