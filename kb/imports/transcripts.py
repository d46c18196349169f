"""A whole conversation in one cell: a JSON list of messages, or a transcript whose lines begin with who speaks. Pure."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kb.imports.desks.conversations import Kind
from kb.imports.loose_values import Loose, row_of, storable, text_of
from kb.imports.table_values import read_role

_SPOKEN = re.compile(
    r"(?:\[[^\]\n]{1,40}\]\s*|\(\d[^)\n]{1,40}\)\s*)?\*{0,2}([^:\n*]{1,60}?)\*{0,2}\s?:\*{0,2}(?:\s+(.*))?"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `kind` is None where only a name says who spoke; `moment` is as it was written."""

    kind: Kind | None
    author: str
    email: str
    text: str
    moment: str = ""


def read_transcript(cell: str, *, names: Collection[str] = ()) -> list[Said]:
    """Its messages in order. `names` are people who may speak besides those called by their role, in small letters.

    A text in which nobody is seen to speak is one message of the customer's.
    """
    if cell.lstrip().startswith(("[", "{")):
        try:
            return _from_json(json.loads(cell))
        except (ValueError, RecursionError):
            pass
    return _from_lines(cell, names)


def _from_json(value: Any) -> list[Said]:
    listed = value if isinstance(value, list) else next((v for v in row_of(value).values() if isinstance(v, list)), [])
    said = [_message(row_of(one) if isinstance(one, dict) else {"text": one}) for one in listed]
    return [one for one in said if one.text.strip()]


def _message(row: Loose) -> Said:
    who = row_of(
        next((row[key] for key in ("author", "from", "sender", "user") if isinstance(row.get(key), dict)), None)
    )
    role = text_of(row, "role", "author_role", "author_type", "sender_type", "type", "direction") or text_of(
        who, "role", "type"
    )
    name = text_of(who, "name", "email") or text_of(row, "author", "author_name", "from", "sender", "name", "user")
    is_private = row.get("public") is False or any(
        row.get(key) is True for key in ("private", "internal", "is_private", "is_internal")
    )
    moment = next((str(row[key]) for key in ("created_at", "timestamp", "date", "time", "sent_at") if row.get(key)), "")
    email = text_of(who, "email") or text_of(row, "email", "author_email", "from_email")
    kind: Kind | None = "note" if is_private else read_role(role) or read_role(name)
    return Said(
        kind, name, email, text_of(row, "body", "text", "content", "message", "plain_body", "html_body"), moment
    )


def _from_lines(cell: str, names: Collection[str]) -> list[Said]:
    said: list[tuple[Kind | None, str, list[str]]] = []
    for line in storable(cell).splitlines():
        found = _SPOKEN.fullmatch(line.strip())
        kind = read_role(found[1]) if found else None
        if found and (kind or found[1].strip().casefold() in names):
            said.append((kind, found[1].strip(), [found[2] or ""]))
        elif said:
            said[-1][2].append(line)
        else:
            said.append(("customer", "", [line]))
    made = [Said(kind, "" if read_role(name) else name, "", "\n".join(lines).strip()) for kind, name, lines in said]
    return [one for one in made if one.text]
