"""What a process imports before it does anything is waited for at each start, and by each command somebody types."""

import subprocess
import sys

import pytest

from server.commands.main import COMMANDS

HEAVY = ("torch", "sentence_transformers", "transformers", "sklearn", "scipy", "faiss", "onnx", "onnxruntime")
"""Each takes between a tenth of a second and ten; who needs one imports it where it is used."""

MODULES = [
    "server.commands.main",
    "server.app",
    "jobs.worker",
    "jobs.wiring",
    *(f"server.commands.{place.split('.')[0]}" for place in COMMANDS.values()),
]

SAYS_WHAT_IT_BROUGHT = f"""
import sys
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
    print(name, *(heavy for heavy in {HEAVY} if heavy in sys.modules))
"""


@pytest.fixture(scope="module")
def brought() -> dict[str, list[str]]:
    """What of the heavy had been imported after each module, one after the other in one fresh interpreter."""
    command = [sys.executable, "-c", SAYS_WHAT_IT_BROUGHT, *MODULES]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {line.split()[0]: line.split()[1:] for line in told.splitlines()}


@pytest.mark.parametrize("module", MODULES)
def test_it_starts_without_what_computes(module: str, brought: dict[str, list[str]]) -> None:
    assert brought[module] == []
