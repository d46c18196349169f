"""The one door for requests to addresses that people named: previews, webhooks, push. It never leads into our own network."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import httpx

from kb.adapters.public_addresses import resolve_public
from kb.core.errors import Invalid, Unavailable

AGENT = "answerloop"

_HOST = re.compile(rb"[a-z0-9._-]+|[0-9a-f:.]+")

Resolve = Callable[[str, int], Awaitable[str]]
"""From host and port to the one address that is connected to; refuses what may not be."""

_MOVED = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: seconds from its start to the last byte over all hops, bytes that are kept, hops followed."""

    seconds: float = 10.0
    bytes: int = 256 * 1024
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the last hop said. `body` holds at most the limit; `is_cut` says that there was more."""

    url: str
    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    is_cut: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    headers: Mapping[str, str]
    content: bytes


class GuardedHttp:
    """Asks hosts of the public network only.

    Each hop's name is looked up once, every address found must be for everybody, and the connection goes to the address that was
    judged: a name that answers differently the second time (DNS rebinding) is never asked a second time. Certificates are checked
    against the name. Proxies and cookies are not used, and compressed answers are not asked for, so that none can swell.

    Only tests, whose servers are on this machine, give another `resolve`.
    """

    def __init__(self, resolve: Resolve = resolve_public) -> None:
        self._resolve = resolve

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        limits: Limits = Limits(),
        may_visit: Callable[[str], bool] = lambda _host: True,
    ) -> Answer:
        """The answer, whatever its status. `may_visit` is asked with the lower-case host of every hop.

        Raises `Invalid` where the address may not be asked, `Unavailable` where nobody answers in time. Of a redirect that is not
        followed the answer itself comes back; a followed one is asked by GET, without the content.
        """
        asked = _Asked(method, headers or {}, content)
        try:
            async with asyncio.timeout(limits.seconds):
                return await self._follow(asked, _parsed(url), limits, may_visit)
        except TimeoutError as error:
            raise Unavailable(f"{_host(url)} does not answer in {limits.seconds:g} seconds.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{_host(url)} cannot be reached: {error or type(error).__name__}") from error

    async def _follow(self, asked: _Asked, url: httpx.URL, limits: Limits, may_visit: Callable[[str], bool]) -> Answer:
        for hop in range(limits.redirects + 1):
            _check(url, may_visit)
            answer = await self._hop(asked, url, limits)
            if answer.status not in _MOVED or "location" not in answer.headers or hop == limits.redirects:
                break
            url = _parsed(str(url.join(answer.headers["location"])))
            asked = _Asked("GET", asked.headers, b"")
        return answer

    async def _hop(self, asked: _Asked, url: httpx.URL, limits: Limits) -> Answer:
        port = url.port or (443 if url.scheme == "https" else 80)
        name = url.raw_host.decode("ascii")
        address = await self._resolve(name, port)
        async with (
            httpx.AsyncClient(timeout=limits.seconds, follow_redirects=False, trust_env=False) as client,
            client.stream(
                asked.method,
                url.copy_with(host=address),
                content=asked.content or None,
                headers={
                    "User-Agent": AGENT,
                    **asked.headers,
                    "Host": url.netloc.decode("ascii"),
                    "Accept-Encoding": "identity",
                },
                extensions={"sni_hostname": name},
            ) as answer,
        ):
            body, is_cut = await _read(answer, limits.bytes)
            kept = {key.lower(): value for key, value in answer.headers.items()}
            return Answer(str(url), answer.status_code, kept, body, is_cut)


async def _read(answer: httpx.Response, limit: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > limit:
            return bytes(body[:limit]), True
    return bytes(body), False


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise Invalid("That is no address.", {"address": "write it as https://example.com/path"}) from error


def _check(url: httpx.URL, may_visit: Callable[[str], bool]) -> None:
    if url.scheme not in {"http", "https"} or not _HOST.fullmatch(url.raw_host):
        raise Invalid("Only http and https are asked.", {"address": "write it as https://example.com/path"})
    if url.userinfo:
        raise Invalid("An address with a password in it is not asked.", {"address": "leave out name and password"})
    if not may_visit(url.host.lower().rstrip(".")):
        raise Invalid(f"{url.host} is not among the hosts that may be asked.", {"address": "not a listed host"})


def _host(url: str) -> str:
    return httpx.URL(url).host
