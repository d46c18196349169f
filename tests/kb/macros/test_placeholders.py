"""Filling in a reply: what is known stands there, what is not is seen to be missing, and nothing is looked into twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.errors import Invalid
from kb.macros.placeholders import fill_in, gap
from kb.macros.rules import PLACEHOLDERS, check_macro

VALUES = {"requester.name": "Ines  Duarte", "ticket.number": "41", "agent.name": "Tom"}


def test_what_is_known_is_filled_in_and_what_is_not_stands_out() -> None:
    filled = fill_in(
        "Hello {{requester.name}}, order {{fill: order number}} of {{ account.name }} is in #{{ticket.number}}.", VALUES
    )

    assert filled.text == "Hello Ines Duarte, order [order number] of [account.name] is in #41."
    assert filled.gaps == ("order number", "account.name")


def test_a_value_that_looks_like_a_placeholder_stays_what_it_is() -> None:
    hostile = {"requester.name": "{{agent.name}} {{fill: password}}", "agent.name": "Tom"}

    assert fill_in("Dear {{requester.name}}", hostile).text == "Dear {{agent.name}} {{fill: password}}"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("Hello {{name}}", "{{name}}"),
        ("{{requester.password}} and {{ticket.numbr}}", "{{requester.password}}, {{ticket.numbr}}"),
        ("{{fill:}}", "{{fill:}}"),
        ("Hello {{requester.name}", "closed"),
        ("Hello {{requester\n.name}}", "closed"),
    ],
)
def test_a_placeholder_that_nothing_fills_is_refused_by_its_name(body: str, names: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_macro(name="Greeting", body=body)

    assert list(refused.value.fields) == ["body"]
    assert names in refused.value.fields["body"]


def test_every_field_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        check_macro(name="x" * 81, body="")

    assert set(refused.value.fields) == {"name", "body"}


@given(
    st.lists(st.sampled_from([*PLACEHOLDERS, "fill: a date"]) | st.text(alphabet="ab {}\n", max_size=6), max_size=12)
)
def test_a_macro_that_was_saved_sends_no_placeholder(parts: list[str]) -> None:
    body = "".join(f"{{{{{part}}}}}" if part in PLACEHOLDERS or part.startswith("fill:") else part for part in parts)
    try:
        check_macro(name="Any", body=body)
    except Invalid:
        return

    assert "{{" not in fill_in(body, VALUES).text


@given(st.text(max_size=80))
def test_a_gap_may_be_called_anything(label: str) -> None:
    if not label.strip():
        return
    placeholder = gap(label)

    check_macro(name="Any", body=placeholder)
    assert len(fill_in(placeholder, VALUES).gaps) == 1
