"""Builds an adapter from the settings, for whoever needs that one: a command, or the web process, which needs all."""

from pathlib import Path

from kb.adapters.embedded_services import RunningRedis, prepare_redis, start_postgres, start_redis
from kb.adapters.folder_store import FolderStore
from kb.adapters.imap_mailbox import ImapMailbox
from kb.adapters.local_spam_judge import LocalSpamJudge
from kb.adapters.mail_folder import MailFolder
from kb.adapters.onnx_embedder import OnnxEmbedder
from kb.adapters.s3_store import S3Store
from kb.adapters.smtp_channel import SmtpChannel
from kb.adapters.web_reader import GuardedWebReader
from kb.core.settings import Settings
from kb.ports.file_store import FileStore
from kb.ports.job_queue import JobQueue
from kb.ports.search_index import SearchIndex
from kb.ports.web_reader import WebReader
from kb.screening.rules import Screen
from kb.search.backing_off import BackingOff
from kb.search.gathering import Ways
from kb.search.in_postgres import IN_POSTGRES


def start_embedded_postgres(data_dir: Path) -> str:
    """The URL of the embedded Postgres, started unless it runs already; it stops with the last process that asked."""
    return start_postgres(data_dir)


def prepare_embedded_redis(data_dir: Path) -> tuple[str, tuple[str, ...]]:
    """Address and command of the Redis of this data folder, for a supervisor to start, and to start again should it die."""
    redis = prepare_redis(data_dir / "redis")
    return redis.url, redis.command


def start_embedded_redis(data_dir: Path) -> RunningRedis:
    """A Redis of our own, to be stopped by the caller."""
    return start_redis(data_dir / "redis")


def build_queue(settings: Settings) -> JobQueue:
    """What tells workers that there is something to do."""
    from kb.adapters.arq_queue import ArqQueue, redis_from  # noqa: PLC0415 - brings arq

    return ArqQueue(redis_from(settings["REDIS_URL"]))


async def redis_version(url: str) -> str:
    """The version of the Redis at `url`; raises when it does not answer."""
    from kb.adapters.arq_queue import ArqQueue, redis_from  # noqa: PLC0415 - brings arq

    queue = ArqQueue(redis_from(url))
    try:
        return await queue.ping()
    finally:
        await queue.close()


def build_ways(settings: Settings) -> Ways:
    """How this installation searches: Meilisearch where it is named, with the database behind it, else the database alone."""
    index: SearchIndex = IN_POSTGRES
    if settings["MEILI_URL"]:
        from kb.adapters.meilisearch_index import MeilisearchIndex  # noqa: PLC0415 - brings pydantic

        index = BackingOff(MeilisearchIndex(settings["MEILI_URL"], settings["MEILI_KEY"]))
    return Ways(index=index, words_weight=float(settings["SEARCH_WORDS_WEIGHT"]))


def build_embedder(settings: Settings) -> OnnxEmbedder:
    """The model EMBED_MODEL names, whichever is active; it loads when first used."""
    return embedder_named(settings, settings["EMBED_MODEL"])


def embedder_named(settings: Settings, name: str) -> OnnxEmbedder:
    """The model of this name ("" is the bundled one). The name alone must say all that shapes a vector: it is kept with them."""
    return OnnxEmbedder(name, exports=settings.data_dir / "models", runtime=settings["EMBED_RUNTIME"])


def build_screen(settings: Settings) -> Screen:
    """What waits for a moderator before anybody sees it."""
    return Screen(
        first_posts=int(settings["FIRST_POSTS_HELD"]),
        judge=LocalSpamJudge(),
        spam_from=float(settings["SPAM_HELD_FROM"]),
    )


def build_file_store(settings: Settings) -> FileStore:
    """A bucket where one is named, else a folder."""
    if not settings["FILE_STORE_URL"]:
        return FolderStore(settings.data_dir / "files")
    return S3Store(
        settings["FILE_STORE_URL"],
        region=settings["FILE_STORE_REGION"],
        key=settings["FILE_STORE_KEY"],
        secret=settings["FILE_STORE_SECRET"],
    )


def build_web_reader() -> WebReader:
    """Reads what lies at addresses of the public network."""
    return GuardedWebReader()


def open_mail_folder(settings: Settings) -> MailFolder:
    """Where mail is written to while no mail server is set."""
    return MailFolder(settings.data_dir / "mail", sender=settings["MAIL_FROM"])


async def mail_destination(settings: Settings) -> str:
    """Where mail goes, in a few words; raises when that does not answer."""
    if settings["SMTP_URL"]:
        return await SmtpChannel(settings["SMTP_URL"], sender=settings["MAIL_FROM"]).ping()
    return await open_mail_folder(settings).ping()


async def mailbox_state(settings: Settings) -> str:
    """What lies in the mailbox we empty, in a few words; raises when it does not let us in."""
    async with ImapMailbox(settings["IMAP_URL"]).open() as opened:
        return f"{len(await opened.list_unseen())} unread"
