"""A Zendesk, as its API or its full export tells it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from kb.imports.desks.conversations import Conversation
from kb.imports.desks.source_files import SourceFiles
from kb.imports.desks.spool import Spool
from kb.imports.desks.zendesk_survey import ZendeskSurvey
from kb.imports.desks.zendesk_tickets import ZendeskTickets
from kb.imports.running import Read
from kb.people.importing import ImportedAccount, ImportedPerson


class Zendesk:
    """A `Desk` of documents at a path: a folder, zip, .json or .jsonl file. Used in a `with`, which clears away what it spooled."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spool = Spool()
        self._files = SourceFiles(path)
        self._survey = ZendeskSurvey(self._spool)
        self._tickets = ZendeskTickets(self._spool, self._files)
        self.passed_over = self._survey.passed_over
        self.links = self._tickets.links
        self.read_file = self._files.read

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._spool.close()

    def documents(self) -> Iterator[Read[Any]]:
        """Every document, gathered as it passes by."""
        return self._survey.documents(self._path)

    def accounts(self, began: datetime) -> Iterator[ImportedAccount]:
        """Organisations."""
        return self._tickets.accounts(began)

    def people(self, accounts: dict[str, UUID], began: datetime) -> Iterator[Read[ImportedPerson]]:
        """Users."""
        return self._tickets.people(accounts, began)

    def conversations(self) -> Iterator[Read[Conversation]]:
        """Tickets that were not deleted."""
        return self._tickets.conversations(self.passed_over)

    def missing(self) -> Iterator[Read[Any]]:
        """Pages and tickets in no document."""
        return self._survey.missing()
