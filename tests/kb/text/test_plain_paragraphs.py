"""The short way for plain text leads to the very HTML the parser and the gate make."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.text.gate import clean_html
from kb.text.markdown import _parser
from kb.text.mentions import NOTHING_KNOWN
from kb.text.plain_paragraphs import render_paragraphs

PIECES = [
    "a", "Hello", "1.", "1)", "12", "-", "---", "===", "- x", "http", "http://x.de", "www.x.de", "x:", ":::poll", "&amp;", "é", "日本",
    "  ", " ", "\n", "\n\n", "\n \n", "(c)", '"q"', "{{Order}}", "a: b", "|", "\t", "\u00a0", "\u2028", "²", "٣", "\x0b", "\x0c",
    "\r", "\x85", "_", "*", "#1", "@ada",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(alphabet="ab1 .,!?'\"();%/:+={}$-\n", max_size=6), max_size=12).map(
    "".join
)


def parsed(source: str) -> str:
    """The long way."""
    env = {"docId": "x", "known": NOTHING_KNOWN, "polls": None}
    return clean_html(_parser(links=True, tables=True).render(source, env))


@settings(max_examples=600, deadline=None)
@given(TEXTS | st.text(max_size=30))
@example('He said "no" (twice); 100% sure?\nYes.\n\nAda')
def test_what_it_renders_is_what_the_parser_renders(source: str) -> None:
    rendered = render_paragraphs(source)

    assert rendered is None or rendered == parsed(source)


@pytest.mark.parametrize("source", ["My invoice, again: it's wrong!\nPlease help.", "Hi Ada\n\nIt works now (thanks)."])
def test_ordinary_messages_take_it(source: str) -> None:
    assert render_paragraphs(source) == parsed(source)


@pytest.mark.parametrize("source", ["", "1. one", "a  \nb", "*a*", "see https://x.org", "a_b", "# a", "a\n---", "<b>"])
def test_anything_that_might_be_a_mark_does_not(source: str) -> None:
    assert render_paragraphs(source) is None
