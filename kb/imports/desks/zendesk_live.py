"""A Zendesk that is asked itself: its answers laid down page by page in a folder, which is then read as any other.

The folder is the checkpoint: each line is one answer, and names the next. Broken off, the download goes on after the last whole line.
"""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kb.core.errors import Invalid, Unavailable
from kb.imports.desks.zendesk_survey import next_address
from kb.imports.json_documents import MAX_DOCUMENT
from kb.imports.loose_values import row_of
from kb.ports.web_reader import WebAnswer, WebReader

STREAMS = {
    "organizations": "/api/v2/organizations.json?page[size]=100",
    "ticket_fields": "/api/v2/ticket_fields.json?page[size]=100",
    "users": "/api/v2/incremental/users/cursor.json?start_time=0",
    "tickets": "/api/v2/incremental/tickets/cursor.json?start_time=0",
    "ticket_events": "/api/v2/incremental/ticket_events.json?start_time=0&include=comment_events",
    "satisfaction_ratings": "/api/v2/satisfaction_ratings.json?page[size]=100",
}
"""What is asked for, and where each begins. Comments come in bulk with the events: one by one they were a request a ticket."""

MAY_BE_CLOSED = {"satisfaction_ratings", "ticket_fields"}
"""Not every plan and every token has them; the tickets come in without."""

FINAL = {400, 401, 403, 404}
"""Asking again changes nothing."""

PATIENCE = 8
"""Failures in a row, the waits doubling up to a minute, before it gives up for now. Who says how long to wait (429) has not failed."""

Sleep = Callable[[float], Awaitable[None]]
OnPage = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Access:
    """How we show who we are: an API token with its agent's address, or an OAuth token alone."""

    token: str = field(repr=False)
    email: str = ""

    @property
    def headers(self) -> Mapping[str, str]:
        """What every request carries."""
        if not self.email:
            return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        pair = base64.b64encode(f"{self.email}/token:{self.token}".encode()).decode()
        return {"Authorization": f"Basic {pair}", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Download:
    """Where from, where to, and by what."""

    site: str
    access: Access
    folder: Path
    reader: WebReader
    sleep: Sleep = asyncio.sleep


def site_of(address: str) -> str:
    """Scheme and host of a Zendesk's address. Raises `Invalid` for anything that is not https."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise Invalid(
            f"{address} is no address of a Zendesk.", {"PATH": "https://yourcompany.zendesk.com, a folder or a file"}
        )
    return _origin(address)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


async def download_zendesk(download: Download, on_page: OnPage = lambda _: None) -> list[str]:
    """Lay down all streams; returns the names of those this token may not read and the import can do without.

    Raises `Invalid` where the token is not taken, `Unavailable` where nobody answers for long: asked again, it goes on.
    """
    download.folder.mkdir(parents=True, exist_ok=True)
    return [name for name, begin in STREAMS.items() if not await _lay_down(download, name, begin, on_page)]


async def _lay_down(download: Download, name: str, begin: str, on_page: OnPage) -> bool:
    path = download.folder / f"{name}.jsonl"
    address = _where_it_stopped(path, f"{download.site}{begin}")
    with path.open("ab") as file:
        while address:
            _check_host(download, address)
            answer = await _ask(download, address)
            if answer.status in {403, 404} and name in MAY_BE_CLOSED:
                return False
            document = {"request": {"uri": address}, "body": _body_of(answer, address)}
            file.write(json.dumps(document, separators=(",", ":")).encode() + b"\n")
            file.flush()
            on_page(1)
            following = next_address(document)
            address = following if following != address else ""
    return True


def _where_it_stopped(path: Path, begin: str) -> str:
    """The address after the last whole line, "" at the stream's end. A line that was cut off is taken away."""
    if not path.exists():
        return begin
    last, whole = b"", 0
    with path.open("rb+") as file:
        for line in file:
            if line.endswith(b"\n"):
                last, whole = line, whole + len(line)
        file.truncate(whole)
    return next_address(row_of(json.loads(last))) if last else begin


def _check_host(download: Download, address: str) -> None:
    """The token goes nowhere else, whatever an answer says."""
    if _origin(address) != download.site:
        raise Invalid(f"{download.site} sends us on to another host, {urlsplit(address).hostname}; it was not asked.")


async def _ask(download: Download, address: str) -> WebAnswer:
    failures = 0
    while True:
        answer, reason = await _try(download, address)
        if answer and (answer.status < 400 or answer.status in FINAL):
            return answer
        told = answer.retry_after if answer else 0
        failures += not told
        if failures > PATIENCE:
            raise Unavailable(f"{reason} Run the import again: it goes on where it stopped.")
        await download.sleep(told or min(60, 2**failures))


async def _try(download: Download, address: str) -> tuple[WebAnswer | None, str]:
    """The answer, and what is to be said where it is none to go on with."""
    try:
        answer = await download.reader.read(address, most=MAX_DOCUMENT, headers=download.access.headers)
    except Unavailable as down:
        return None, down.message
    return answer, f"{urlsplit(address).hostname} answers {answer.status}."


def _body_of(answer: WebAnswer, address: str) -> Mapping[str, Any]:
    if answer.status in {401, 403}:
        raise Invalid(
            f"{urlsplit(address).hostname} does not let us read {urlsplit(address).path}.",
            {"--token": "an API token with --email of an admin, or an OAuth token with the scope read"},
        )
    if answer.status != 200 or answer.is_cut:
        raise Invalid(
            f"{address} answers {answer.status}, which is no page of tickets.", {"PATH": "the address of a Zendesk"}
        )
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{address} answers with something that is not JSON.") from error
    return row_of(body)
