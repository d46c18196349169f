"""Routes and fingerprints stay the same from one visit and one customer to the next."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.signals.wire.elements import parse_chain, read_clicked
from kb.signals.wire.places import clean_page_url, route_of


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("https://a.example/", "/"),
        ("https://a.example", "/"),
        ("/login?next=/x", "/login"),
        ("https://a.example/invoices/123/lines/4", "/invoices/:id/lines/:id"),
        ("/u/0190f3a2-9d2c-7cc1-8a55-2f3d9c1b7a10", "/u/:id"),
        ("/files/9f86d081884c7d659a2f", "/files/:id"),
        ("/pay/in_1N4hGb2eZvKYlo2C", "/pay/:id"),
        ("/invoices/inv-10482", "/invoices/:id"),
        ("/people/jo@firm.example", "/people/:id"),
        ("/docs/how-to-file-form-1040-quickly", "/docs/how-to-file-form-1040-quickly"),
        ("/settings/billing", "/settings/billing"),
        ("https://a.example/app#/settings/42?tab=1", "/settings/:id"),
        ("https://a.example/app#!/inbox", "/inbox"),
        ("https://a.example/help#top", "/help"),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_a_route_is_the_path_without_what_differs_between_customers(url: str | None, route: str | None) -> None:
    assert route_of(url) == route


def test_a_page_address_keeps_no_password_query_or_fragment() -> None:
    assert clean_page_url("https://u:p@a.example:8443/x?q=1#f") == "https://a.example:8443/x"


@given(st.text(max_size=300))
def test_any_text_has_a_route_or_none(url: str) -> None:
    route = route_of(url)
    assert route is None or (route.startswith("/") and "?" not in route)


@pytest.mark.parametrize(
    ("chain", "fingerprint", "text"),
    [
        ('button.btn.primary:attr__id="pay"nth-child="1"text="Pay now";form:attr__id="f"', "button#pay", "Pay now"),
        ('svg.icon:nth-child="1";span:text="x";button.btn:attr__id="save";div', "button#save", "x"),
        ('button.btn:attr__data-attr="save-invoice"text="Save";div', "button[data-attr=save-invoice]", "Save"),
        ('button.btn.wide:text="Send  invoice";div', 'button "Send invoice"', "Send invoice"),
        ('button.btn.wide:attr__id="radix-:r3:"text=""', "button.btn.wide", None),
        ('div.card.x91827364:nth-child="2"', "div.card", None),
        ('div:attr__role="button"attr__aria-label="Close"', "div[aria-label=Close]", None),
        ('a:text="say \\"hi\\"; then: go"attr__href="/x";li', 'a "say "hi"; then: go"', 'say "hi"; then: go'),
        ("button", "button", None),
    ],
)
def test_a_chain_names_the_control(chain: str, fingerprint: str, text: str | None) -> None:
    clicked = read_clicked({"$elements_chain": chain})
    assert (clicked.fingerprint, clicked.text) == (fingerprint, text)


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ('button:text="Next"', True),
        ('button:text="›"', True),
        ('button:attr__aria-label="Previous month"text=""', True),
        ('span:text="+";button.qty', True),
        ('button:text="Pay";div.ph-no-rageclick;body', True),
        ('button:text="3";ul.pagination', True),
        ('td:text="12";div.datepicker-days', True),
        ('input:attr__type="number"', True),
        ('input:attr__type="text"', True),
        ('input:attr__type="submit"', False),
        ('input:attr__type="checkbox"', False),
        ("textarea", True),
        ('div:attr__contenteditable="true"', True),
        ('button:text="Pay now"', False),
        ('button:text="Next steps for your account"', False),
    ],
)
def test_bursts_are_normal_on_steppers_pagers_and_inputs(chain: str, expected: bool) -> None:
    assert read_clicked({"$elements_chain": chain}).expects_bursts is expected


@given(st.text(alphabet='ab.;:="\\ \n#', max_size=200))
def test_any_chain_can_be_read(chain: str) -> None:
    assert all(element.tag for element in parse_chain(chain))


@pytest.mark.parametrize("chain", ['"\\' * 20_000, "a" * 40_000, 'a="' * 13_000, '"' * 40_000, "a:" + 'b="\\"' * 8_000])
def test_a_hostile_chain_takes_no_longer_than_a_long_one(chain: str) -> None:
    began = time.perf_counter()
    read_clicked({"$elements_chain": chain})
    assert time.perf_counter() - began < 0.5
