"""What is said anywhere in the code, gathered into the catalogues: `make messages`. Translations stay, what is said no more goes."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kb.languages.catalogues import path_of
from kb.languages.offered import LANGUAGES, SOURCE

ROOT = Path(__file__).resolve().parents[2]

PYTHON = [("**.py", "python")]
TEMPLATES = [("**.html", "jinja2")]
SCRIPTS = [("**.ts", "javascript")]

OF_SCRIPTS: dict[str, Any] = {"said": None, "saidMany": (1, 2)}

SOURCES = (
    ("kb", PYTHON),
    ("server", PYTHON),
    ("jobs", PYTHON),
    ("frontend/templates", TEMPLATES),
    ("frontend/scripts", SCRIPTS),
    ("frontend/widget", SCRIPTS),
)

KEYWORDS: dict[str, Any] = {"say": None, "say_many": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2)}

_CEREMONY = re.compile(
    rb'"(Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By)'
)

_OPTIONS = {"**.html": {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}


def gather() -> Catalog:
    """Every message in the code, with the files that say it."""
    catalogue = Catalog(project="Answerloop", charset="utf-8", fuzzy=False)
    for file, message in _said():
        catalogue.add(message, locations=[(file, 0)])
    return catalogue


def _said() -> Iterator[tuple[str, Any]]:
    for folder, methods in SOURCES:
        keywords = OF_SCRIPTS if methods is SCRIPTS else KEYWORDS
        found = extract_from_dir(ROOT / folder, method_map=methods, options_map=_OPTIONS, keywords=keywords)
        for file, _line, message, _comments, _context in found:
            yield f"{folder}/{file}", message


def bring_up_to_date(code: str, said: Catalog) -> tuple[int, int]:
    """Rewrite one language's catalogue; returns how many messages it has and how many are not translated."""
    path = path_of(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(locale=code, charset="utf-8")
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=code)
    catalogue.update(said, no_fuzzy_matching=True)
    catalogue.fuzzy = False
    written = BytesIO()
    write_po(written, catalogue, width=0, sort_output=True, ignore_obsolete=True, include_lineno=False)
    path.write_bytes(_without_ceremony(written.getvalue()))
    missing = [one for one in catalogue if one.id and not _is_translated(one.string)]
    return len(catalogue), len(missing)


def _without_ceremony(text: bytes) -> bytes:
    """Nothing that changes with the day, so that two who gather the same write the same."""
    head, gap, rest = text.partition(b"\n\n")
    kept = [line for line in head.splitlines() if not line.startswith(b"#") and not _CEREMONY.match(line)]
    return b"\n".join(kept) + gap + rest


def _is_translated(string: Any) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def main() -> None:
    """All languages, and a line for each."""
    said = gather()
    for code in LANGUAGES:
        if code != SOURCE:
            count, missing = bring_up_to_date(code, said)
            sys.stdout.write(f"{code}: {count} messages, {missing} to translate\n")


if __name__ == "__main__":
    main()
