"""Bringing in tickets from other support desks."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from kb.core.actor import SYSTEM
from kb.core.errors import Invalid
from kb.core.settings import Settings
from kb.files.rules import read_extensions
from kb.imports.desks.attachments import Keeping
from kb.imports.desks.bringing_in import Desk, DeskCounts, import_desk
from kb.imports.desks.intercom import Intercom
from kb.imports.desks.mailbox import Mailbox, Staff
from kb.imports.desks.zendesk import Zendesk
from kb.imports.desks.zendesk_live import Access, Download, download_zendesk, site_of
from kb.tickets.importing import list_agent_addresses
from server.building import build_file_store, build_web_reader
from server.commands.import_reports import AsJson, report
from server.commands.output import progress_bar, told
from server.commands.surroundings import Data, database_at_hand, run_with_database, settings_for

Source = Annotated[str, typer.Option(help="Name the rows are kept under; default: the file's, folder's or host's.")]


def import_zendesk(
    path: Annotated[
        str,
        typer.Argument(metavar="PATH|URL", help="A folder, zip, .json or .jsonl of its API's answers, or its address."),
    ],
    token: Annotated[
        str,
        typer.Option(envvar="ZENDESK_TOKEN", help="For an address: an API token, or without --email an OAuth token."),
    ] = "",
    email: Annotated[str, typer.Option(help="For an API token: the address of its admin.")] = "",
    source: Source = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import a Zendesk: tickets with comments and files, people, organizations, tags, priorities, ratings. Nobody is notified.

    Answers may be of any list, single object or export of its API v2, in any order; lines of its full JSON export too.
    An address is read itself: broken off, it goes on where it stopped.

    Example: answerloop import zendesk https://fern.zendesk.com --email ada@fern.example --token "$TOKEN"
    """
    if not path.startswith(("http://", "https://")):
        _import_documents(Path(path), source=source, as_json=as_json, data=data)
        return
    if not token:
        raise Invalid("An address is read with a token.", {"--token": "an API token with --email, or an OAuth token"})
    site = site_of(path)
    host = urlsplit(site).netloc
    folder = settings_for(data).data_dir / "imports" / host.replace(":", "_")
    _download(Download(site, Access(token, email), folder, build_web_reader()))
    _import_documents(folder, source=source or host, as_json=as_json, data=data)
    shutil.rmtree(folder)


def import_intercom(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder, zip, .json or .jsonl of its API's answers.")],
    source: Source = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import an Intercom: conversations with their parts and files, contacts, admins, companies, tags, ratings. Nobody is notified.

    Conversations want their parts, as /conversations/{id} answers; lists of contacts, admins and companies may lie beside them.

    Example: answerloop import intercom conversations.jsonl
    """
    with Intercom(path) as desk:
        run_import(desk, kind="intercom", source=source or path.resolve().stem, as_json=as_json, data=data)


def import_mbox(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="An mbox as mail programs export it, or a folder of .eml files.")
    ],
    agents_domain: Annotated[
        list[str] | None, typer.Option(help="Whoever writes from this domain is an agent; may be given several times.")
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option(help="An address of the desk itself, or of a former agent; may be given several times."),
    ] = None,
    source: Source = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Import the mail of a support address: each thread a ticket, replies without what they quote, attachments kept. Nobody is notified.

    Agents are told by their addresses: those of agents here, and what the options name. Newsletters and answers of machines stay out.

    Example: answerloop import mbox support.mbox --agents-domain fern.example
    """
    with database_at_hand(data) as settings:
        known = run_with_database(settings, list_agent_addresses())
    staff = Staff(known | _lower(address), _lower(agents_domain))
    with Mailbox(path, staff) as desk:
        run_import(desk, kind="mbox", source=source or path.resolve().stem, as_json=as_json, data=data)


def _lower(words: list[str] | None) -> frozenset[str]:
    return frozenset(word.strip().lower().removeprefix("@") for word in words or ())


def _download(download: Download) -> None:
    with progress_bar() as bar:
        task = bar.add_task(f"Reading {download.site}", total=None)
        left_out = asyncio.run(download_zendesk(download, lambda more: bar.update(task, advance=more)))
        bar.update(task, total=1, completed=1)
    for name in left_out:
        told.print(f"{name}: this token may not read them; the tickets come in without.", markup=False)


def _import_documents(path: Path, *, source: str, as_json: bool, data: Path | None) -> None:
    with Zendesk(path) as desk:
        run_import(desk, kind="zendesk", source=source or path.resolve().stem, as_json=as_json, data=data)


def run_import(desk: Desk, *, kind: str, source: str, as_json: bool, data: Path | None) -> None:
    """Import the desk with its progress on the terminal, and say what became of it."""
    with database_at_hand(data) as settings, progress_bar() as bar:
        task = bar.add_task(f"Importing {source}", total=None)
        work = import_desk(
            SYSTEM,
            desk,
            kind=kind,
            source=source,
            keeping=_keeping(settings),
            on_progress=lambda more: bar.update(task, advance=more),
        )
        counts: DeskCounts = run_with_database(settings, work)
        bar.update(task, total=1, completed=1)
    report(
        {stage: getattr(counts, stage) for stage in ("documents", "people", "tickets", "missing")},
        as_json=as_json,
        more={"accounts": counts.accounts, "linked": counts.linked},
        passed_over=counts.passed_over,
        files=counts.files,
    )


def _keeping(settings: Settings) -> Keeping:
    return Keeping(build_file_store(settings), read_extensions(settings["UPLOAD_EXTENSIONS"]))
