"""Another's words in one's own text."""

from hypothesis import given
from hypothesis import strategies as st

from kb.text.markdown import render_markdown
from kb.text.quoting import MOST_LINES, quote_markdown


def test_a_quotation_says_who_wrote_it_and_leads_there() -> None:
    quoted = quote_markdown("Tom [R.]", "/posts/1", "Raise the limit.\n\nThen try again.")
    html = render_markdown(quoted + "That worked.").html
    assert html.startswith("<blockquote>")
    assert 'href="/posts/1"' in html
    assert "Tom [R.]</a> wrote:" in html
    assert html.index("</blockquote>") < html.index("That worked.")


def test_quotations_within_and_what_is_too_long_are_left_out() -> None:
    quoted = quote_markdown("Tom", "/posts/1", "> older words\nNo.\n" + "line\n" * 40)
    assert "older words" not in quoted
    assert len(quoted.splitlines()) <= MOST_LINES + 5
    assert "> …" in quoted


def test_a_poll_is_not_held_again_by_who_quotes_it() -> None:
    rendered = render_markdown(quote_markdown("Tom", "/posts/1", ":::poll Which?\n- This\n- That\n:::"))
    assert rendered.poll is None


@given(source=st.text("a>`: \n*[", max_size=200))
def test_what_is_written_below_a_quotation_is_never_part_of_it(source: str) -> None:
    html = render_markdown(quote_markdown("Tom", "/posts/1", source) + "my own words").html
    assert html.index("my own words") > html.rindex("</blockquote>")
