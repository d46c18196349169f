"""The examination: what it counts as right, and that it says so in shares."""

from kb.assistant.evaluating import LabelledQuestion, evaluate_assistant
from tests.support.assistant_factories import MEANS, make_answered


async def test_what_is_answered_asked_back_and_not_known_is_counted_and_judged_by_its_problem(db: str) -> None:
    export = await make_answered("How do I export invoices", "Press Export.")
    yearly = await make_answered("Cancel plan yearly", "Write to billing.")
    monthly = await make_answered("Cancel plan monthly", "Press Cancel.")
    asked = [
        LabelledQuestion("How do I export invoices", "export"),
        LabelledQuestion("How do I export invoices", "something else"),
        LabelledQuestion("Cancel plan", "monthly"),
        LabelledQuestion("Which pizza goes with mushrooms", "pizza"),
    ]

    scores = await evaluate_assistant(
        asked, ["Who won the cup final yesterday"], {export: "export", yearly: "yearly", monthly: "monthly"}, MEANS
    )

    assert (scores.questions, scores.answered, scores.asked_back, scores.unknown) == (4, 0.5, 0.25, 0.25)
    assert (scores.right, scores.right_among, scores.silence) == (0.5, 1.0, 1.0)
    assert 0 < scores.milliseconds_p50 <= scores.milliseconds_p95
