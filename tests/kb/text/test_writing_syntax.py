"""Mentions, topic links, spoilers and coloured code: as meant, within the allow list, and quick whatever is typed."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from kb.text import gate
from kb.text.excerpts import excerpt
from kb.text.highlighting import _LEXERS, CLASSES, MAX_COLOURED, MAX_LINE, highlight_code
from kb.text.markdown import render_markdown
from kb.text.mentions import MAX_LOOKED_UP, Known, find_mentioned
from tests.kb.text.budget import cpu_seconds
from tests.kb.text.test_markdown import hostile_text

REL = 'rel="nofollow ugc noopener"'
KNOWN = Known({"bo-lind": "/people/bo-lind"}, {7: "/t/7"})


def render(source: str) -> str:
    return render_markdown(source, KNOWN).html


@pytest.mark.parametrize("around", ["{}", "Ask {}.", "({})", "**{}**", "- {}", "> {}", "||{}||", "{}, {}"])
def test_a_name_and_a_number_that_are_known_are_linked(around: str) -> None:
    assert 'href="/people/bo-lind" class="mention"' in render(around.format("@Bo-Lind", "x"))
    assert 'href="/t/7" class="topic-link"' in render(around.format("#7", "x"))


@pytest.mark.parametrize(
    "source",
    ["`@bo-lind #7`", "```\n@bo-lind #7\n```", "    @bo-lind #7", "[x @bo-lind #7](/q)", "me@bo-lind.com", "a#7", "/#7",
     "https://x.org/@bo-lind/#7", "@nobody #8", "@bo-lind@x.org", "@bo-linden", "#71"],
)  # fmt: skip
def test_nothing_within_code_links_and_addresses_is_a_name_and_strangers_stay_text(source: str) -> None:
    html = render(source)
    assert "mention" not in html
    assert "topic-link" not in html


def test_a_text_asks_for_each_name_once_and_for_so_many_at_most() -> None:
    assert find_mentioned("@Bo-Lind @bo-lind #7 #7 #0 @x") == find_mentioned("@bo-lind #7")
    many = find_mentioned(" ".join(f"@name{n} #{n + 1}" for n in range(500)))
    assert (len(many.usernames), len(many.numbers)) == (MAX_LOOKED_UP, MAX_LOOKED_UP)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("it is ||the *butler*||.", 'it is <span class="spoiler" tabindex="0">the <em>butler</em></span>.'),
        (":::spoiler The end & more\nHe *dies*.\n:::", '<details class="spoiler"><summary>The end &amp; more</summary>'),
        ("::: spoiler\nHe dies.\n:::", '<details class="spoiler"><summary>Spoiler</summary>\n<p>He dies.</p>\n</details>'),
        ("::: spoiler <b onclick=x>\nx\n:::", "<summary>&lt;b onclick=x&gt;</summary>"),
        ("if (a || b || c)", "<p>if (a || b || c)</p>"),
        ("a||b||c and |||d|||", "<p>a||b||c and |||d|||</p>"),
        ("`||x||`", "<code>||x||</code>"),
        ("::: other\nx\n:::", "<p>::: other\nx\n:::</p>"),
        ("::: spoilers\nx\n:::", "<p>::: spoilers\nx\n:::</p>"),
    ],
)  # fmt: skip
def test_spoilers_are_closed_and_bars_of_code_are_bars(source: str, expected: str) -> None:
    assert expected in render(source)


def test_what_is_spoiled_is_in_no_excerpt() -> None:
    html = render("The end: ||the *butler* ||and|| @bo-lind||.\n\n:::spoiler Who\n||He|| dies\n:::\n\nThanks!")
    assert excerpt(html, 200) == "The end: . Thanks!"
    assert "dies" not in excerpt(html.split("dies")[0] + "dies", 200)


def test_code_is_coloured_by_classes_alone() -> None:
    html = render("```Python\ndef f(): return '<b>' # 1\n```")
    assert '<code class="language-Python"><span class="hl-keyword">def</span> <span class="hl-name">f</span>' in html
    assert "<span class=\"hl-string\">'&lt;b&gt;'</span>" in html
    assert "style=" not in html


def test_an_unknown_language_a_long_line_and_a_long_text_stay_plain() -> None:
    assert "hl-" not in render("```klingon\ndef f(): pass\n```")
    assert "hl-" not in render("```python\n" + "x = 1;" * MAX_LINE + "\n```")
    block = "```python\n" + "def f(): pass\n" * 100 + "```\n\n"
    html = render(block * (MAX_COLOURED // 1400 + 2))
    assert 0 < html.count('<span class="hl-keyword">def') <= MAX_COLOURED // 14


@pytest.mark.parametrize("language", sorted(set(_LEXERS.values())))
def test_colouring_changes_no_letter_and_takes_no_time_whatever_is_in_it(language: str) -> None:
    for pattern in ['"', "\\", "<", "{", "a "]:
        line = (pattern * MAX_LINE)[:MAX_LINE]
        code = (line + "\n") * (MAX_COLOURED // MAX_LINE - 1)
        html = ""

        def colour(code: str = code) -> None:
            nonlocal html
            html = highlight_code(code, language)

        # Quadratic takes minutes; what else the machine does may cost a few times as much.
        assert cpu_seconds(colour, enough=5) < 5, pattern
        assert _Text.of(html) == code


@settings(max_examples=150, deadline=None)
@given(hostile_text)
def test_every_element_and_attribute_is_on_the_allow_list(source: str) -> None:
    reader = _Listed()
    reader.feed(render(source))
    reader.close()
    assert reader.unlisted == []


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        (
            '<span class="spoiler shell" tabindex="5" id="x" style="a" onclick="b">a</span>',
            '<span class="spoiler">a</span>',
        ),
        ('<span class="hl-name mention">a</span>', '<span class="hl-name">a</span>'),
        ('<a href="/x" class="mention button">a</a>', f'<a href="/x" class="mention" {REL}>a</a>'),
        (
            '<details open class="spoiler card"><summary class="x">a</summary></details>',
            '<details class="spoiler"><summary>a</summary></details>',
        ),
        ('<input type="text" name="q" aria-label="Password" autofocus>', "<input>"),
        ('<p class="spoiler" tabindex="0">a</p><script>b</script><form><button>c</button></form>', "<p>a</p>c"),
        ('<li id="main" class="card">a</li>', "<li>a</li>"),
    ],
)
def test_the_gate_alone_lets_only_what_is_listed_pass(html: str, kept: str) -> None:
    assert gate.clean_html(html) == kept


class _Listed(HTMLParser):
    """Notes what the allow list does not hold; rel, type, loading and referrerpolicy are set by the gate itself."""

    SET_BY_THE_GATE = frozenset({"rel", "type", "loading", "referrerpolicy", "tabindex"})

    def __init__(self) -> None:
        super().__init__()
        self.unlisted: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in gate.TAGS:
            self.unlisted.append(tag)
        for name, value in attrs:
            if name not in gate.ATTRIBUTES.get(tag, set()) | self.SET_BY_THE_GATE:
                self.unlisted.append(f"{tag} {name}")
            if name == "class" and tag == "span" and not set((value or "").split()) <= CLASSES | {"spoiler"}:
                self.unlisted.append(f"{tag} class={value}")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @classmethod
    def of(cls, html: str) -> str:
        reader = cls()
        reader.feed(html)
        reader.close()
        return "".join(reader.parts)


OWN = "/files/0198c0de-0000-7000-8000-00000000abcd"


def test_a_picture_of_ours_says_its_size_and_both_its_widths() -> None:
    html = render_markdown(f"![Shot]({OWN}/shot.1600x900.webp)").html

    for part in ('width="1600"', 'height="900"', 'loading="lazy"', f"{OWN}/800/shot.1600x900.webp 800w, {OWN}/shot"):
        assert part in html
    assert "srcset" not in render_markdown(f"![Shot]({OWN}/shot.640x480.webp)").html


@pytest.mark.parametrize(
    "address",
    [
        "http://x.org/a.png",
        "//x.org/a.png",
        "/sign-out",
        "/files/../sign-out",
        f"{OWN}/../../sign-out",
        "a.png",
        "https:///a",
        f"{OWN}/a?b",
    ],
)
def test_no_picture_is_fetched_but_ours_and_over_https(address: str) -> None:
    assert "src=" not in render_markdown(f"![x]({address})").html
