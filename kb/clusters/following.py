"""The embedder of a long-running process: whatever model is active, it is the one that embeds, without a restart.

Vectors of two models are never compared: while the newly active model loads, embedding is refused as `Unavailable`, so that
search goes on with words alone and questions wait for their place.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import asyncpg
import numpy as np
import structlog
from numpy.typing import NDArray

from kb.clusters.models import Model, find_active_model, note_model_name
from kb.core.actor import SYSTEM
from kb.core.errors import Unavailable
from kb.ports.embedder import Embedder

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 2.0
"""Between two looks at which model is active: one small read, and a switch is noticed before anybody wonders."""

TRY_AGAIN_SECONDS = 30.0
"""After a model could not be loaded. Trying reads hundreds of megabytes; the fault is most likely still there."""

Build = Callable[[str], Embedder]
"""A model's name to its embedder, which loads when first used. The doors know the adapters; this file does not."""


_DOWN = (Unavailable, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class FollowingEmbedder:
    """The `Embedder` port over the active model. `first` names the model used until one is active: setting EMBED_MODEL.

    Whoever needs vector and fingerprint of the same model asks `embedder_in_force` once and uses what it gives.
    """

    def __init__(self, build: Build, *, first: str = "") -> None:
        self._build = build
        self._name = first
        self._held = build(first)
        self._looked_at = float("-inf")
        self._failed_at = float("-inf")
        self._loading: asyncio.Task[None] | None = None
        self._is_in_force = True

    @property
    def fingerprint(self) -> str:
        """Of the model held now."""
        return self._held.fingerprint

    @property
    def dimensions(self) -> int:
        """Of the model held now."""
        return self._held.dimensions

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """By the active model. Raises `Unavailable` while that one is loading, or cannot be loaded."""
        return await (await self.in_force()).embed(texts)

    async def in_force(self) -> Embedder:
        """The active model's embedder. Raises `Unavailable` as `embed` does."""
        if time.monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
            self._looked_at = time.monotonic()
            await self._look()
        if not self._is_in_force:
            raise Unavailable("The embedding model is being changed.")
        return self._held

    async def _look(self) -> None:
        active = await find_active_model()
        if active is None:
            self._is_in_force = True
            return
        self._is_in_force = await asyncio.to_thread(getattr, self._held, "fingerprint") == active.fingerprint
        if self._is_in_force and active.name is None:
            await note_model_name(SYSTEM, active.id, self._name)
        elif not self._is_in_force and (self._loading is None or self._loading.done()):
            self._begin_loading(active)

    def _begin_loading(self, active: Model) -> None:
        if active.name is None:
            log.error("model.unknown", fingerprint=active.fingerprint, advice="set EMBED_MODEL to what it was, once")
        elif time.monotonic() - self._failed_at > TRY_AGAIN_SECONDS:
            self._loading = asyncio.create_task(self._load(active, active.name))

    async def _load(self, active: Model, name: str) -> None:
        """Load beside the one held, and take its place only when it is the one that was asked for."""
        try:
            fresh = await asyncio.to_thread(self._build, name)
            found = await asyncio.to_thread(getattr, fresh, "fingerprint")
            if found != active.fingerprint:
                raise Unavailable(f"{active.shown} is not what it was: {found} instead of {active.fingerprint}")
            await fresh.embed(["warm up"])
        except Exception as error:  # whatever is wrong with a model, the process goes on without meaning
            self._failed_at = time.monotonic()
            log.error("model.not_loaded", model=active.shown, reason=str(error))
            return
        self._held, self._name, self._is_in_force = fresh, name, True
        self._looked_at = float("-inf")  # another may have become active meanwhile
        log.info("model.followed", model=active.shown, fingerprint=active.fingerprint)


async def embedder_in_force(embedder: Embedder) -> Embedder:
    """One model for several calls: what a process follows may change between two. Raises `Unavailable` while it changes."""
    return await embedder.in_force() if isinstance(embedder, FollowingEmbedder) else embedder


async def keep_following(embedder: Embedder) -> None:
    """Load before anybody waits, then look for as long as the process lives, so that an idle one follows a switch too."""
    with suppress(*_DOWN):
        await embedder.embed(["warm up"])
    while isinstance(embedder, FollowingEmbedder):
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        with suppress(*_DOWN):
            await embedder.in_force()
