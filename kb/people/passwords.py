"""Hashing passwords, slow on purpose and therefore never on the event loop."""

import asyncio
from functools import cache

from pwdlib import PasswordHash

_argon2 = PasswordHash.recommended()


async def hash_password(password: str) -> str:
    """An argon2id hash with its salt and cost."""
    return await asyncio.to_thread(_argon2.hash, password)


async def is_password(password: str, hashed: str | None) -> bool:
    """Whether it is the password behind the hash. Without a hash the same work is done against another, so that
    the time taken does not tell whether the account exists."""
    matches = await asyncio.to_thread(_verify, password, hashed)
    return matches and hashed is not None


def _verify(password: str, hashed: str | None) -> bool:
    return _argon2.verify(password, hashed or _nobodys_hash())


@cache
def _nobodys_hash() -> str:
    return _argon2.hash("the password of nobody at all")
