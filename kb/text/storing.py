"""What Postgres can hold of a text."""

import re

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def storable(text: str, instead: str = "\ufffd") -> str:
    """NUL and lone surrogates, which no text column takes, become `instead`."""
    return _UNSTORABLE.sub(instead, text)
