"""A proof of work is good once, for its form, in time, and only if it was worked for."""

import hashlib
from datetime import timedelta
from itertools import count

import pytest

from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.screening.proving import forget_spent_proofs, make_challenge, take_proof

pytestmark = pytest.mark.usefixtures("db")
BITS = 8


def solve(challenge: str, bits: int = BITS) -> str:
    for number in count():
        digest = hashlib.sha256(f"{challenge}:{number}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - bits) == 0:
            return str(number)
    raise AssertionError


async def take(challenge: str, answer: str, *, secret: str = "secret", purpose: str = "post", bits: int = BITS) -> bool:
    return await take_proof(secret, purpose, bits, challenge=challenge, answer=answer)


async def test_a_proof_is_good_once() -> None:
    challenge = make_challenge("secret", "post", BITS)
    assert await take(challenge, solve(challenge))
    assert not await take(challenge, solve(challenge))


async def test_no_other_form_secret_hardness_or_answer_will_do() -> None:
    challenge = make_challenge("secret", "post", BITS)
    answer = solve(challenge)
    wrong = next(str(n) for n in count() if hashlib.sha256(f"{challenge}:{n}".encode()).digest()[0])
    easy = make_challenge("secret", "post", 1)
    assert not await take(challenge, wrong)
    assert not await take(challenge, answer, purpose="sign-up")
    assert not await take(challenge, answer, secret="other")
    assert not await take(easy, solve(easy))
    assert not await take(challenge.replace("post.8", "post.9"), answer)
    for nonsense in ("", "a.b", "....", "x" * 5000):
        assert not await take(nonsense, answer)
    assert await take(challenge, answer)


async def test_one_that_is_too_old_is_good_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    challenge = make_challenge("secret", "post", BITS)
    answer, later = solve(challenge), now() + timedelta(hours=3)
    monkeypatch.setattr("kb.screening.proving.now", lambda: later)
    assert not await take(challenge, answer)


async def test_spent_ones_are_forgotten_when_they_are_too_old() -> None:
    challenge = make_challenge("secret", "post", BITS)
    await take(challenge, solve(challenge))
    assert await forget_spent_proofs() == 0
    await execute("update spent_proof set good_until = now() - interval '1 minute'")
    assert await forget_spent_proofs() == 1
    assert await fetch_value("select count(*) from spent_proof") == 0
