"""Builds the worker's ports from the settings."""

from kb.adapters.sentence_transformers_embedder import SentenceTransformersEmbedder

from jobs.tools import Tools
from kb.core.settings import Settings


async def make_tools(settings: Settings) -> Tools:
    """The ports handlers are handed. The model loads when first used, and stays."""
    return Tools(
        settings=settings,
        embedder=SentenceTransformersEmbedder(settings["EMBED_MODEL"]),
        channels={},
        trackers={},
    )
