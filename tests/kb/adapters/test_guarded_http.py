"""Addresses that people named are asked in public, within limits, and never lead into our own network."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar, Request, Response, get, post

from kb.adapters.guarded_http import GuardedHttp, Limits
from kb.core.errors import Invalid, Unavailable
from tests.support.public_network import PublicNetwork, at
from tests.support.served import serve_app

FOLLOW = Limits(redirects=3)


@get("/plain", sync_to_thread=False)
def plain(request: Request[Any, Any, Any]) -> dict[str, str]:
    return {"host": request.headers["host"], "encoding": request.headers["accept-encoding"]}


@get("/large", sync_to_thread=False)
def large() -> bytes:
    return b"x" * 5000


@get("/to", sync_to_thread=False)
def away(to: str) -> Response[None]:
    return Response(None, status_code=302, headers={"location": to})


@post("/take")
async def take(request: Request[Any, Any, Any]) -> str:
    return (await request.body()).decode()


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async with serve_app(Litestar([plain, large, away, take], openapi_config=None)) as url:
        yield at("site.example")(url)


@pytest.fixture
def network() -> PublicNetwork:
    return PublicNetwork("site.example")


@pytest.fixture
def http(network: PublicNetwork) -> GuardedHttp:
    return GuardedHttp(network.resolve)


async def test_a_public_host_is_asked_by_its_name_after_one_look_up(
    site: str, http: GuardedHttp, network: PublicNetwork
) -> None:
    answer = await http.ask("GET", f"{site}/plain")

    assert answer.status == 200
    assert b'"host":"site.example:' in answer.body
    assert b'"encoding":"identity"' in answer.body
    assert network.asked == ["site.example"]


async def test_what_is_sent_arrives(site: str, http: GuardedHttp) -> None:
    assert (await http.ask("POST", f"{site}/take", content=b"hello")).body == b"hello"


@pytest.mark.parametrize(
    "inside",
    ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest", "http://0x7f.1/"],
)
async def test_no_hop_leads_into_our_own_network(site: str, http: GuardedHttp, inside: str) -> None:
    with pytest.raises((Invalid, Unavailable), match=r"not on the public network|cannot be found"):
        await http.ask("GET", inside)
    with pytest.raises((Invalid, Unavailable), match=r"not on the public network|cannot be found"):
        await http.ask("GET", f"{site}/to?to={inside}", limits=FOLLOW)


async def test_a_name_that_changes_its_mind_is_judged_again_at_every_hop(
    site: str, http: GuardedHttp, network: PublicNetwork
) -> None:
    network.names.add("turning.example")
    turning = site.replace("site.example", "turning.example")
    network.names.discard("turning.example")

    with pytest.raises((Invalid, Unavailable)):
        await http.ask("GET", f"{site}/to?to={turning}/plain", limits=FOLLOW)
    assert network.asked == ["site.example", "turning.example"]


async def test_redirects_are_followed_to_the_limit_and_only_where_allowed(site: str, http: GuardedHttp) -> None:
    assert (await http.ask("GET", f"{site}/to?to=/plain", limits=FOLLOW)).url == f"{site}/plain"
    assert (await http.ask("GET", f"{site}/to?to=/plain")).status == 302
    loop = await http.ask("GET", f"{site}/to?to=/to%3Fto=/to", limits=Limits(redirects=1))
    assert loop.status == 302
    with pytest.raises(Invalid):
        await http.ask("GET", f"{site}/plain", may_visit=lambda host: host == "other.example")


async def test_no_answer_grows_or_lasts_beyond_its_limit(site: str, http: GuardedHttp) -> None:
    answer = await http.ask("GET", f"{site}/large", limits=Limits(bytes=100))
    assert (len(answer.body), answer.is_cut) == (100, True)


async def test_a_host_that_never_answers_is_given_up(http: GuardedHttp) -> None:
    async def say_nothing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        """Takes the connection and keeps it."""

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable, match="does not answer"):
            await http.ask("GET", f"http://site.example:{port}/", limits=Limits(seconds=0.2))


@pytest.mark.parametrize(
    "address",
    ["ftp://site.example/", "file:///etc/passwd", "http://a:b@site.example/", "http://", "javascript:1", "http://[x/"],
)
async def test_what_is_no_address_of_the_web_is_refused(http: GuardedHttp, address: str) -> None:
    with pytest.raises(Invalid):
        await http.ask("GET", address)
