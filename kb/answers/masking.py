"""Personal data out of a text that is to be read by more people than it was written for, shown as masked in its place."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kb.text.redaction import redact

NAME = "name"
"""What stands, in square brackets, where a person of the ticket was named."""

SHORTEST_NAME = 3
"""Letters; shorter parts of names ("Al", "Jo") are too often the beginning of something else."""


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with placeholders, and how many of each kind there are: `{"e-mail": 2}`."""

    text: str
    found: Mapping[str, int] = field(default_factory=dict)


def mask(text: str, *, names: Iterable[str] = ()) -> Masked:
    """Masks what redaction finds, and the people named. Masking again changes nothing."""
    redacted = redact(text)
    found = Counter(str(one.kind) for one in redacted.found)
    pattern = _names_pattern(names)
    if pattern is None:
        return Masked(redacted.text, dict(found))
    masked, hits = pattern.subn(f"[{NAME}]", redacted.text)
    return Masked(masked, dict(found + Counter({NAME: hits})))


def list_personal_data(text: str) -> list[str]:
    """The pieces of a text that look personal, each once, as they stand in it: for the one who approves it."""
    return list(dict.fromkeys(text[one.start : one.end] for one in redact(text).found))


def _names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names before their parts; as written, since `will` and `Will` are not the same."""
    whole = {" ".join(name.split()) for name in names}
    parts = {part for name in whole for part in name.split() if part[0].isupper()}
    wanted = sorted((name for name in whole | parts if len(name) >= SHORTEST_NAME), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)") if wanted else None
