"""Messages: facts in the past tense that a room announces when its write commits. Job handlers listen to them."""

from typing import Any, TypeVar

import msgspec


class Message(msgspec.Struct, frozen=True):
    """Base of all messages. Fields hold ids and small facts only: a handler reads the rows again."""


_by_name: dict[str, type[Message]] = {}
M = TypeVar("M", bound=type[Message])


def message(kind: M) -> M:
    """Register a message type under its class name, which is what the outbox stores."""
    if kind.__name__ in _by_name:
        raise RuntimeError(f"two messages are called {kind.__name__}")
    _by_name[kind.__name__] = kind
    return kind


def message_types() -> dict[str, type[Message]]:
    """Every registered message by name."""
    return dict(_by_name)


def pack(item: Message) -> str:
    """The JSON text stored in the outbox."""
    return msgspec.json.encode(item).decode()


def unpack(name: str, payload: str) -> Message:
    """The message of an outbox row. Raises KeyError for a name no room registered."""
    unpacked: Any = msgspec.json.decode(payload, type=_by_name[name])
    return unpacked  # type: ignore[no-any-return]
