"""A poll is read out of its text where the text asks for one, and nowhere else."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.markdown import MAX_SOURCE, render_markdown
from kb.text.polls import MAX_OPTIONS, PollText
from tests.kb.text.budget import cpu_seconds

WHOLE = ":::poll Which *one*?\n- Postgres\n* MySQL <b>\n\nSeveral choices\nresults after voting\ncloses 2026-12-31 18:00\n:::"


def poll_of(source: str) -> PollText | None:
    return render_markdown(source, takes_poll=True).poll


def test_a_poll_is_read_whole_and_taken_out_of_the_text() -> None:
    rendered = render_markdown(f"Before\n{WHOLE}\nAfter", takes_poll=True)
    closes = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert rendered.poll == PollText("Which *one*?", ("Postgres", "MySQL <b>"), True, True, closes)
    assert rendered.html == "<p>Before</p>\n<p>After</p>\n"


@pytest.mark.parametrize("around", ["```\n{}\n```", "> {}", "- {}", "    {}", "text {}"])
def test_a_poll_in_code_quotes_and_lists_is_text(around: str) -> None:
    source = around.format(":::poll Which?" + around[:2].replace("`", "") + "\n- a\n- b\n:::")
    assert poll_of(source) is None


def test_a_text_that_takes_no_poll_shows_what_was_typed() -> None:
    rendered = render_markdown(":::poll Which?\n- a\n- b\n:::")
    assert rendered.poll is None
    assert "Which?" in rendered.html


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (":::poll\n- a\n- b\n:::", "question"),
        (":::poll Which?\n- a\n:::", "2 to 20 options"),
        (":::poll Which?\n" + "".join(f"- {n}\n" for n in range(MAX_OPTIONS + 1)) + ":::", "2 to 20 options"),
        (":::poll Which?\n- a\n- A\n:::", "the same"),
        (":::poll Which?\n- a\n- b\ncloses 2026-02-30\n:::", "no day"),
        (":::poll Which?\n- a\n- b\nsecret ballot\n:::", "secret ballot"),
        (":::poll Which?\n- a\n- " + "b" * 151 + "\n:::", "150"),
        (":::poll Which?\n- a\n- b\n:::\n\n:::poll And?\n- a\n- b\n:::", "one poll"),
    ],
)
def test_what_is_wrong_with_a_poll_is_said_in_words(source: str, problem: str) -> None:
    poll = poll_of(source)
    assert poll is not None
    assert problem in poll.problem


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [":::poll x\n", "- a\n", "- b\n", ":::\n", "closes 2026-13-99\n", "```\n", "> ", "\n", "é\x00"]
        ),
        max_size=25,
    )
)
def test_any_text_renders_and_a_poll_without_a_problem_has_options(parts: list[str]) -> None:
    poll = poll_of("".join(parts))
    assert poll is None or poll.problem or len(poll.options) >= 2


@pytest.mark.parametrize("pattern", [":::poll\n", ":::poll x\n- a\n", ":::poll x\n:::\n"])
def test_a_text_of_nothing_but_polls_renders_within_a_second(pattern: str) -> None:
    source = (pattern * MAX_SOURCE)[:MAX_SOURCE]
    assert cpu_seconds(lambda: render_markdown(source, takes_poll=True)) < 1
