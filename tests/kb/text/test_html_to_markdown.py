"""HTML bodies become Markdown that renders to the same text."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.html_to_markdown import MAX_CONVERTED, markdown_from_html
from kb.text.markdown import render_markdown
from kb.text.plain import plain_from_html
from tests.kb.text.budget import cpu_seconds
from tests.kb.text.test_markdown import HOSTILE, assert_harmless
from tests.support.shared_data import shared_data


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<pre class="lang-py prettyprint-override"><code>a &lt; b\n\nc</code></pre>', "```py\na < b\n\nc\n```"),
        ("<pre><code>```\nx\n```</code></pre>", "````\n```\nx\n```\n````"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start='3'><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", "> a\n>\n> b\n\nc"),
        ('<p><a href="https://x.org">x</a> <b>b</b> <em>e</em></p>', "[x](https://x.org) **b** *e*"),
        ('<img src="https://x.org/a.png" alt="Screen">', "[Screen](https://x.org/a.png)"),
        ('<img src="https://x.org/t.gif" width="1" height="1">', ""),
        ('<img src="cid:1" alt="logo">', "logo"),
        ('<a href="javascript:x">y</a>', "y"),
        ("<p>2 * 3 and snake_case and *not bold*</p>", "2 * 3 and snake_case and \\*not bold*"),
        ("<p># no heading</p><p>1. no list</p>", "\\# no heading\n\n1\\. no list"),
        ("<style>p{}</style><title>t</title><div>a</div><div>b</div>", "a\n\nb"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|y</td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1 | x\\|y |",
        ),
        ("<table><tr><td>Hello</td></tr><tr><td>there</td></tr></table>", "Hello\nthere"),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert markdown_from_html(html) == markdown


def test_real_stack_exchange_bodies_keep_their_text() -> None:
    posts = list(ET.parse(shared_data("stackexchange/conlang.meta.stackexchange.com/Posts.xml")).getroot())
    changed = [
        post.get("Id")
        for post in posts
        if _letters(post.get("Body", "")) != _letters(_there_and_back(post.get("Body", "")))
    ]
    assert len(posts) > 150
    assert len(changed) <= 3, changed


def _there_and_back(body: str) -> str:
    return render_markdown(markdown_from_html(body)).html


def _letters(html: str) -> str:
    without_pictures = re.sub(r"<img[^>]*alt=\"([^\"]*)\"[^>]*>", r"\1", html)
    return re.sub(r"\W+", "", plain_from_html(without_pictures))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *HOSTILE,
                    "<p>",
                    "<pre>",
                    "<code>",
                    "<li>",
                    "<td>",
                    "<a href='https://x'>",
                    "<img alt='](javascript:x)' src='/x'>",
                ]
            ),
            st.text(max_size=8),
        ),
        max_size=40,
    ).map("".join)
)
def test_no_html_becomes_markdown_that_runs(html: str) -> None:
    assert_harmless(render_markdown(markdown_from_html(html)).html)


@pytest.mark.parametrize(
    "pattern",
    [
        "<div>",
        "<b>",
        "<blockquote>",
        "<p><b>",
        "<table><tr><td>",
        "<ul><li>",
        "<",
        "<!--",
        "<a href='",
        "&",
        "<pre>",
        "*",
        "_",
        "<font>",
    ],
)
def test_hostile_html_converts_within_two_seconds(pattern: str) -> None:
    source = (pattern * 100_000)[:100_000]
    assert cpu_seconds(lambda: markdown_from_html(source), enough=2) < 2


def test_html_past_the_limit_keeps_its_text() -> None:
    assert markdown_from_html("<p>word</p>" * (MAX_CONVERTED // 10)).startswith("word\n")
