"""Imports in progress and the rows they refused."""

from piccolo.columns import UUID, BigInt, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class ImportRun(Table, db=DB, tablename="import_run"):
    """One import of one source."""

    id = UUID(primary_key=True, default=new_id)
    kind = Text()
    source = Text()
    started_at = Timestamptz(default=now)
    finished_at = Timestamptz(null=True, default=None)


class ImportStage(Table, db=DB, tablename="import_stage"):
    """How far one stage of a run has come; running again goes on from `checkpoint`."""

    run_id = UUID(primary_key=True)
    stage = Text()
    checkpoint = BigInt(default=0)
    imported = Integer(default=0)
    unchanged = Integer(default=0)
    rejected = Integer(default=0)


class ImportRejection(Table, db=DB, tablename="import_rejection"):
    """A row that was refused, with its line and the reason."""

    run_id = UUID(primary_key=True)
    stage = Text()
    line = BigInt()
    reason = Text()


class FormerAddress(Table, db=DB, tablename="former_address"):
    """What an address of the place things came from leads to here."""

    kind = Text(primary_key=True)
    old = Text()
    source = Text()
    subject = Text()


class ImportWaiting(Table, db=DB, tablename="import_waiting"):
    """What an import brought and the loop has not read yet, in the order it came."""

    id = BigInt(primary_key=True)
    kind = Text()
    subject_id = UUID()
    noted_at = Timestamptz(default=now)
    done_at = Timestamptz(null=True, default=None)


class ImportAttachment(Table, db=DB, tablename="import_attachment"):
    """A file of an imported message, and what became of it."""

    id = UUID(primary_key=True, default=new_id)
    source = Text()
    message_id = UUID()
    name = Text()
    place = Text()
    state = Text(default="waiting")
    reason = Text()
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz(default=now)
    file_id = UUID(null=True, default=None)
