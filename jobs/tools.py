"""What job handlers are handed: settings and the ports, built once by the worker."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.core.settings import Settings
from kb.screening.rules import OPEN, Screen
from kb.search.in_postgres import IN_POSTGRES

if TYPE_CHECKING:
    from kb.ports.channel import Channel
    from kb.ports.embedder import Embedder
    from kb.ports.file_store import FileStore
    from kb.ports.language_model import LanguageModel
    from kb.ports.mailbox import Mailbox
    from kb.ports.page_reader import PageReader
    from kb.ports.postman import Postman
    from kb.ports.push import PushService
    from kb.ports.search_index import SearchIndex
    from kb.ports.tracker import Tracker
    from kb.ports.web_reader import WebReader


@dataclass(frozen=True, slots=True)
class Tools:
    """The ports a handler may need. Tests hand over fakes that pass the same contracts."""

    settings: Settings
    embedder: "Embedder"
    channels: "dict[str, Channel]"
    trackers: "dict[str, Tracker]"
    language_model: "LanguageModel | None" = None
    index: "SearchIndex" = IN_POSTGRES
    push: "PushService | None" = None
    files: "FileStore | None" = None
    pages: "PageReader | None" = None
    postman: "Postman | None" = None
    web: "WebReader | None" = None
    screen: Screen = OPEN
    mailbox: "Mailbox | None" = None
