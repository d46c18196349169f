"""The values of one statement that is put together of conditions."""

from typing import Any


class Arguments(list[Any]):
    """What is bound, in order."""

    def place(self, value: Any) -> str:
        """Add a value; returns what stands for it."""
        self.append(value)
        return f"${len(self)}"
