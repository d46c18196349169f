"""What the words in a table's cells mean, as many help desks and people write them. Pure."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kb.imports.desks.conversations import Kind, Priority, State

_SOLVED = {"solved", "closed", "resolved", "done", "complete", "completed", "archived", "fixed", "finished", "answered",
           "geschlossen", "gelöst", "erledigt", "fermé", "ferme", "résolu", "cerrado", "resuelto", "chiuso", "risolto", "fechado",
           "gesloten"}  # fmt: skip
_PENDING = {"pending", "waiting on customer", "waiting for customer", "awaiting customer", "waiting for reply", "awaiting reply",
            "waiting", "snoozed", "wartend", "en attente", "pendiente", "in attesa", "pendente"}  # fmt: skip
_PRIORITIES: dict[Priority, set[str]] = {
    "low": {"low", "lowest", "minor", "trivial", "p4", "p5", "niedrig", "basse", "faible", "baja", "bassa", "baixa"},
    "high": {"high", "major", "important", "p2", "hoch", "haute", "élevée", "alta"},
    "urgent": {
        "urgent",
        "critical",
        "blocker",
        "highest",
        "emergency",
        "p0",
        "p1",
        "dringend",
        "kritisch",
        "urgente",
        "critique",
    },
}
_STAFF = {"agent", "admin", "staff", "support", "operator", "assistant", "bot", "employee", "representative", "rep", "csr", "helpdesk",
          "team", "outbound", "outgoing", "out", "reply", "response", "mitarbeiter", "bearbeiter", "agente", "conseiller"}  # fmt: skip
_NOTES = {
    "note",
    "internal",
    "internal note",
    "private",
    "private note",
    "notiz",
    "interne notiz",
    "nota interna",
    "note interne",
}
_CUSTOMERS = {"customer", "user", "client", "requester", "end user", "end-user", "contact", "visitor", "guest", "lead", "inbound",
              "incoming", "in", "request", "kunde", "anfragender", "cliente", "utilisateur", "klant"}  # fmt: skip
_GOOD = {"good", "great", "positive", "satisfied", "happy", "thumbs up", "👍", "gut", "zufrieden"}
_BAD = {
    "bad",
    "poor",
    "negative",
    "unsatisfied",
    "dissatisfied",
    "unhappy",
    "thumbs down",
    "👎",
    "schlecht",
    "unzufrieden",
}

_SEPARATORS = re.compile(r"[,;|\n]")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b(.*)")
_CLOCK = re.compile(r"[ ,T]*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap]\.?m\.?)?\s*(?:UTC|GMT|Z)?", re.IGNORECASE)


def read_state(word: str) -> State:
    """Whatever is neither done nor the customer's turn is ours."""
    plain = word.strip().casefold()
    return "solved" if plain in _SOLVED else "pending" if plain in _PENDING else "open"


def read_priority(word: str) -> Priority:
    """Normal where it says nothing else."""
    plain = word.strip().casefold()
    return next((name for name, words in _PRIORITIES.items() if plain in words), "normal")


def read_tags(cell: str) -> tuple[str, ...]:
    """A JSON list, or words parted by commas, semicolons or bars."""
    if cell.lstrip().startswith("["):
        try:
            return tuple(str(one) for one in json.loads(cell) if isinstance(one, str | int))
        except (ValueError, RecursionError):
            pass
    return tuple(word.strip() for word in _SEPARATORS.split(cell) if word.strip())


def read_score(cell: str) -> str:
    """good or bad, in words or of five; "" for anything between and beside."""
    plain = cell.strip().casefold()
    if plain in _GOOD or plain in _BAD:
        return "good" if plain in _GOOD else "bad"
    number = float(plain) if re.fullmatch(r"[0-5](?:\.\d+)?", plain) else 3.0
    return "good" if number >= 4 else "bad" if 1 <= number <= 2 else ""


def read_role(word: str) -> Kind | None:
    """Who speaks, by the word for it; None for any other word."""
    plain = word.strip().casefold().replace("_", " ")
    if plain in _NOTES:
        return "note"
    if plain in _STAFF:
        return "agent"
    return "customer" if plain in _CUSTOMERS else None


def days_come_first(cells: Iterable[str]) -> bool:
    """Of dates such as 3/1/2024, whether the day stands before the month: with dots it does, else where one number passes twelve."""
    for cell in cells:
        found = _SLASHED.match(cell.strip())
        if found and (int(found[1]) > 12 or "." in cell):
            return True
        if found and int(found[2]) > 12:
            return False
    return False


def read_moment(cell: str, *, days_first: bool) -> datetime:
    """ISO 8601, dates with slashes or dots, those of mails, seconds or milliseconds since 1970. Raises `ValueError` for anything else."""
    text = cell.strip()
    for read in (_iso, _epoch, lambda one: _slashed(one, days_first=days_first), parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, TypeError, OverflowError, OSError, IndexError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise ValueError(f"{text[:40]} is not a date such as 2026-03-01T12:00:00")


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(
        re.sub(r" (?:UTC|GMT)$| (?=[+-]\d\d:?\d\d$)", lambda found: "+00:00" if found[0].strip() else "", text)
    )


def _epoch(text: str) -> datetime:
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        raise ValueError(text)
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)


def _slashed(text: str, *, days_first: bool) -> datetime:
    found = _SLASHED.fullmatch(text)
    if not found:
        raise ValueError(text)
    first, second = int(found[1]), int(found[2])
    day, month = (first, second) if days_first or first > 12 else (second, first)
    hour, minute, second_ = _clock(found[4])
    return datetime(int(found[3]), month, day, hour, minute, second_, tzinfo=UTC)


def _clock(text: str) -> tuple[int, int, int]:
    if not text.strip():
        return 0, 0, 0
    found = _CLOCK.fullmatch(text.rstrip())
    if not found:
        raise ValueError(text)
    hour, half = int(found[1]), (found[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return hour, int(found[2]), int(found[3] or 0)
