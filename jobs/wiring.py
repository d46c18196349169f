"""Builds the worker's ports from the settings."""

from functools import partial

from jobs.tools import Tools
from kb.adapters.chat_completions import ChatCompletions
from kb.adapters.folder_store import FolderStore
from kb.adapters.github_tracker import GitHubTracker
from kb.adapters.imap_mailbox import ImapMailbox
from kb.adapters.local_spam_judge import LocalSpamJudge
from kb.adapters.mail_folder import MailFolder
from kb.adapters.onnx_embedder import OnnxEmbedder
from kb.adapters.s3_store import S3Store
from kb.adapters.smtp_channel import SmtpChannel
from kb.adapters.web_pages import WebPages
from kb.adapters.web_push import WebPush
from kb.adapters.web_reader import GuardedWebReader
from kb.adapters.webhook_postman import WebhookPostman
from kb.clusters.following import FollowingEmbedder
from kb.core.settings import Settings
from kb.ports.channel import Channel
from kb.ports.file_store import FileStore
from kb.ports.language_model import LanguageModel
from kb.ports.search_index import SearchIndex
from kb.ports.tracker import Tracker
from kb.screening.rules import Screen
from kb.search.backing_off import BackingOff
from kb.search.in_postgres import IN_POSTGRES


def _exported_embedder(settings: Settings, name: str) -> OnnxEmbedder:
    """The model of this name, on torch until this process has exported it."""
    embedder = OnnxEmbedder(name, exports=settings.data_dir / "models", runtime=settings["EMBED_RUNTIME"])
    embedder.export_in_background()
    return embedder


async def make_tools(settings: Settings) -> Tools:
    """The ports handlers are handed. The model loads when first used, and follows the active one; at the first start it is
    exported beside the work."""
    return Tools(
        settings=settings,
        embedder=FollowingEmbedder(partial(_exported_embedder, settings), first=settings["EMBED_MODEL"]),
        channels={"email": _mail_channel(settings)},
        trackers=_trackers(settings),
        language_model=_language_model(settings),
        index=_search_index(settings),
        files=_file_store(settings),
        pages=WebPages(settings["LINK_CARD_HOSTS"].lower().split()) if settings["LINK_CARD_HOSTS"] else None,
        postman=WebhookPostman(settings.webhook_inside_hosts),
        web=GuardedWebReader(),
        push=WebPush(settings["SECRET_KEY"], contact=settings["MAIL_FROM"]),
        screen=_screen(settings),
        mailbox=ImapMailbox(settings["IMAP_URL"]) if settings["IMAP_URL"] else None,
    )


def _screen(settings: Settings) -> Screen:
    """What of posts that come by mail waits for a moderator."""
    return Screen(
        first_posts=int(settings["FIRST_POSTS_HELD"]),
        judge=LocalSpamJudge(),
        spam_from=float(settings["SPAM_HELD_FROM"]),
    )


def _language_model(settings: Settings) -> LanguageModel | None:
    """None unless the operator named a server and a model: nothing of anybody's text leaves by default."""
    if not settings["LLM_URL"] or not settings["LLM_MODEL"]:
        return None
    return ChatCompletions(url=settings["LLM_URL"], model=settings["LLM_MODEL"], key=settings["LLM_KEY"])


def _search_index(settings: Settings) -> SearchIndex:
    """Meilisearch where it is named; otherwise there is nothing to write to."""
    if not settings["MEILI_URL"]:
        return IN_POSTGRES
    from kb.adapters.meilisearch_index import MeilisearchIndex  # noqa: PLC0415 - brings pydantic

    return BackingOff(MeilisearchIndex(settings["MEILI_URL"], settings["MEILI_KEY"]))


def _trackers(settings: Settings) -> dict[str, Tracker]:
    """GitHub where a repository and a token are set; the built-in board needs no adapter."""
    if not settings["GITHUB_REPOSITORY"] or not settings["GITHUB_TOKEN"]:
        return {}
    api_url, repository, token = settings["GITHUB_API_URL"], settings["GITHUB_REPOSITORY"], settings["GITHUB_TOKEN"]
    return {"github": GitHubTracker(api_url=api_url, repository=repository, token=token)}


def _mail_channel(settings: Settings) -> Channel:
    """A mail server where one is set, else files that /dev/mail shows."""
    if settings["SMTP_URL"]:
        return SmtpChannel(settings["SMTP_URL"], sender=settings["MAIL_FROM"])
    return MailFolder(settings.data_dir / "mail", sender=settings["MAIL_FROM"])


def _file_store(settings: Settings) -> FileStore:
    """A bucket where one is named, else a folder."""
    if not settings["FILE_STORE_URL"]:
        return FolderStore(settings.data_dir / "files")
    return S3Store(
        settings["FILE_STORE_URL"],
        region=settings["FILE_STORE_REGION"],
        key=settings["FILE_STORE_KEY"],
        secret=settings["FILE_STORE_SECRET"],
    )
