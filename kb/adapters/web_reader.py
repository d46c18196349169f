"""Reads what lies at addresses of the public network, through the guarded door."""

from collections.abc import Mapping

from kb.adapters.guarded_http import GuardedHttp, Limits
from kb.ports.web_reader import WebAnswer

SECONDS = 60.0
"""For a large file over a slow line, from the first byte to the last."""

REDIRECTS = 4
"""Files of help desks lie two hops away from the address that is told."""

MOST_WAIT = 3600
"""Seconds. Whoever asks for more than an hour is not waited for so long: it is tried again instead."""


class GuardedWebReader:
    """The `WebReader` port."""

    def __init__(self, http: GuardedHttp | None = None) -> None:
        self._http = http or GuardedHttp()

    async def read(self, url: str, *, most: int, headers: Mapping[str, str] | None = None) -> WebAnswer:
        """What lies there, within the limits."""
        limits = Limits(seconds=SECONDS, bytes=most, redirects=0 if headers else REDIRECTS)
        answer = await self._http.ask("GET", url, headers=headers, limits=limits)
        return WebAnswer(answer.status, answer.body, answer.is_cut, _seconds(answer.headers.get("retry-after", "")))


def _seconds(told: str) -> int:
    return min(int(told), MOST_WAIT) if told.isascii() and told.isdecimal() and len(told) < 9 else 0
