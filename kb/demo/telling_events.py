"""What the demo's people did in the product, taken in as the product itself would send it."""

from uuid import UUID

from kb.demo.reading import Record, moment, read_records
from kb.demo.telling_people import DEMO_WRITE_KEY
from kb.signals.ingesting import access_product, ingest_events
from kb.signals.wire.events import IncomingBatch, IncomingEvent
from kb.signals.wire.places import route_of

BATCH = 500
ORIGIN = "https://app.fernbook.example"


async def load_events(people: dict[str, UUID]) -> int:
    """Send all events; returns how many were new. Their age keeps them from causing any message."""
    app = await access_product(DEMO_WRITE_KEY)
    events = [_event(number, record) for number, record in enumerate(read_records("events"))]
    accepted = 0
    for start in range(0, len(events), BATCH):
        batch = IncomingBatch(DEMO_WRITE_KEY, tuple(events[start : start + BATCH]))
        accepted += (await ingest_events(app, batch, trusted=True)).accepted
    return accepted


def _event(number: int, record: Record) -> IncomingEvent:
    page = record["page"]
    return IncomingEvent(
        name=record["name"],
        dedupe_key=f"demo-{number}",
        write_key=DEMO_WRITE_KEY,
        distinct_id=record["person"] or record["anonymous"],
        occurred_at=moment(record["days_ago"]),
        session_id=record["session"],
        page_url=f"{ORIGIN}{page}" if page else None,
        route=route_of(f"{ORIGIN}{page}") if page else None,
        element=record["element"],
        element_text=record["text"],
        release=record["release"],
        properties=record["properties"],
    )
