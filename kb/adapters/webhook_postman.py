"""Webhooks leave through the guarded door: to the public network over https, and to listed hosts of our own."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from kb.adapters.guarded_http import Answer, GuardedHttp, Limits
from kb.adapters.public_addresses import resolve_public
from kb.core.errors import Invalid
from kb.ports.postman import Receipt

LIMITS = Limits(seconds=15, bytes=4096, redirects=0)
"""Fifteen seconds is the least the Standard Webhooks specification advises; of the answer only the beginning is kept for the log."""

LONGEST_WAIT = 24 * 3600
"""Seconds of `Retry-After` that are believed."""


class WebhookPostman:
    """The `Postman` port. `inside` are hosts of our own network that may be told, by http too."""

    def __init__(self, inside: Collection[str] = (), http: GuardedHttp | None = None) -> None:
        self._inside = frozenset(inside)
        self._http = http or GuardedHttp(self._resolve)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        self._refuse_plain(url)
        answer = await self._http.ask("POST", url, headers=headers, content=body, limits=LIMITS)
        return Receipt(answer.status, _text(answer), _retry_after(answer))

    def _refuse_plain(self, url: str) -> None:
        """Once more at sending: the list may have become shorter since the address was registered."""
        try:
            target = urlsplit(url)
        except ValueError as error:
            raise Invalid("That is no address.") from error
        if target.scheme != "https" and (target.hostname or "") not in self._inside:
            raise Invalid("Only https is asked.")

    async def _resolve(self, host: str, port: int) -> str:
        return host if host.lower() in self._inside else await resolve_public(host, port)


def _text(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace").replace("\x00", "")


def _retry_after(answer: Answer) -> int:
    said = answer.headers.get("retry-after", "").strip()
    return min(int(said), LONGEST_WAIT) if said.isascii() and said.isdigit() and len(said) < 10 else 0
