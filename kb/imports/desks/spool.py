"""Records that a source tells apart and in any order (a ticket here, its messages there), brought together on disk.

A hundred thousand tickets with their messages do not fit into memory beside the rest; a table of SQLite in a temporary file takes them.
"""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kb.imports.loose_values import Loose

_TABLE = (
    "create table record (kind text, id text, parent text, moment real, value text, primary key (kind, id)) without rowid",
    "create index child on record (kind, parent, moment, id)",
)


class Spool:
    """Holds each record once, by kind and id. Its file goes with it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="import-")
        self._rows = sqlite3.connect(Path(self._folder.name) / "spool.sqlite", isolation_level=None)
        for pragma in ("journal_mode = off", "synchronous = off", "temp_store = memory"):
            self._rows.execute(f"pragma {pragma}")
        for statement in _TABLE:
            self._rows.execute(statement)
        self._rows.execute("begin")

    def close(self) -> None:
        """Forget it all."""
        self._rows.close()
        self._folder.cleanup()

    def put(self, kind: str, id_: str, value: Loose, *, parent: str = "", moment: float = 0.0) -> bool:
        """Keep a record; False where it was there. Of two the fields of the newer stand, and those that it lacks of the older."""
        known = self._rows.execute(
            "select value, moment, parent from record where kind = ? and id = ?", (kind, id_)
        ).fetchone()
        if known:
            older, newer = (json.loads(known[0]), value) if moment >= known[1] else (value, json.loads(known[0]))
            value, moment, parent = {**older, **newer}, max(moment, known[1]), parent or known[2]
        text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
        self._rows.execute("insert or replace into record values (?, ?, ?, ?, ?)", (kind, id_, parent, moment, text))
        return known is None

    def find(self, kind: str, id_: str) -> Loose:
        """The record, empty where there is none."""
        found = self._rows.execute("select value from record where kind = ? and id = ?", (kind, id_)).fetchone()
        return json.loads(found[0]) if found else {}

    def count(self, kind: str) -> int:
        """How many records of the kind there are."""
        return int(self._rows.execute("select count(*) from record where kind = ?", (kind,)).fetchone()[0])

    def records(self, kind: str) -> Iterator[tuple[str, Loose]]:
        """Ids and records; 9 before 10, and always in the same order."""
        rows = self._rows.execute("select id, value from record where kind = ? order by length(id), id", (kind,))
        for id_, value in rows:
            yield id_, json.loads(value)

    def adopt(self, kind: str, parent_of: Callable[[str], str]) -> None:
        """Give every record of the kind its parent, by its id."""
        ids = [id_ for (id_,) in self._rows.execute("select id from record where kind = ?", (kind,))]
        pairs = ((parent_of(id_), kind, id_) for id_ in ids)
        self._rows.executemany("update record set parent = ? where kind = ? and id = ?", pairs)

    def parents(self, kind: str) -> list[str]:
        """Parents of records of the kind, the one with the oldest first."""
        rows = self._rows.execute(
            "select parent from record where kind = ? group by parent order by min(moment), parent", (kind,)
        )
        return [parent for (parent,) in rows]

    def children(self, kind: str, parent: str) -> list[Loose]:
        """Records of a parent, the oldest first; of one moment in the order of their ids."""
        rows = self._rows.execute(
            "select value from record where kind = ? and parent = ? order by moment, length(id), id", (kind, parent)
        )
        return [json.loads(value) for (value,) in rows]

    def orphans(self, kind: str, parents: str) -> Iterator[tuple[str, str]]:
        """Ids of records whose parent is not there, with the parent's."""
        rows: Any = self._rows.execute(
            "select c.id, c.parent from record c left join record p on p.kind = ? and p.id = c.parent"
            " where c.kind = ? and p.id is null order by length(c.id), c.id",
            (parents, kind),
        )
        yield from rows
