"""The tables as Python declares them and as the migrations make them are the same tables."""

import importlib
import pkgutil
from typing import Any

import pytest
from piccolo.columns import Column
from piccolo.table import Table

import kb
from kb.core.database import fetch_all

pytestmark = pytest.mark.usefixtures("db")

WITHOUT_A_CLASS = {
    "migration": "written by the migrations themselves",
    "outbox_message": "plain SQL in kb/core/outbox.py",
    "outbox_delivery": "plain SQL in kb/core/outbox.py",
    "audit_line": "plain SQL in kb/core/unit_of_work.py",
    "rate_count": "plain SQL in kb/core/rate_limits.py",
}


def declared() -> dict[str, type[Table]]:
    """Every table class of every room."""
    for module in pkgutil.walk_packages(kb.__path__, "kb."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    found: dict[str, type[Table]] = {}
    waiting: list[Any] = list(Table.__subclasses__())
    while waiting:
        table = waiting.pop()
        waiting += table.__subclasses__()
        if table.__module__.startswith("kb."):
            found[table._meta.tablename] = table
    return found


async def made() -> dict[str, dict[str, tuple[str, bool]]]:
    """Type and whether null is allowed, by table and column, as Postgres tells; what it generates itself is left out."""
    tables: dict[str, dict[str, tuple[str, bool]]] = {}
    for row in await fetch_all(
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable"
        " from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped"
        " and not c.relispartition and a.attgenerated = ''"
    ):
        tables.setdefault(row["relname"], {})[row["attname"]] = (row["type"], row["nullable"])
    return tables


def type_of(column: Column) -> str:
    """The column's type in Postgres's own words."""
    kind = column.column_type.lower()
    if hasattr(column, "base_column"):
        return f"{type_of(column.base_column)}[]"
    return {"timestamptz": "timestamp with time zone"}.get(kind, kind).replace(", ", ",")


async def test_every_table_has_a_class_and_every_class_a_table() -> None:
    classes, tables = set(declared()), set(await made())
    assert tables - classes - set(WITHOUT_A_CLASS) == set()
    assert classes - tables == set()
    assert set(WITHOUT_A_CLASS) - tables == set()


async def test_columns_their_types_and_whether_they_may_be_empty_agree() -> None:
    tables, differences = await made(), []
    for name, table in sorted(declared().items()):
        columns = {column._meta.name: column for column in table._meta.columns}
        differences += [f"{name}.{gone}: not in Python" for gone in tables[name].keys() - columns.keys()]
        differences += [f"{name}.{extra}: not in the migrations" for extra in columns.keys() - tables[name].keys()]
        for key in columns.keys() & tables[name].keys():
            said, is_ = (type_of(columns[key]), columns[key]._meta.null), tables[name][key]
            if said != is_:
                differences.append(f"{name}.{key}: Python says {said}, Postgres has {is_}")
    assert not differences, "\n".join(differences)
