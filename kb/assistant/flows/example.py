"""The flow a new one begins as, and the one the demo has: every kind of step but calling another program."""

from pathlib import Path

EXAMPLE = Path(__file__).with_name("example.yaml").read_text(encoding="utf-8")
