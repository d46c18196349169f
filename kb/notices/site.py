"""What mail must know of the installation."""

from dataclasses import dataclass
from email.utils import parseaddr

from kb.core.settings import Settings
from kb.languages.offered import SOURCE


@dataclass(frozen=True, slots=True)
class Site:
    """`domain` is the sender's; `reply_domain` takes replies, "" where none can come in; `language` is for whoever chose none."""

    base_url: str
    secret: str
    domain: str
    reply_domain: str
    language: str = SOURCE


def site_of(settings: Settings) -> Site:
    """The installation these settings describe."""
    _, address = parseaddr(settings["MAIL_FROM"])
    domain = address.rpartition("@")[2] or "localhost"
    return Site(
        settings.base_url,
        settings["SECRET_KEY"],
        domain,
        settings["MAIL_REPLY_DOMAIN"].lower(),
        settings["DEFAULT_LANGUAGE"],
    )
