"""What routes are handed: every adapter, built once from the settings."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kb.adapters.chat_completions import ChatCompletions
from kb.adapters.folder_store import FolderStore
from kb.adapters.web_push import WebPush
from kb.assistant.rephrasing import AS_WRITTEN, Rephraser
from kb.clusters.following import FollowingEmbedder
from kb.core.settings import Settings
from kb.ports.embedder import Embedder
from kb.ports.file_store import FileStore
from kb.ports.job_queue import JobQueue
from kb.screening.rules import OPEN, Screen
from kb.search.gathering import THE_DATABASE, Ways
from kb.search.typing import NewestWins
from server.building import build_file_store, build_queue, build_screen, build_ways, embedder_named
from server.outreach.live import LiveFeed


@dataclass(frozen=True, slots=True)
class Services:
    """What routes may be handed. `embedder` follows the active model; until it has loaded, suggestions are by words alone."""

    settings: Settings
    queue: JobQueue
    embedder: Embedder
    ways: Ways = THE_DATABASE
    newest: NewestWins = field(default_factory=NewestWins)
    live: LiveFeed = field(default_factory=LiveFeed)
    push_key: str = ""
    screen: Screen = OPEN
    rephraser: Rephraser = AS_WRITTEN
    files: FileStore = field(default_factory=lambda: FolderStore(Path(".data/files")))


def build_services(settings: Settings) -> Services:
    """The services of a web process; nothing connects before it is used."""
    return Services(
        settings=settings,
        queue=build_queue(settings),
        embedder=FollowingEmbedder(partial(embedder_named, settings), first=settings["EMBED_MODEL"]),
        ways=build_ways(settings),
        push_key=WebPush(settings["SECRET_KEY"], contact=settings["MAIL_FROM"]).public_key,
        screen=build_screen(settings),
        rephraser=build_rephraser(settings),
        files=build_file_store(settings),
    )


def build_rephraser(settings: Settings) -> Rephraser:
    """A language model for the assistant where one is named for it; otherwise answers stay in their authors' words."""
    if not settings["LLM_URL"] or not settings["ASSISTANT_MODEL"]:
        return AS_WRITTEN
    return Rephraser(
        ChatCompletions(url=settings["LLM_URL"], model=settings["ASSISTANT_MODEL"], key=settings["LLM_KEY"])
    )
