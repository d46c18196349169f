"""Labelled duplicates are read in every form people keep them in, and scored through the product's own search."""

import json
from pathlib import Path

import pytest

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.core.database import fetch_value
from kb.core.errors import Invalid
from kb.search.evaluating import average_precision, evaluate_duplicates
from kb.search.reading_duplicates import SameQuestions, read_duplicates
from tests.support.confirmed_factories import told_twice

POST = '<row Id="{}" PostTypeId="{}" Title="Question {}" Body="&lt;p&gt;It fails&lt;/p&gt;" />'


async def test_duplicates_are_found_again_and_texts_without_an_answer_meet_silence(db: str) -> None:
    texts = [text for n in range(20) for text in told_twice(n)]
    same = SameQuestions(tuple(texts), tuple(n // 2 for n in range(40)))

    scores = await evaluate_duplicates(same, HashingEmbedder(), most=30)

    assert (scores.questions, scores.asked, scores.no_answer) == (40, 30, 240)
    for way in (scores.dense, scores.words, scores.fused):
        assert way.precision_at_1 == 1.0
        assert way.precision_at_5 == pytest.approx(0.2)
        assert way.mean_average_precision == 1.0
        assert way.right_when_said == 1.0
        assert way.silence > 0.95


async def test_where_no_text_has_a_duplicate_nothing_is_asked(db: str) -> None:
    scores = await evaluate_duplicates(SameQuestions(("one thing", "two things"), (0, 1)), HashingEmbedder())

    assert (scores.asked, scores.fused.precision_at_1) == (0, 0.0)
    assert await fetch_value("select count(*) from question") == 2


def test_average_precision_is_that_of_the_textbook() -> None:
    assert average_precision([True, False, True], 2) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([False, True], 2) == pytest.approx(0.25)
    assert average_precision([], 1) == 0.0


@pytest.mark.parametrize(("suffix", "separator"), [(".csv", ","), (".tsv", "\t")])
def test_pairs_that_share_a_question_are_one_group(tmp_path: Path, suffix: str, separator: str) -> None:
    rows = [
        ("question1", "question2", "is_duplicate"),
        ("a lost key", "key is gone", "1"),
        ("key is gone", "no key", "1"),
        ("a lost key", "a red door", "0"),
    ]
    file = tmp_path / f"pairs{suffix}"
    file.write_text("\n".join(separator.join(row) for row in rows))

    same = read_duplicates(file)

    group = dict(zip(same.texts, same.groups, strict=True))
    assert group["a lost key"] == group["key is gone"] == group["no key"] != group["a red door"]


def test_lines_of_texts_with_labels_are_read(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    rows = [{"q": "lost key", "kind": "key"}, {"q": "red door", "kind": "door"}, {"q": "no key", "kind": "key"}]
    file.write_text("\n".join(json.dumps(row) for row in rows))

    same = read_duplicates(file, text_column="q", label_column="kind")

    assert same == SameQuestions(("lost key", "red door", "no key"), (0, 1, 0))


def test_of_a_dump_only_duplicate_links_count_and_only_with_both_ends(tmp_path: Path) -> None:
    posts = [POST.format(n, 1, n) for n in range(1, 5)] + ['<row Id="9" PostTypeId="2" Body="an answer" />']
    links = [
        '<row Id="1" PostId="1" RelatedPostId="2" LinkTypeId="3" />',
        '<row Id="2" PostId="3" RelatedPostId="4" LinkTypeId="1" />',
        '<row Id="3" PostId="4" RelatedPostId="77" LinkTypeId="3" />',
    ]
    (tmp_path / "Posts.xml").write_text(f"<posts>{''.join(posts)}</posts>")
    (tmp_path / "PostLinks.xml").write_text(f"<postlinks>{''.join(links)}</postlinks>")

    same = read_duplicates(tmp_path)

    assert same.texts[0] == "Question 1\nIt fails"
    assert len(same.texts) == 4
    assert same.groups[0] == same.groups[1]
    assert len(set(same.groups)) == 3


def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"holds no Posts\.xml"):
        read_duplicates(tmp_path)
    broken = tmp_path / "pairs.csv"
    broken.write_text("text\nlost key\n")
    with pytest.raises(Invalid, match="no column 'label'"):
        read_duplicates(broken)
