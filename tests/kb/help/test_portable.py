"""An answer on a foreign page: nothing in it can run, and its links lead where they led at home."""

import json

import pytest

from kb.help.portable import MAX_DEPTH, portable_tree
from kb.text.markdown import render_markdown

BASE = "https://help.example"


def test_what_people_write_keeps_its_shape() -> None:
    html = render_markdown("## Do this\n\n1. Press **Save as draft**\n2. Then `Send`").html

    assert portable_tree(html, base_url=BASE) == [
        ["h", ["Do this"]],
        ["ol", [["li", ["Press ", ["strong", ["Save as draft"]]]], ["li", ["Then ", ["code", ["Send"]]]]]],
    ]


def test_a_path_becomes_a_whole_address() -> None:
    assert portable_tree('<p><a href="/kb/4/x">here</a></p>', base_url=BASE) == [
        ["p", [["a", ["here"], "https://help.example/kb/4/x"]]]
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p><style>p { color: red }</style></p>",
        '<p><a href="javascript:alert(1)">x</a></p>',
        '<p><a href="  JaVaScRiPt:alert(1)">x</a></p>',
        '<p><a href="data:text/html,alert(1)">x</a></p>',
        '<p onclick="alert(1)" style="color:red">x</p>',
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        '<img src="javascript:alert(1)" alt="x">',
        "<iframe srcdoc='alert(1)'></iframe>",
    ],
)
def test_what_could_run_is_gone(html: str) -> None:
    said = json.dumps(portable_tree(html, base_url=BASE)).lower()

    assert not any(word in said for word in ("alert", "script", "style", "onclick", "color", "data:"))


def test_a_picture_is_a_link_so_that_the_page_loads_nothing_from_elsewhere() -> None:
    assert portable_tree('<p><img src="https://cdn.example/a.png" alt="The menu"></p>', base_url=BASE) == [
        ["p", [["img", ["The menu"], "https://cdn.example/a.png"]]]
    ]


def test_endless_nesting_stays_shallow_and_keeps_the_text() -> None:
    tree = portable_tree("<blockquote>" * 5000 + "deep" + "</blockquote>" * 5000, base_url=BASE)
    depth, node = 0, tree
    while isinstance(node, list) and node and isinstance(node[0], list):
        node, depth = node[0][1], depth + 1

    assert depth < MAX_DEPTH
    assert "deep" in json.dumps(tree)
