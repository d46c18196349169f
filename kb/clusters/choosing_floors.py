"""Which floor to choose from questions whose right answer is known, and what a floor gives on others. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.clusters.calibration import Purpose
from kb.core.shares import wilson


@dataclass(frozen=True, slots=True)
class Asked:
    """One text asked of the corpus: similarity of the nearest question, and whether that one wants the same answer.

    `has_answer` False: it is from the no-answer set, and whatever is nearest is wrong.
    """

    similarity: float
    is_right: bool
    has_answer: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """What a floor must give. Shares between 0 and 1."""

    precision: float
    silence: float


PRECISION = 0.9
"""Of what is attached without asking anybody (reference: forum.md section 5, idea 1)."""

TARGETS = {
    Purpose.JOIN: Target(PRECISION, silence=0.9),
    Purpose.DUPLICATE: Target(PRECISION, silence=0.9),
    Purpose.HELP: Target(PRECISION, silence=0.95),
}
"""Silent on nine tenths of what has no answer (forum.md section 5, idea 9). Inside a product it is 19 of 20: nobody asked there."""

ENOUGH_POSITIVES = 35
"""On each side of the holdout. From 35 on a faultless holdout vouches for 90 %: the lower end of Wilson's 95 % interval is n/(n+3.84)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a floor gives. `precision` counts no-answer texts at or above it as wrong; 1.0 where nothing is said at all."""

    precision: float
    recall: float
    silence: float
    positives: int
    negatives: int

    def meets(self, target: Target) -> bool:
        """Whether it may be put in force."""
        return self.precision >= target.precision and self.silence >= target.silence


def measure_floor(asked: Sequence[Asked], floor: float) -> Measured:
    """Precision, recall and silence at this floor."""
    said = [one for one in asked if one.similarity >= floor]
    right = sum(one.is_right for one in said)
    positives = sum(one.has_answer for one in asked)
    negatives = len(asked) - positives
    kept_silent = negatives - sum(not one.has_answer for one in said)
    return Measured(
        precision=right / len(said) if said else 1.0,
        recall=right / positives if positives else 0.0,
        silence=kept_silent / negatives if negatives else 1.0,
        positives=positives,
        negatives=negatives,
    )


def choose_floor(asked: Sequence[Asked], target: Target) -> float | None:
    """The lowest floor at which the target is most likely met on other questions too; None where none is.

    Lowest, so that as much as may be is found. In hundredths: more digits than that are this sample's, not the model's.
    """
    candidates = [number / 100 for number in range(101)]
    return next((floor for floor in candidates if is_most_likely_met(asked, floor, target)), None)


def is_most_likely_met(asked: Sequence[Asked], floor: float, target: Target) -> bool:
    """Whether even the lower ends of what may be meant by this sample's shares reach the target, and anything is found at all."""
    measured = measure_floor(asked, floor)
    said = sum(one.similarity >= floor for one in asked)
    precision = _lower_end(measured.precision, said)
    silence = _lower_end(measured.silence, measured.negatives) if measured.negatives else 1.0
    return measured.recall > 0 and precision >= target.precision and silence >= target.silence


CAUTION = 1.64
"""19 samples of 20 give a share no farther above the true one. Without it the lowest floor is the luckiest one, and every
second holdout refuses it."""


def _lower_end(share: float, count: int) -> float:
    """Of Wilson's interval, at `CAUTION`; 0 of nothing."""
    return wilson(share, count, CAUTION)[0]
