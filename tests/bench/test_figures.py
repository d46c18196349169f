"""The report tells the truth about a missed budget."""

from tests.bench.figures import Figure, as_line, percentile


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]

    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([3.0], 0.95)) == (50.0, 95.0, 3.0)


def test_a_missed_budget_is_said() -> None:
    assert "MISSED" in as_line(Figure("pages", 300, "requests/s", 450, at_most=False))
    assert "kept" in as_line(Figure("pages", 451, "requests/s", 450, at_most=False))
    assert "MISSED" in as_line(Figure("typing", 101, "ms", 100))
    assert "no budget" in as_line(Figure("embedding", 5, "texts/s"))
