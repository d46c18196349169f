"""Questions of which people said that they want the same answer."""

from collections.abc import Sequence
from uuid import NAMESPACE_OID, UUID, uuid5

from kb.clusters.embedding import ensure_vectors
from kb.core.clock import now
from kb.core.database import execute, execute_many
from kb.ports.embedder import Embedder

THINGS = ("invoice", "export", "password", "webhook", "refund", "import", "report", "calendar", "discount", "reminder")
FAULTS = ("vanishes", "doubles", "freezes", "arrives late", "is empty", "shows zeros", "loses umlauts", "asks twice")


def told_twice(number: int) -> tuple[str, str]:
    """One problem in two people's words. Each number below 80 has four words of its own, which both of them say."""
    thing, fault = THINGS[number % len(THINGS)], FAULTS[number // len(THINGS) % len(FAULTS)]
    own = " ".join(f"{thing[:3]}{fault[:2]}{part}{number}".replace(" ", "") for part in "abcd")
    return f"{thing} {fault}: {own}", f"{own} since Monday, {thing}"


async def confirm_duplicates(
    pairs: Sequence[tuple[str, str]], embedder: Embedder, *, language: str = "en"
) -> list[UUID]:
    """Each pair is a question and its duplicate, with vectors of this model; returns the ids of all questions.

    The same texts have the same ids in every run: by them a confirmed problem falls into one half of the holdout or the other.
    """
    rows = []
    for number, (first, second) in enumerate(pairs):
        original, duplicate, *own = (uuid5(NAMESPACE_OID, f"{language} {number} {first} {kind}") for kind in range(4))
        rows.append((own[0], original, None, None, first, first.encode(), language, now()))
        rows.append((own[1], duplicate, "topic", original, second, second.encode(), language, now()))
    await execute_many(
        "insert into question (id, source_kind, source_id, parent_id, alias_kind, alias_of, title, text, text_hash, language,"
        "   visibility, asked_at, considered_at, created_at)"
        " values ($1, 'topic', $2, $2, $3, $4, $5, $5, $6, $7, 'public', $8, $8, $8)",
        rows,
    )
    ids = [row[0] for row in rows]
    await ensure_vectors(ids, embedder)
    return ids


async def put_in_force(fingerprint: str, purpose: str, floor: float, *, language: str = "all") -> None:
    """A calibration as if `answerloop calibrate` had found it."""
    await execute(
        "insert into calibration (fingerprint, language, purpose, floor, precision, recall, silence, positives, negatives, recipe,"
        " calibrated_at) values ($1, $2, $3, $4, 1, 1, 1, 50, 50, 'by a test', now())"
        " on conflict (fingerprint, language, purpose) do update set floor = excluded.floor",
        fingerprint,
        language,
        purpose,
        floor,
    )
