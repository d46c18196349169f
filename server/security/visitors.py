"""Somebody who is not signed in, told apart from others without keeping who it is."""

import hashlib
import hmac
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import HTTPScope

from server.wiring import Services


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
    return hmac.new(key, f"visitor:{host}".encode(), hashlib.sha256).hexdigest()[:32]
