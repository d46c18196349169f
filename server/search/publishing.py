"""What search engines and feed readers fetch: robots, sitemaps and feeds. Nobody is known here, so it is what everybody may read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from litestar import Request, Response, get

from kb.core.errors import NotFound
from kb.core.saying import say
from kb.search.feeds import Feed, get_site_feed, get_space_feed, get_tag_feed, get_topic_feed
from kb.search.sitemaps import Address, list_part, list_parts
from server.search.atom import MEDIA_TYPE, write_feed
from server.search.conditional import answer
from server.security.guards import PUBLIC
from server.wiring import Services

Asked = Request[Any, Any, Any]
XML = "application/xml; charset=utf-8"
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

NOT_FOR_CRAWLERS = (
    "/api/", "/ask", "/desk", "/dev/", "/messages", "/notices", "/preview", "/profile", "/search", "/sign-in", "/sign-up", "/tickets",
)  # fmt: skip
"""Pages without end or without content; what is private is refused anyway."""


@get("/robots.txt", opt=PUBLIC, sync_to_thread=False)
def robots(request: Asked, services: Services) -> Response[Any]:
    """What is not worth a crawler's time, and where everything else is listed."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS), ""]
    body = "\n".join([*lines, f"Sitemap: {services.settings.base_url}/sitemap.xml", ""])
    return answer(request, body.encode(), "text/plain; charset=utf-8")


@get("/sitemap.xml", opt=PUBLIC)
async def sitemap_index(request: Asked, services: Services) -> Response[Any]:
    """Leads to the parts."""
    base = services.settings.base_url
    parts = (f"<sitemap><loc>{escape(base)}/sitemaps/{name}.xml</loc></sitemap>" for name in await list_parts())
    return answer(request, _document("sitemapindex", parts), XML)


@get("/sitemaps/{name:str}", opt=PUBLIC)
async def sitemap_part(request: Asked, services: Services, name: str) -> Response[Any]:
    """At most 10,000 addresses."""
    addresses = await list_part(name.removesuffix(".xml")) if name.endswith(".xml") else []
    if not addresses:
        raise NotFound(say("There is no such part of the sitemap."))
    body = _document("urlset", (_url(services.settings.base_url, address) for address in addresses))
    return answer(request, body, XML)


@get("/feed.atom", opt=PUBLIC)
async def site_feed(request: Asked, services: Services) -> Response[Any]:
    """The newest questions."""
    return _feed(request, services, await get_site_feed())


@get("/s/{slug:str}/feed.atom", opt=PUBLIC)
async def space_feed(request: Asked, services: Services, slug: str) -> Response[Any]:
    """The newest questions of a space."""
    return _feed(request, services, await get_space_feed(slug))


@get("/tags/{slug:str}/feed.atom", opt=PUBLIC)
async def tag_feed(request: Asked, services: Services, slug: str) -> Response[Any]:
    """The newest questions with a tag."""
    return _feed(request, services, await get_tag_feed(slug))


@get("/t/{number:int}/feed.atom", opt=PUBLIC)
async def topic_feed(request: Asked, services: Services, number: int) -> Response[Any]:
    """The newest posts of a topic."""
    return _feed(request, services, await get_topic_feed(number))


def _feed(request: Asked, services: Services, feed: Feed) -> Response[Any]:
    return answer(request, write_feed(feed, services.settings.base_url), MEDIA_TYPE, changed_at=feed.changed_at)


def _document(name: str, lines: Iterable[str]) -> bytes:
    body = "\n".join(lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {_NAMESPACE}>\n{body}\n</{name}>\n'.encode()


def _url(base_url: str, address: Address) -> str:
    changed = f"<lastmod>{_moment(address.changed_at)}</lastmod>" if address.changed_at else ""
    return f"<url><loc>{escape(base_url + address.path)}</loc>{changed}</url>"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
