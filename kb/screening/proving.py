"""Proof of work: a sum that costs a browser a second and a sender of thousands of posts hours. After hashcash (Back 1997).

A challenge says what it is for, how hard it is and until when it is good, signed; the row of a spent one keeps it from being used again.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from kb.core.clock import now
from kb.core.database import execute

GOOD_FOR = timedelta(hours=2)
"""A challenge is fetched when a form is sent; the rest is for slow telephones."""

_LONGEST = 200
"""Characters of a challenge or an answer that are looked at at all."""


def make_challenge(secret: str, purpose: str, bits: int) -> str:
    """A new one, for one use of one form. Its answer is a number that makes SHA-256 of `challenge:answer` begin with `bits` zero bits."""
    told = f"{purpose}.{bits}.{int((now() + GOOD_FOR).timestamp())}.{secrets.token_hex(8)}"
    return f"{told}.{_sign(secret, told)}"


async def take_proof(secret: str, purpose: str, bits: int, *, challenge: str, answer: str) -> bool:
    """Whether it is a good answer to a challenge of ours, for this form, in time, hard enough, and given for the first time."""
    until = _read_until(secret, purpose, bits, challenge)
    if until is None or not _is_solved(challenge, answer, bits):
        return False
    return bool(
        await execute(
            "insert into spent_proof (challenge, good_until) values ($1, $2) on conflict do nothing", challenge, until
        )
    )


async def forget_spent_proofs() -> int:
    """Those that are too old to be used again anyway; returns how many."""
    return await execute("delete from spent_proof where good_until < $1", now())


def _read_until(secret: str, purpose: str, bits: int, challenge: str) -> datetime | None:
    told, _, signature = challenge[:_LONGEST].rpartition(".")
    if not hmac.compare_digest(signature.encode(), _sign(secret, told).encode()):
        return None
    said_purpose, said_bits, until, _ = told.split(".")
    good_until = datetime.fromtimestamp(int(until), tz=now().tzinfo)
    return good_until if said_purpose == purpose and int(said_bits) >= bits and good_until > now() else None


def _is_solved(challenge: str, answer: str, bits: int) -> bool:
    if not 0 < len(answer) <= _LONGEST:
        return False
    found = hashlib.sha256(f"{challenge}:{answer}".encode()).digest()
    return int.from_bytes(found, "big") >> (256 - bits) == 0


def _sign(secret: str, told: str) -> str:
    return hmac.new(secret.encode(), b"proof:" + told.encode(), hashlib.sha256).hexdigest()
