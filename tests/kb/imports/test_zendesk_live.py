"""A Zendesk that is asked itself: pages to their end, as slowly as it wants, on where it broke off, and the token to nobody else."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Request, Response, get

from kb.adapters.guarded_http import GuardedHttp
from kb.adapters.web_reader import GuardedWebReader
from kb.core.actor import SYSTEM
from kb.core.database import fetch_all
from kb.core.errors import Invalid, Unavailable
from kb.imports.desks.bringing_in import DeskCounts, import_desk
from kb.imports.desks.zendesk import Zendesk
from kb.imports.desks.zendesk_live import Access, Download, download_zendesk, site_of
from tests.support.desks import agent, comment, customer, ticket
from tests.support.public_network import PublicNetwork, at
from tests.support.served import serve_app

NAME = "fern.zendesk.example"
SECRET = "Basic " + base64.b64encode(b"ada@fern.example/token:t0ken").decode()


@dataclass
class Served:
    """What the pretended Zendesk was asked, and how it answers next."""

    asked: list[str] = field(default_factory=list)
    failing: list[Response[Any]] = field(default_factory=list)
    elsewhere: str = ""


def page(path: str, query: dict[str, str], base: str, elsewhere: str) -> dict[str, Any]:
    match path:
        case "organizations.json":
            return {
                "organizations": [{"id": 9, "name": "Acme"}],
                "meta": {"has_more": False},
                "links": {"next": f"{base}/x"},
            }
        case "incremental/users/cursor.json":
            return {"users": [agent(1, "a@x.example"), customer(2, "c@x.example", organization_id=9)], "end_of_stream": True,
                    "after_url": f"{base}/{path}?cursor=end"}  # fmt: skip
        case "incremental/tickets/cursor.json":
            at_end = query.get("cursor") == "two"
            following = elsewhere or f"{base}/{path}?cursor={'end' if at_end else 'two'}"
            numbers = (3,) if at_end else (1, 2)
            return {"tickets": [ticket(n, 2) for n in numbers], "end_of_stream": at_end, "after_url": following}
        case "incremental/ticket_events.json":
            said = comment(11, 1, "An answer", at="11:00", event_type="Comment")
            return {"ticket_events": [{"id": 1, "ticket_id": 1, "child_events": [said]}], "end_of_stream": True,
                    "next_page": f"{base}/{path}?start_time=1"}  # fmt: skip
        case "satisfaction_ratings.json":
            return {"satisfaction_ratings": [{"id": 5, "ticket_id": 2, "score": "good"}], "next_page": None}
        case _:
            return {"ticket_fields": []}


@pytest.fixture
def served() -> Served:
    return Served()


@pytest.fixture
async def site(served: Served) -> AsyncIterator[str]:
    @get("/api/v2/{path:path}")
    async def answer(path: str, request: Request[Any, Any, Any]) -> Response[Any]:
        base = f"http://{request.headers['host']}/api/v2"
        if request.headers.get("authorization") != SECRET:
            return Response({"error": "Couldn't authenticate you"}, status_code=401)
        served.asked.append(request.url.path.removeprefix("/api/v2/") + "?" + request.url.query)
        if served.failing:
            return served.failing.pop(0)
        return Response(page(path.strip("/"), dict(request.query_params), base, served.elsewhere))

    async with serve_app(Litestar([answer], openapi_config=None)) as url:
        yield at(NAME)(url)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def download(site: str, tmp_path: Path, slept: list[float]) -> Download:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    reader = GuardedWebReader(GuardedHttp(PublicNetwork(NAME, "other.example").resolve))
    return Download(site, Access("t0ken", "ada@fern.example"), tmp_path / "fern", reader, sleep)


async def bring_in(folder: Path) -> DeskCounts:
    with Zendesk(folder) as desk:
        return await import_desk(SYSTEM, desk, kind="zendesk", source="fern")


async def test_all_streams_are_read_to_their_end_and_imported(db: str, download: Download, served: Served) -> None:
    assert await download_zendesk(download) == []
    counts = await bring_in(download.folder)

    assert [one.split("?")[0] for one in served.asked] == [
        "organizations.json", "ticket_fields.json", "incremental/users/cursor.json", "incremental/tickets/cursor.json",
        "incremental/tickets/cursor.json", "incremental/ticket_events.json", "satisfaction_ratings.json",
    ]  # fmt: skip
    assert (counts.tickets.imported, counts.accounts, counts.missing.rejected, counts.documents.rejected) == (
        3,
        1,
        0,
        0,
    )
    rows = await fetch_all(
        "select m.body_source from ticket_message m join ticket t on t.id = m.ticket_id order by t.source_id, position"
    )
    assert [row["body_source"] for row in rows] == ["Words of 1", "An answer", "Words of 2", "Words of 3"]


async def test_it_waits_as_long_as_it_is_told_and_tries_again_what_fails(
    download: Download, served: Served, slept: list[float]
) -> None:
    served.failing = [
        Response(None, status_code=429, headers={"retry-after": "37"}), Response(None, status_code=503), Response(None, status_code=500)
    ]  # fmt: skip

    await download_zendesk(download)

    assert slept == [37, 2, 4]


async def test_broken_off_it_goes_on_after_the_last_whole_page(
    download: Download, served: Served, slept: list[float]
) -> None:
    pages = 0

    def pull(more: int) -> None:
        nonlocal pages
        pages += more
        if pages == 4:  # the first page of tickets lies there
            served.failing = [Response(None, status_code=503)] * 100

    with pytest.raises(Unavailable, match="goes on where it stopped"):
        await download_zendesk(download, pull)
    with (download.folder / "tickets.jsonl").open("a") as torn:
        torn.write('{"request": {"uri": "http://fern')
    served.failing, served.asked = [], []

    await download_zendesk(download)

    assert served.asked[0] == "incremental/tickets/cursor.json?cursor=two"
    assert len((download.folder / "tickets.jsonl").read_text().splitlines()) == 2
    assert max(slept) == 60


async def test_a_token_that_is_not_taken_is_refused_in_a_sentence_and_stands_nowhere(download: Download) -> None:
    wrong = replace(download, access=Access("wr0ng", "ada@fern.example"))

    with pytest.raises(Invalid, match="does not let us read") as refusal:
        await download_zendesk(wrong)

    assert "--token" in refusal.value.fields
    assert "wr0ng" not in f"{refusal.value} {refusal.value.fields} {wrong!r}"


async def test_the_token_goes_to_no_other_host(download: Download, served: Served, site: str) -> None:
    served.elsewhere = site.replace(NAME, "other.example") + "/api/v2/steal.json"

    with pytest.raises(Invalid, match=r"another host, other\.example"):
        await download_zendesk(download)

    assert not [one for one in served.asked if one.startswith("steal")]


@pytest.mark.parametrize(
    "address", ["http://fern.zendesk.example", "https://", "https://me:secret@fern.zendesk.example", "ftp://x"]
)
def test_only_an_address_over_https_is_asked(address: str) -> None:
    with pytest.raises(Invalid, match="no address of a Zendesk"):
        site_of(address)
