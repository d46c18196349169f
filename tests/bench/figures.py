"""A measured figure beside its budget."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`budget` is None where DESIGN section 7 names none; `at_most` says on which side of it a good figure lies."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    at_most: bool = True
    note: str = ""

    @property
    def is_missed(self) -> bool:
        """Whether the figure lies on the wrong side of its budget."""
        if self.budget is None:
            return False
        return self.value > self.budget if self.at_most else self.value < self.budget


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


def as_line(figure: Figure) -> str:
    """One line of the report."""
    side = "at most" if figure.at_most else "at least"
    budget = "no budget" if figure.budget is None else f"{side} {figure.budget:,.4g} {figure.unit}"
    verdict = "" if figure.budget is None else ("  MISSED" if figure.is_missed else "  kept")
    note = f"  ({figure.note})" if figure.note else ""
    return f"{figure.name:<38} {figure.value:>10,.4g} {figure.unit:<11} {budget}{verdict}{note}"
