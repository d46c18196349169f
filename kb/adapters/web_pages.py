"""Other people's pages, read through the guarded door as far as their head goes."""

from collections.abc import Collection
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from kb.adapters.guarded_http import Answer, GuardedHttp, Limits
from kb.core.errors import Invalid, Unavailable
from kb.ports.page_reader import PageFacts
from kb.text.link_cards import is_listed

LIMITS = Limits(seconds=10, bytes=256 * 1024, redirects=4)
"""The head of a page is in its first 256 kB, or it has none worth showing."""

MAX_TITLE, MAX_DESCRIPTION, MAX_SITE = 150, 240, 60
_PAGES = {"text/html", "application/xhtml+xml"}


class WebPages:
    """The `PageReader` port. Every hop of a redirect must be at a listed host, too."""

    def __init__(self, hosts: Collection[str], http: GuardedHttp | None = None) -> None:
        self._hosts = hosts
        self._http = http or GuardedHttp()

    async def read(self, url: str) -> PageFacts:
        answer = await self._http.ask(
            "GET",
            url,
            headers={"Accept": "text/html"},
            limits=LIMITS,
            may_visit=lambda host: is_listed(host, self._hosts),
        )
        if answer.status == 429 or answer.status >= 500:
            raise Unavailable(f"The page answers {answer.status}.")
        if answer.status != 200 or answer.headers.get("content-encoding", "identity") != "identity":
            raise Invalid(f"The page answers {answer.status}, or packed.")
        return _read_head(answer)


def _read_head(answer: Answer) -> PageFacts:
    kind, _, rest = answer.headers.get("content-type", "").partition(";")
    if kind.strip().lower() not in _PAGES:
        raise Invalid(f"It is {kind.strip()[:60] or 'of no kind'}, not a page.")
    charset = rest.partition("charset=")[2].strip(" \"';") or None
    soup = BeautifulSoup(answer.body, "html.parser", from_encoding=charset)
    metas = {
        str(m.get("property") or m.get("name") or "").lower(): str(m.get("content") or "")
        for m in soup.find_all("meta")
    }
    title = _line(metas.get("og:title") or (soup.title.get_text() if soup.title else ""), MAX_TITLE)
    if not title:
        raise Invalid("The page has no title.")
    site = metas.get("og:site_name") or urlsplit(answer.url).hostname or ""
    description = metas.get("og:description") or metas.get("description") or ""
    return PageFacts(title, _line(description, MAX_DESCRIPTION), _line(site, MAX_SITE))


def _line(text: str, most: int) -> str:
    kept = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"
