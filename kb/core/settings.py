"""The settings in force, read from the environment and checked. Which there are stands in setting_list.py."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from kb.core.errors import Invalid
from kb.core.setting_list import SETTINGS, SHAPES


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, read once at start-up and handed down; nothing else reads the environment."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def data_dir(self) -> Path:
        """The data folder, absolute."""
        return Path(self["DATA_DIR"]).expanduser().resolve()

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash."""
        return self["BASE_URL"].rstrip("/")

    @property
    def webhook_inside_hosts(self) -> list[str]:
        """Hosts of our own network that webhooks may be sent to, lower case."""
        return self["WEBHOOK_INSIDE_HOSTS"].lower().split()

    @property
    def mail_address(self) -> str:
        """The address we send as, in small letters, without a name."""
        return parseaddr(self["MAIL_FROM"])[1].lower()

    @property
    def holdout(self) -> float:
        """The share, 0 to 0.5, of members who ask without suggestions."""
        return float(self["DEFLECTION_HOLDOUT"]) / 100

    @property
    def label_people(self) -> int:
        """People who must have written each word of a label that others than ticket readers see."""
        return int(self["LABEL_PEOPLE"])

    @property
    def is_secure(self) -> bool:
        """Whether people reach us over TLS, so that cookies may demand it."""
        return self.base_url.startswith("https://")

    def replaced(self, **changes: str) -> "Settings":
        """A copy with some values changed."""
        return Settings({**self.values, **changes})


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting from the environment. Raises `Invalid` naming a setting that cannot be used."""
    source = os.environ if environ is None else environ
    values = {s.name: source.get(s.name, "").strip() or s.default for s in SETTINGS}
    for name, pattern, wrong, hint in SHAPES:
        if not re.fullmatch(pattern, values[name]):
            raise Invalid(f"{name} {wrong}", {name: hint})
    return Settings(values)
