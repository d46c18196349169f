"""A language model: an optional judge, namer and writer. Nothing in the loop waits for it."""

from typing import Protocol


class LanguageModel(Protocol):
    """Completes a prompt. What comes back is text from outside: the caller checks it before anybody sees it."""

    async def complete(self, prompt: str, max_tokens: int) -> str:
        """The completion, stripped. Raises `Unavailable` when it cannot be had: down, slow, refused or not understood."""
