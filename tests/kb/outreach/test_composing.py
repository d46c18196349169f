"""What is said."""

import pytest

from kb.core.errors import Invalid
from kb.outreach.composing import WORDINGS, compose, draft_text, literal, mail_html, mail_text
from kb.text.markdown import render_markdown
from kb.text.plain import plain_from_html

VALUES = {"name": "Ines", "product": "Fernbook", "target": "Send", "help": "Save first", "why": "used by 4 people"}


@pytest.mark.parametrize("key", [wording.key for wording in WORDINGS])
def test_every_template_can_be_filled_in(key: str) -> None:
    draft = compose(key, VALUES, link="/t/1")

    assert "$" not in draft.subject + draft.body_source
    assert draft.link_text


def test_a_template_nobody_wrote_is_refused() -> None:
    with pytest.raises(Invalid):
        compose("no-such", VALUES, link=None)


@pytest.mark.parametrize(
    "value",
    [
        "*bold* _it_ `code`",
        "[a](b) ![c](d)",
        "# head",
        "1. one",
        "<b>x</b> &amp;",
        "a | b",
        "~~gone~~",
        "$name $$",
        "C:\\temp\\",
        "- [ ] task",
    ],
)
def test_a_filled_in_value_shows_as_it_is(value: str) -> None:
    assert plain_from_html(render_markdown(f"It was **{literal(value)}** there").html) == f"It was {value} there"


def test_a_filled_in_value_brings_no_address_and_no_second_line() -> None:
    shown = render_markdown(literal("see HTTPS://evil.example\n\n# now\x00" + "x" * 500)).html

    assert "<a" not in shown
    assert "<h1" not in shown
    assert len(plain_from_html(shown)) <= 120


def test_a_mail_says_the_same_in_both_parts() -> None:
    draft = draft_text(subject="5 < 6", body="It is **here** \\*now\\*.", link="/t/1", link_text="Read <it>")

    text, html = mail_text(draft, base_url="https://help.example/"), mail_html(draft, base_url="https://help.example/")

    assert "It is here *now*." in text
    assert "Read <it>: https://help.example/t/1" in text
    assert "<title>5 &lt; 6</title>" in html
    assert 'href="https://help.example/t/1"' in html
    assert "Read &lt;it&gt;" in html


def test_a_mail_without_a_link_has_no_button() -> None:
    draft = draft_text(subject="S", body="B", link=None, link_text="Open")

    assert "Open" not in mail_html(draft, base_url="https://x.example") + mail_text(draft, base_url="https://x.example")
