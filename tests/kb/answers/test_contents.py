"""Anchors for headings."""

from kb.answers.contents import Heading, add_anchors
from kb.text.markdown import render_markdown


def test_headings_get_anchors_by_their_words_and_equal_ones_differ() -> None:
    html, headings = add_anchors(render_markdown("## A `b` & c\n\nText\n\n### D\n\n## A b & c\n\n#### Deep").html)

    assert headings == [
        Heading("s-a-b-and-c", "A b & c", 2),
        Heading("s-d", "D", 3),
        Heading("s-a-b-and-c-2", "A b & c", 2),
    ]
    assert '<h2 id="s-a-b-and-c">A <code>b</code> &amp; c</h2>' in html
    assert "<h4>Deep</h4>" in html


def test_a_heading_cannot_break_out_of_its_anchor() -> None:
    html, headings = add_anchors(render_markdown('## "><script>alert(1)</script>').html)

    assert "<script>" not in html
    assert '"' not in headings[0].anchor


def test_a_text_without_headings_stays_as_it_is() -> None:
    assert add_anchors("<p>One.</p>") == ("<p>One.</p>", [])
