"""A browser and its maker's push service on a free port of this machine: what it takes it can decrypt, as the browser would."""

import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from litestar import Litestar, Request, Response, post

from kb.ports.push import PushAddress
from tests.support.served import serve_app


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """A browser's keys."""

    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    def address(self, endpoint: str) -> PushAddress:
        """Its subscription at an endpoint."""
        raw = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return PushAddress(endpoint, _encode(raw), _encode(self.secret))

    def read(self, sealed: bytes) -> dict[str, str]:
        """What was meant for it; raises when it was not."""
        plain = http_ece.decrypt(sealed, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        read: dict[str, str] = json.loads(plain)
        return read


@dataclass
class PretendPushService:
    """Answers `status`; what it took is in `taken`, with the claims of the signature, which it has checked."""

    url: str = ""
    status: int = 201
    taken: list[bytes] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    location: str = ""

    @property
    def endpoint(self) -> str:
        """Where a browser of this service is reached."""
        return f"{self.url}/push/browser"

    async def take(self, request: Request[Any, Any, Any]) -> Response[None]:
        """Check the signature and keep the message."""
        token, key = (
            part.split("=", 1)[1] for part in request.headers["authorization"].removeprefix("vapid ").split(", ")
        )
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decode(key))
        self.claims.append(jwt.decode(token, public, algorithms=["ES256"], audience=self.url))
        self.taken.append(await request.body())
        headers = {"location": self.location} if self.location else {}
        return Response(None, status_code=self.status, headers=headers)


@asynccontextmanager
async def push_service() -> AsyncIterator[PretendPushService]:
    """A running one."""
    service = PretendPushService()

    @post("/push/browser", status_code=201)
    async def take(request: Request[Any, Any, Any]) -> Response[None]:
        return await service.take(request)

    async with serve_app(Litestar([take], openapi_config=None)) as url:
        service.url = url
        yield service
