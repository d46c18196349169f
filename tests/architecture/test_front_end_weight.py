"""The first page stays light, and asks no other host for anything (DESIGN section 7)."""

import gzip
import json
import re
from pathlib import Path

DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"

BUDGET = 45_000
"""Bytes of gzip for style and script together: 60 kB for the first page, less 15 kB for its HTML."""

WIDGET_BUDGET = 20_000
"""Bytes of gzip of everything the help widget brings into a customer's page (DESIGN section 7)."""

FIRST_PAGE = ("app.css", "app.js", "theme.js")
NAMESPACES = {"www.w3.org"}
"""Names of XML namespaces look like addresses and are never fetched."""


def built(name: str) -> Path:
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    return DIST / manifest[name]


def test_style_and_script_stay_within_their_weight() -> None:
    weights = {name: len(gzip.compress(built(name).read_bytes(), 6)) for name in FIRST_PAGE}

    assert min(weights.values()) > 0
    assert sum(weights.values()) <= BUDGET, weights


def test_the_widget_stays_within_its_weight() -> None:
    assert 0 < len(gzip.compress((DIST / "widget.js").read_bytes(), 6)) <= WIDGET_BUDGET


def test_built_files_name_no_other_host() -> None:
    files = [*DIST.rglob("*.css"), *DIST.rglob("*.js"), *DIST.rglob("*.svg")]
    hosts = {
        (file.name, host)
        for file in files
        for host in re.findall(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", file.read_text())
    }

    assert len(files) >= 4
    assert {(name, host) for name, host in hosts if host not in NAMESPACES} == set()


def test_the_manifest_names_only_files_that_exist() -> None:
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text())

    assert {*FIRST_PAGE, "favicon.svg", "inter-latin-wght-normal.woff2"} <= set(manifest)
    assert [name for name, file in manifest.items() if not (DIST / file).is_file()] == []
