"""Calls that show how the API is used; a test makes each of them."""

import json
import shlex
from dataclasses import dataclass, field
from typing import Any

from kb.core.saying import Said, say

KEY = "$KEY"
"""Stands where a reader puts a key of their own."""


@dataclass(frozen=True, slots=True)
class Example:
    """A call. `path` is below the base address; `sent` is what goes along as JSON, None for nothing."""

    title: Said
    method: str
    path: str
    sent: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def curl(self, base: str) -> str:
        """The call as it is typed in a shell."""
        words = [
            "curl",
            *(["-X", self.method] if self.method not in {"GET", "POST"} else []),
            shlex.quote(base + self.path),
        ]
        lines = [" ".join(words), f'-H "Authorization: Bearer {KEY}"']
        lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in self.headers.items()]
        if self.sent is not None:
            lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(self.sent))}"]
        return " \\\n  ".join(lines)


EXAMPLES = (
    Example(say("Read the newest topics"), "GET", "/api/v1/topics?limit=5"),
    Example(say("Search by words and meaning"), "GET", "/api/v1/search?q=reset+mail"),
    Example(
        say("Ask a question, once however often it is sent"),
        "POST",
        "/api/v1/topics",
        {"space": "help", "title": "The export stops early", "body": "It stops at 100 rows."},
        {"Idempotency-Key": "a-word-of-your-own"},
    ),
    Example(say("Open a ticket"), "POST", "/api/v1/tickets", {"subject": "Billed twice", "body": "Twice in May."}),
    Example(say("Read what you were told"), "GET", "/api/v1/notices?limit=10"),
)
