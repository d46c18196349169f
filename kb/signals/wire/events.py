"""The one shape all wire formats become."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kb.core.errors import Invalid, TooLarge
from kb.signals.wire.json_text import Json, as_object, as_text, to_json

MAX_ID = 200
"""Characters of a distinct id, as PostHog cuts it (loop.md 2b)."""
MAX_NAME = 200
MAX_URL = 2000
MAX_KEY = 200
MAX_EVENTS = 10_000
"""In one request. Browsers send at most a few hundred; an import splits its file."""

_MEANINGLESS = frozenset(
    {
        "anonymous",
        "guest",
        "distinct_id",
        "distinctid",
        "id",
        "not_authenticated",
        "email",
        "undefined",
        "true",
        "false",
    }
    | {"null", "none", "nan", "nil", "0", "-1", "unknown", "user", "[object object]"}
)
"""Ids that broken integrations send for everybody. Linking by one of them would make all customers one person."""


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """One fact from a product, not yet stored.

    `distinct_id` is whatever the product calls the visitor; `identifies` is the product's own user id when this event
    says who the visitor is; `aliases` are other ids of the same visitor. Nothing of it is proven without a valid
    `identity_token`. `page_url` has no query; `route` is its path without ids.
    """

    name: str
    dedupe_key: str
    write_key: str
    distinct_id: str
    occurred_at: datetime
    session_id: str | None = None
    page_url: str | None = None
    route: str | None = None
    element: str | None = None
    element_text: str | None = None
    expects_bursts: bool = False
    release: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    identifies: str | None = None
    aliases: tuple[str, ...] = ()
    traits: Mapping[str, Any] = field(default_factory=dict)
    identity_token: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """One event of a batch that could not be read; the others are kept."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class IncomingBatch:
    """Everything one request carried, under its single write key."""

    write_key: str
    events: tuple[IncomingEvent, ...]
    refused: tuple[Refused, ...] = ()


def read_each(
    raws: list[Any],
    *,
    write_key: str,
    refusal: Callable[[Json], str | None],
    read: Callable[[Json, int], IncomingEvent],
) -> IncomingBatch:
    """Read the readable and name the rest. The request fails only when nothing of it can be kept."""
    if len(raws) > MAX_EVENTS:
        raise TooLarge(f"Send at most {MAX_EVENTS} events at a time.", {"events": "too many"})
    events: list[IncomingEvent] = []
    refused: list[Refused] = []
    for index, raw in enumerate(raws):
        event = as_object(raw)
        reason = refusal(event) if event else "not an object"
        if reason:
            refused.append(Refused(index, reason))
        else:
            events.append(read(event, index))
    if refused and not events:
        fields = {f"events.{one.index}": one.reason for one in refused[:20]}
        raise Invalid(f"No event could be read: {refused[0].reason}.", fields)
    return IncomingBatch(write_key, tuple(events), tuple(refused))


def read_write_key(value: Any) -> str | None:
    """The public key of a product. A secret key pasted into a page is refused aloud: it must be revoked."""
    key = as_text(value, MAX_KEY)
    if key and key.startswith(("phx_", "alk_")):
        raise Invalid(
            "This is a secret key. Revoke it, and use the product's write key.", {"write_key": "a secret key"}
        )
    return key


def one_write_key(keys: set[str]) -> str:
    """The only key there is: a batch that mixes two products belongs to neither."""
    if len(keys) > 1:
        raise Invalid("The batch names more than one write key.", {"write_key": "more than one"})
    if not keys:
        raise Invalid("The request names no write key.", {"write_key": "missing"})
    return keys.pop()


def linkable(*ids: str | None, besides: str) -> tuple[str, ...]:
    """The ids that may link one visitor to another: different from `besides` and not the same word for everybody."""
    return tuple(dict.fromkeys(id_ for id_ in ids if id_ and id_ != besides and is_meaningful_id(id_)))


def is_meaningful_id(id_: str) -> bool:
    """Whether an id can name one visitor."""
    return id_.strip().strip("\"'").lower() not in _MEANINGLESS and bool(id_.strip(" \"'"))


def dedupe_key(given: str | None, raw: Json, *, has_time: bool, index: int, received_at: datetime) -> str:
    """The sender's own id of the event; else a hash of its content, which a retry repeats.

    Content without a time does not tell a retry from a second event, so it counts as new on each receipt.
    """
    if given:
        return given
    salt = "" if has_time else f"{received_at.isoformat()}#{index}"
    digest = hashlib.blake2b(salt.encode(), digest_size=16)
    digest.update(to_json(raw))
    return f"hash:{digest.hexdigest()}"


def read_release(*candidates: Any) -> str | None:
    """The first version text among the places libraries put it."""
    return next((text for value in candidates if (text := as_text(value, 60))), None)
