"""Builds every adapter once from the settings: the only place of the web process that knows them."""

from dataclasses import dataclass

from kb.adapters.arq_queue import ArqQueue, redis_from
from kb.core.settings import Settings
from kb.ports.embedder import Embedder
from kb.ports.job_queue import JobQueue


@dataclass(frozen=True, slots=True)
class Services:
    """What routes may be handed. `embedder` is loaded in the background; until then suggestions are by words alone."""

    settings: Settings
    queue: JobQueue
    embedder: Embedder


def build_services(settings: Settings) -> Services:
    """The services of a web process; nothing connects before it is used."""
    from kb.adapters.sentence_transformers_embedder import SentenceTransformersEmbedder  # pulls in torch: seconds

    return Services(
        settings=settings,
        queue=ArqQueue(redis_from(settings["REDIS_URL"])),
        embedder=SentenceTransformersEmbedder(settings["EMBED_MODEL"]),
    )
