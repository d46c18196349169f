"""What finds questions and articles by their words and by their meaning."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Within:
    """The limits of a search; empty ones limit nothing. `kind` is topic, article or ticket, `state` solved, unsolved or unanswered.

    `after` includes its day, `before` does not. `mine` asks for what the searcher wrote,
    `language` is an ISO 639-1 code.
    """

    kind: str = ""
    state: str = ""
    space: str = ""
    author: str = ""
    after: date | None = None
    before: date | None = None
    mine: bool = False
    tag: str = ""
    language: str = ""


EVERYWHERE = Within()


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, read: its content words in order, and whether the last one may still be growing.

    What is found holds every phrase, nothing of `without`, and lies within the limits.
    """

    text: str
    words: tuple[str, ...]
    is_growing: bool
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    within: Within = EVERYWHERE

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the words decides what is found."""
        return bool(self.phrases or self.without) or self.within != EVERYWHERE


@dataclass(frozen=True, slots=True)
class Hit:
    """A question or article an index named. It is a candidate, no more: the database says what the reader may see of it.

    `is_nearly` tells that every word typed is in it, typing errors forgiven.
    """

    id: UUID
    kind: str
    is_nearly: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What state of its row an index holds of a document. `place` is the visibility of where it stands."""

    generation: int
    place: str


@dataclass(frozen=True, slots=True)
class Document:
    """What an index holds of one question or article. `parent_id` is its topic or ticket; an article is its own parent.

    `generation` grows with every change of the row; `vector` is None until the question has one.
    """

    id: UUID
    kind: str
    parent_id: UUID
    title: str
    text: str
    visibility: str
    mark: Mark
    vector: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """The space vectors live in: those of another fingerprint must never be compared with them."""

    fingerprint: str
    dimensions: int


class SearchIndex(Protocol):
    """Names what may fit. What the actor may read is part of the question put to it, never a filter over its answer.

    Every method raises `Unavailable` when the index cannot be asked, where trying again later may work, and `NotFound` when it
    does not exist yet or knows no vectors of that fingerprint: `rebuild` makes it.
    """

    keeps_itself: bool
    """Whether what is committed can be found without being written here."""

    async def find_by_words(self, actor: Actor, typed: Typed, limit: int) -> list[Hit]:
        """Best first; words nearly like those typed are found as well."""

    async def find_by_meaning(
        self, actor: Actor, typed: Typed, *, fingerprint: str, vector: NDArray[np.float32], limit: int
    ) -> list[Hit]:
        """Nearest first, among vectors of this fingerprint alone."""

    async def replace(self, parent_ids: Sequence[UUID], documents: Sequence[Document]) -> None:
        """From now on these parents have exactly these documents. Returns once that can be found.

        A document older than the one held changes nothing.
        """

    async def remove(self, document_ids: Sequence[UUID]) -> None:
        """Forget these documents, known or not."""

    async def list_marks(self, digit: str) -> dict[UUID, Mark]:
        """What is held of every document whose id ends in this hexadecimal digit."""

    async def rebuild(self, space: VectorSpace | None, batches: AsyncIterator[Sequence[Document]]) -> int:
        """Fill a new index, then let it take the old one's place in one step; returns how many documents it holds."""

    async def fits(self, space: VectorSpace | None) -> bool:
        """Whether it exists and is set up for vectors of this space. False asks for `rebuild`."""

    async def ping(self) -> str:
        """Name and version, or an exception when it is down."""

    async def close(self) -> None:
        """Let go of connections."""

    def missing(self) -> str | None:
        """What a reader is told is missing just now, None when nothing is."""
