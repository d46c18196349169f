"""A message with several problems is cut; one problem told at length is not."""

import pytest

from kb.text.segments import MAX_SEGMENTS, split_problems
from tests.kb.text.budget import cpu_seconds

EXPORT = "How do I export my invoices to CSV?"
ERROR = "The dashboard shows an error 500 when I open it."
LOGO = "My team cannot change the company logo."


@pytest.mark.parametrize(
    ("message", "problems"),
    [
        (f"Hi,\nI have three questions:\n1. {EXPORT}\n2. {ERROR}\n3. {LOGO}\n\nThanks\nBob", [EXPORT, ERROR, LOGO]),
        (f"- {EXPORT}\n- {ERROR}", [EXPORT, ERROR]),
        (f"1) {EXPORT} 2) {ERROR}", [EXPORT, ERROR]),
        (f"{EXPORT}\n\nAnother thing: {ERROR}", [EXPORT, f"Another thing: {ERROR}"]),
        (f"{EXPORT}\n\nAlso, {LOGO}\n\nIt is the old one.", [EXPORT, f"Also, {LOGO}\n\nIt is the old one."]),
        (f"{EXPORT}\n\nSecond question: {ERROR}", [EXPORT, f"Second question: {ERROR}"]),
        (f"{LOGO}\n\n1. {EXPORT}\n2. {ERROR}", [LOGO, EXPORT, ERROR]),
        (f"The export button does nothing. Also, {ERROR}", ["The export button does nothing.", f"Also, {ERROR}"]),
        (f"{EXPORT} On a different note, {LOGO}\n\n-- \nBob", [EXPORT, f"On a different note, {LOGO}"]),
        (
            f"{EXPORT}\n\nAlso, {LOGO}\n\nOn 3 May 2026, Help <help@example.com> wrote:\n> 1. {ERROR}\n> 2. {EXPORT}",
            [EXPORT, f"Also, {LOGO}"],
        ),
        (f"<p>Two issues:</p><ol><li>{EXPORT}</li><li>{ERROR}</li></ol>", [EXPORT, ERROR]),
    ],
)
def test_several_problems_become_segments(message: str, problems: list[str]) -> None:
    assert split_problems(message) == problems


@pytest.mark.parametrize(
    "message",
    [
        EXPORT,
        f"{ERROR}\n\nSteps to reproduce:\n1. Go to the settings page and wait\n2. The page shows an error, "
        f"click it\n3. It crashes with an error message",
        f"{ERROR}\n\nI tried:\n- clearing the cache, which does not help\n- another browser, same problem there",
        f"{ERROR}\n\n- Chrome 120\n- Windows 11",
        f"{EXPORT}\n\nAlso, thanks.",
        f"{ERROR} Also, it is slow and never ends.",
        f"{ERROR} Also, this happens when I restart and cannot log in.",
        f"{ERROR}\n\n```\n1. error: cannot open the file at all\n2. error: missing header in the file\n```",
        f"{EXPORT}\n\nI need it by Friday because the tax office wants it.",
        "Which of these is right?\n1. red\n2. blue",
        "We upgraded from 1. something to 2. something else and it fails",
        "",
    ],
)
def test_one_problem_stays_one(message: str) -> None:
    assert split_problems(message) == [message.strip()]


def test_more_problems_than_five_stay_with_the_fifth() -> None:
    message = "\n".join(f"- Problem {number}: why does part {number} not work?" for number in range(8))
    segments = split_problems(message)
    assert len(segments) == MAX_SEGMENTS
    assert all(f"part {number} " in "\n".join(segments) for number in range(8))


@pytest.mark.parametrize(
    "pattern",
    ["- a\n", "1. ", "1) why 2) why ", "Also, ", "\n\n", "- why does it fail all the time?\n", "a ", "?", "(1", "<li>"],
)
def test_hostile_messages_are_cut_within_a_second(pattern: str) -> None:
    source = (pattern * 100_000)[:100_000]
    assert cpu_seconds(lambda: split_problems(source)) < 1
