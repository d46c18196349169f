"""Somebody who is not signed in, told apart from others without keeping who it is."""

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import HTTPScope

from server.wiring import Services

SUBSCRIBER = 64
"""Bits of an IPv6 address that name a subscriber's network; the others they choose themselves."""


def hash_visitor(connection: ASGIConnection[Any, Any, Any, Any], services: Services) -> str:
    """A keyed hash of the network address, the same for everybody behind it: one address counts once, however many browsers.

    Without the installation's secret it cannot be traced back by trying all addresses.
    """
    host = connection.client.host if connection.client else "unknown"
    return _hash(host, services)


def hash_visitor_of(scope: HTTPScope) -> str:
    """The same, for a layer that sees no request yet."""
    host = scope["client"][0] if scope["client"] else "unknown"
    return _hash(host, scope["litestar_app"].state.services)


def _hash(host: str, services: Services) -> str:
    key = services.settings["SECRET_KEY"].encode()
    return hmac.new(key, f"visitor:{subscriber_of(host)}".encode(), hashlib.sha256).hexdigest()[:32]


def network_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Where the caller is, as the server or the proxy it trusts reports it, for limits; "" where nobody says."""
    return subscriber_of(connection.client.host) if connection.client else ""


def subscriber_of(host: str) -> str:
    """Whoever has the address: of IPv6 their network, since one subscriber has 2^64 addresses; what is no address as it is."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped or ip_network((address, SUBSCRIBER), strict=False))
