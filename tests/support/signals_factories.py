"""Events for tests, through the same door as real ones."""

import json
from datetime import datetime
from typing import Any

from kb.core.clock import now
from kb.core.database import fetch_all
from kb.people.products import ProductApp, find_app_by_write_key
from kb.signals.ingesting import IngestReceipt, ingest_events
from kb.signals.wire.own import read_own
from tests.support.factories import make_product_app

WRITE_KEY = "wk_test"


async def make_product(write_key: str = WRITE_KEY) -> ProductApp:
    """A product, made or found."""
    found = await find_app_by_write_key(write_key)
    if found is None:
        await make_product_app(write_key=write_key)
        found = await find_app_by_write_key(write_key)
    assert found is not None
    return found


async def send_events(*events: dict[str, Any], app: ProductApp | None = None, trusted: bool = False) -> IngestReceipt:
    """Take in events written as on our own wire; `at` may be a datetime."""
    app = app or await make_product()
    raw = [{key: _as_wire(value) for key, value in event.items()} for event in events]
    body = json.dumps({"events": raw}).encode()
    return await ingest_events(app, read_own(body, write_key=app.write_key, received_at=now()), trusted=trusted)


def _as_wire(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def stored_events() -> list[dict[str, Any]]:
    """Every stored event, oldest first."""
    return [dict(row) for row in await fetch_all("select * from event order by occurred_at, id")]
