"""Web Push: encrypted for the browser (RFC 8291), signed with our key (VAPID, RFC 8292), sent to the browser maker's service."""

import base64
import hashlib
import time
from email.utils import parseaddr
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kb.adapters.guarded_http import GuardedHttp, Limits
from kb.core.errors import Gone, Invalid, Unavailable
from kb.ports.push import PushAddress

TIMEOUT = 10
KEPT_FOR = 24 * 3600
"""Seconds the push service keeps a message for a browser that is off; yesterday's news is read on the page."""

SIGNED_FOR = 12 * 3600
"""Seconds a signature holds; services refuse more than a day."""

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: private keys are numbers below it."""


class WebPush:
    """The `PushService` port. `contact` is the installation's sender, for the makers of push services to write to.

    `reaches_private` is for tests, whose push service is on this machine.
    """

    def __init__(self, secret: str, *, contact: str, reaches_private: bool = False) -> None:
        seed = int.from_bytes(hashlib.sha512(f"web push:{secret}".encode()).digest(), "big")
        self._key = ec.derive_private_key(seed % (_ORDER - 1) + 1, ec.SECP256R1())
        self._contact = f"mailto:{parseaddr(contact)[1]}"
        self._http = GuardedHttp(_as_it_is) if reaches_private else GuardedHttp()

    @property
    def public_key(self) -> str:
        raw = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return _encode(raw)

    async def push(self, to: PushAddress, payload: bytes) -> None:
        body = _encrypt(to, payload)
        answer = await self._http.ask(
            "POST", to.endpoint, headers=self._headers(to.endpoint), content=body, limits=Limits(seconds=TIMEOUT)
        )
        _judge(answer.status)

    def _headers(self, endpoint: str) -> dict[str, str]:
        target = urlsplit(endpoint)
        claims = {
            "aud": f"{target.scheme}://{target.netloc}",
            "exp": int(time.time()) + SIGNED_FOR,
            "sub": self._contact,
        }
        token = jwt.encode(claims, self._key, algorithm="ES256")
        return {
            "Authorization": f"vapid t={token}, k={self.public_key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_FOR),
            "Urgency": "normal",
        }


async def _as_it_is(host: str, _port: int) -> str:
    return host


def _encrypt(to: PushAddress, payload: bytes) -> bytes:
    try:
        secret = ec.generate_private_key(ec.SECP256R1())
        sealed: bytes = http_ece.encrypt(
            payload, private_key=secret, dh=_decode(to.p256dh), auth_secret=_decode(to.auth), version="aes128gcm"
        )
    except (ValueError, http_ece.ECEException) as error:
        raise Invalid("The browser's keys cannot be used.", {"keys": "not keys of a push subscription"}) from error
    return sealed


def _judge(status: int) -> None:
    if status in (404, 410):
        raise Gone("The browser does not want to be told any more.")
    if status == 429 or status >= 500:
        raise Unavailable(f"The push service answers {status}.")
    if not 200 <= status < 300:
        raise Invalid(f"The push service refuses: {status}.")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
