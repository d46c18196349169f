"""What changed between two texts."""

from hypothesis import given
from hypothesis import strategies as st

from kb.text.differences import CONTEXT, compare_texts

texts = st.lists(st.sampled_from(["a", "b", "one two three", "one two four", "", "x y"]), max_size=12).map("\n".join)


def test_a_changed_word_is_marked_in_both_lines() -> None:
    removed, added = compare_texts("Write to ines@example.com now", "Write to [e-mail] now")

    assert (removed.kind, added.kind) == ("removed", "added")
    assert "".join(p.text for p in removed.pieces if not p.changed).startswith("Write to ")
    assert "mail" in "".join(p.text for p in added.pieces if p.changed)


def test_lines_that_have_little_in_common_are_not_marked_word_by_word() -> None:
    lines = compare_texts("Something entirely different", "Nothing alike here, at all")

    assert [len(line.pieces) for line in lines] == [1, 1]


def test_long_unchanged_stretches_are_folded_and_counted() -> None:
    old = "\n".join(f"line {n}" for n in range(50))
    lines = compare_texts(old, old + "\nthe end")

    assert lines[0].text == f"{50 - CONTEXT} unchanged lines"
    assert [line.kind for line in lines] == ["skipped", *["same"] * CONTEXT, "added"]


@given(texts, texts)
def test_both_texts_can_be_read_back_from_the_difference(old: str, new: str) -> None:
    lines = compare_texts(old, new)
    skipped = sum(int(line.text.split()[0]) for line in lines if line.kind == "skipped")

    before = [line.text for line in lines if line.kind in {"same", "removed"}]
    after = [line.text for line in lines if line.kind in {"same", "added"}]

    assert len(before) + skipped == len(old.splitlines())
    assert len(after) + skipped == len(new.splitlines())
    if not skipped:
        assert (before, after) == (old.splitlines(), new.splitlines())
