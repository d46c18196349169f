"""Asks a model what is known already: confirmed questions of each other, and texts that have no answer of everything there is."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.choosing_floors import Asked
from kb.clusters.confirmed import read_confirmed_groups
from kb.clusters.embedding import vector_text
from kb.clusters.models import Model
from kb.clusters.vectors import vectors_from_bytes
from kb.core.database import fetch_all, fetch_value
from kb.ports.embedder import Embedder

NO_ANSWER_FILE = Path(__file__).with_name("no_answer.jsonl")

MOST_CONFIRMED = 20_000
"""Confirmed questions compared, the newest: all pairs of them take a second, and more would not move a floor."""

BLOCK = 2_000


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A text that no support community of a software product answers. `kind`: small_talk, other_trade, nonsense, near_miss."""

    kind: str
    text: str


@cache
def list_no_answer() -> tuple[NoAnswer, ...]:
    """The shipped set."""
    lines = NO_ANSWER_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(NoAnswer(**json.loads(line)) for line in lines)


@dataclass(frozen=True, slots=True)
class Known:
    """What a model made of one text. `is_held_out`: it takes no part in choosing. `language` is None for no-answer texts."""

    asked: Asked
    language: str | None
    is_held_out: bool


async def ask_known(model: Model, embedder: Embedder) -> list[Known]:
    """Every confirmed question and every no-answer text, asked of this model's vectors; the same halves each time."""
    return [*await _ask_confirmed(model), *await _ask_no_answer(model, embedder)]


async def _ask_confirmed(model: Model) -> list[Known]:
    groups = await read_confirmed_groups()
    rows = await fetch_all(
        "select q.id, q.language, vector_send(v.vector) as sent from question q join question_vector v on v.question_id = q.id"
        " and v.text_hash = q.text_hash where v.model_id = $1 and q.id = any($2::uuid[]) order by q.id desc limit $3",
        model.id,
        list(groups),
        MOST_CONFIRMED,
    )
    if len(rows) < 2:
        return []
    vectors = vectors_from_bytes([row["sent"] for row in rows])
    names = [groups[row["id"]] for row in rows]
    asked = await asyncio.to_thread(_ask_each_other, vectors, names)
    return [
        Known(one, row["language"], is_in_second_half(group))
        for one, row, group in zip(asked, rows, names, strict=True)
        if one is not None
    ]


def _ask_each_other(vectors: NDArray[np.float32], groups: Sequence[UUID]) -> list[Asked | None]:
    """The nearest other question of each; None for those whose partners have no vector of this model."""
    numbers = _number(groups)
    sizes = np.bincount(numbers)
    asked: list[Asked | None] = []
    for start in range(0, len(vectors), BLOCK):
        near = vectors[start : start + BLOCK] @ vectors.T
        own = np.arange(len(near))
        near[own, start + own] = -np.inf
        best = near.argmax(axis=1)
        for row, other in zip(own, best, strict=True):
            is_alone = sizes[numbers[start + row]] < 2
            found = Asked(float(near[row, other]), bool(numbers[start + row] == numbers[other]))
            asked.append(None if is_alone else found)
    return asked


def _number(names: Sequence[UUID]) -> NDArray[np.int64]:
    known: dict[UUID, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


async def _ask_no_answer(model: Model, embedder: Embedder) -> list[Known]:
    texts = [one.text for one in list_no_answer()]
    nearest = [await _nearest_similarity(model, vector) for vector in await embedder.embed(texts)]
    return [
        Known(Asked(near, is_right=False, has_answer=False), None, is_held_out=number % 2 == 1)
        for number, near in enumerate(nearest)  # every second one: both halves hold as many of each kind
    ]


async def _nearest_similarity(model: Model, vector: NDArray[np.float32]) -> float:
    """Similarity of the nearest question of all, found by comparing every one: what is measured is the model, not an index.

    0 in an empty corpus. A few hundred texts against 100,000 questions take some ten seconds.
    """
    form = f"vector({int(model.dimensions)})"
    distance = await fetch_value(
        f"select min(vector::{form} <=> $1::text::{form}) from question_vector where model_id = $2",
        vector_text(vector),
        model.id,
    )
    return 0.0 if distance is None else 1.0 - float(distance)


def is_in_second_half(name: object) -> bool:
    """A coin that falls the same way each time, in every process."""
    return hashlib.sha256(str(name).encode()).digest()[0] % 2 == 1


def languages_of(known: Sequence[Known]) -> Mapping[str, int]:
    """How many confirmed questions there are in each language that could be told, most first."""
    counts: dict[str, int] = {}
    for one in known:
        if one.language and one.asked.has_answer:
            counts[one.language] = counts.get(one.language, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
