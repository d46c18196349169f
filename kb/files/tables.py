"""The room's tables, as kb/migrations makes them."""

from piccolo.columns import UUID, Array, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class File(Table, db=DB, tablename="file"):
    """`widths` are those a picture is kept in, the largest first; other files have none. `gone_at`: being swept."""

    id = UUID(primary_key=True, default=new_id)
    uploader_id = UUID(null=True, default=None)
    kind = Text()
    name = Text()
    media_type = Text()
    size = Integer()
    width = Integer(null=True, default=None)
    height = Integer(null=True, default=None)
    widths = Array(base_column=Integer())
    gone_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class FileUse(Table, db=DB, tablename="file_use"):
    """A text (or a person's picture) that holds the file: who may read that may read the file."""

    file_id = UUID(primary_key=True)
    kind = Text()
    subject_id = UUID()
