"""Two texts in two columns: nothing of either is lost or moved."""

from hypothesis import given
from hypothesis import strategies as st

from kb.text.differences import compare_texts
from kb.text.side_by_side import pair_lines

texts = st.lists(st.sampled_from(["Press reset.", "Press reset twice.", "Wait.", "", "Ask again."]), max_size=12).map(
    "\n".join
)


@given(texts, texts)
def test_each_column_holds_its_texts_lines_in_order(old: str, new: str) -> None:
    lines = compare_texts(old, new)
    pairs = pair_lines(lines)
    left = [pair.old.text for pair in pairs if pair.old]
    right = [pair.new.text for pair in pairs if pair.new]
    assert left == [line.text for line in lines if line.kind != "added"]
    assert right == [line.text for line in lines if line.kind != "removed"]


def test_a_changed_line_stands_beside_what_it_was() -> None:
    pairs = pair_lines(compare_texts("Open it.\nPress reset twice.", "Open it.\nPress reset once.\nWait."))
    assert [pair.kind for pair in pairs] == ["same", "changed", "added"]
    assert pairs[1].old is not None
    assert pairs[1].old.text == "Press reset twice."
