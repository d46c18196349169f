"""Labelled files are read whole or refused with the line and the column."""

import pytest

from kb.clusters.reading_labelled import LabelledTexts, read_labelled
from kb.core.errors import Invalid


def read(path):
    return read_labelled(path, text_column="text", label_column="kind")


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


EXPECTED = LabelledTexts(("where, oh where", "why"), ("place", "reason"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", '\ufeffid,text,kind\n1,"where, oh where",place\n2,why,reason\n'),
        ("a.tsv", "text\tkind\nwhere, oh where\tplace\nwhy\treason\n"),
        ("a.jsonl", '{"text": "where, oh where", "kind": "place"}\n\n{"kind": "reason", "text": "why"}\n'),
    ],
)
def test_each_kind_of_file_is_read(tmp_path, name, content):
    assert read(write(tmp_path, name, content)) == EXPECTED


def test_a_label_may_be_a_number(tmp_path):
    path = write(tmp_path, "a.jsonl", '{"text": "a", "kind": 3}\n{"text": "b", "kind": 4}\n')
    assert read(path).labels == ("3", "4")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "text,label\na,b\n", "a.csv has no column 'kind'; its columns are: text, label"),
        ("a.csv", "", "a.csv has no column 'text'; its columns are: none"),
        ("a.csv", "text,kind\na,x\n ,y\n", "a.csv, line 3, column 'text' is empty"),
        ("a.csv", "text,kind\na,x\nb\n", "a.csv, line 3, column 'kind' is missing"),
        ("a.csv", 'text,kind\na,x\n"b,y\nc,z\n', "a.csv, line 3: unexpected end of data"),
        ("a.csv", "text,kind\na,x\n", "a.csv: clusters need at least 2 rows, found 1"),
        ("a.csv", b"text,kind\ncaf\xe9,x\n", "a.csv is not UTF-8: byte 13 cannot be read"),
        ("a.jsonl", '{"text": "a", "kind": "x"}\n{"text": \n', "a.jsonl, line 2: Expecting value"),
        ("a.jsonl", '{"text": "a", "kind": "x"}\n[1]\n', "a.jsonl, line 2: not an object"),
        ("a.jsonl", '{"text": ["a"], "kind": "x"}\n', "a.jsonl, line 1, column 'text' is neither text nor a number"),
        ("a.parquet", "", "a.parquet: only .csv, .tsv and .jsonl files are read"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, content, message):
    with pytest.raises(Invalid) as refusal:
        read(write(tmp_path, name, content))
    assert refusal.value.message.startswith(message)
    assert refusal.value.fields


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Invalid, match="No such file"):
        read(tmp_path / "gone.csv")
