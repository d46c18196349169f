"""What a person's details must look like, with the reason for each limit. Pure."""

import re
import unicodedata
from datetime import timedelta

from kb.core.errors import Invalid
from kb.core.saying import say

MIN_PASSWORD = 10
"""Characters. Length is what protects; asking for digits and signs only makes people write passwords down."""

MAX_PASSWORD = 200
"""Hashing costs grow with length, so a megabyte of password must not reach the hash."""

MAX_NAME = 80
MAX_EMAIL = 254
"""RFC 5321: the longest address mail can be sent to."""

SIGN_IN_WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
"""More than any owner of a forgotten password types; 40 guesses an hour get nowhere against ten characters."""

TRIES_PER_ADDRESS = 60
"""A whole office signs in from one address on Monday morning."""

SIGN_UP_WINDOW = timedelta(hours=1)
SIGN_UPS_PER_ADDRESS = 20

LINK_LASTS = timedelta(hours=1)
"""A link to choose a password: longer than a slow mail takes, shorter than a mailbox stays open on somebody else's screen."""

LINK_WINDOW = timedelta(hours=1)
LINKS_PER_MAILBOX = 3
"""It may be somebody else's: they get a few mails at most, and the link in each works."""

LINKS_PER_NETWORK = 20
"""An office that comes back from its holidays."""

_USERNAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s\x00@<>,;:\"\\]{1,64}@[^\s\x00@<>,;:\"\\]+\.[^\s\x00@<>,;:\"\\]{2,}")
_TAKEN_BY_PAGES = {"new", "me", "admin", "answerloop", "system", "anonymous", "deleted"}


def check_details(*, name: str, username: str, email: str, password: str) -> None:
    """Raises `Invalid` naming every field that is wrong, not only the first."""
    found = {
        "name": name_error(name),
        "username": username_error(username),
        "email": email_error(email),
        "password": password_error(password, email=email),
    }
    wrong = {field: text for field, text in found.items() if text}
    if wrong:
        raise Invalid(say("Some details need another look."), wrong)


def name_error(name: str) -> str:
    """Why this cannot be a person's name; empty when it can."""
    if not name.strip():
        return say("Say what people may call you.")
    return say("At most {most} characters.", most=MAX_NAME) if len(name.strip()) > MAX_NAME else ""


def username_error(username: str) -> str:
    """Why this cannot stand in an address; empty when it can."""
    if not _USERNAME.fullmatch(username):
        return "3 to 30 letters, digits, - or _, beginning and ending with a letter or digit."
    return say("This name is kept for the site itself.") if username.lower() in _TAKEN_BY_PAGES else ""


def username_from(name: str) -> str:
    """A handle made of a name: `Ines Duarte` becomes `ines-duarte`. Names without a Latin letter become `member`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:26].strip("-")
    return made if not username_error(made) else "member"


def email_error(email: str) -> str:
    """Why mail could not reach this; empty when it might."""
    well_formed = len(email.strip()) <= MAX_EMAIL and _EMAIL.fullmatch(email.strip())
    return "" if well_formed else say("This is not an e-mail address, such as ines@example.com.")


def password_error(password: str, *, email: str) -> str:
    """Why this would not protect the account; empty when it would."""
    if len(password) < MIN_PASSWORD:
        return say("At least {least} characters. A few words in a row are easy to remember.", least=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        return say("At most {most} characters.", most=MAX_PASSWORD)
    if password.lower() == email.strip().lower() or len(set(password)) < 4:
        return say("Too easy to guess.")
    return ""


GROUP_NAME_MAX = 60
GROUP_DESCRIPTION_MAX = 300


def clean_group(name: str, description: str) -> tuple[str, str]:
    """A group's name and description in one line each. Raises `Invalid` naming the fields."""
    name, description = (" ".join(text.replace("\x00", "").split()) for text in (name, description))
    fields = {}
    if not 2 <= len(name) <= GROUP_NAME_MAX:
        fields["name"] = say("Give it a name of 2 to {most} characters.", most=GROUP_NAME_MAX)
    if len(description) > GROUP_DESCRIPTION_MAX:
        fields["description"] = say("At most {most} characters.", most=GROUP_DESCRIPTION_MAX)
    if fields:
        raise Invalid(say("The group needs a little more."), fields)
    return name, description
