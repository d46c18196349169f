"""Development data that the repository does not hold; a test that needs it says so where it is absent."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"


def shared_data(path: str) -> Path:
    """The file or folder, or a skip that names what is missing."""
    found = FOLDER / path
    if not found.exists():
        pytest.skip(f"needs ../shared/data/{path}, which is not on this machine")
    return found
