"""What people write renders as they meant it, and nothing they write can run in a reader's browser."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.core.errors import Invalid
from kb.text.markdown import MAX_SOURCE, RENDERER_VERSION, render_markdown
from tests.kb.text.budget import cpu_seconds

LINK = 'rel="nofollow ugc noopener"'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <s>d</s> <code>e</code></p>"),
        ("```nim+\nx < 1\n```", '<pre tabindex="0"><code class="language-nim+">x &lt; 1\n</code></pre>'),
        ("[a](https://x.org/y)", f'<a href="https://x.org/y" {LINK}>a</a>'),
        ("[a](/t/1)", f'<a href="/t/1" {LINK}>a</a>'),
        ("[a](mailto:a@b.cc)", f'<a href="mailto:a@b.cc" {LINK}>a</a>'),
        (
            "see https://x.org/a_(b)?c=1&d=2.",
            f'<a href="https://x.org/a_(b)?c=1&amp;d=2" {LINK}>https://x.org/a_(b)?c=1&amp;d=2</a>.',
        ),
        ("(https://x.org/a)", f'(<a href="https://x.org/a" {LINK}>https://x.org/a</a>)'),
        ("run main.py and read README.md", "<p>run main.py and read README.md</p>"),
        ("`https://x.org`", "<code>https://x.org</code>"),
        ("|a|b|\n|:-|-:|\n|1|2|", '<td class="align-right">2</td>'),
        (
            "- [x] done",
            '<input aria-label="Done" class="task-list-item-checkbox" checked="checked" disabled="disabled" type="checkbox">',
        ),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("![i](https://x.org/a.png)", 'src="https://x.org/a.png" alt="i"'),
        ("a\x00b\ud800", "a\ufffdb\ufffd"),
    ],
)
def test_markdown_renders_as_meant(source: str, expected: str) -> None:
    assert expected in render_markdown(source).html


def test_a_link_keeps_one_anchor_when_its_text_is_an_address() -> None:
    assert render_markdown("[https://a.org](https://b.org)").html.count("<a ") == 1


def test_footnotes_of_two_texts_do_not_share_anchors() -> None:
    one, two = (render_markdown(f"{word}[^1]\n\n[^1]: note").html for word in ("one", "two"))
    anchor = one.split('href="#')[1].split('"')[0]
    assert f'id="{anchor}"' in one
    assert anchor not in two


def test_the_renderer_version_is_told() -> None:
    assert render_markdown("x").renderer_version == RENDERER_VERSION


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x", "java&#10;script:x", "file:///x"],
)
@pytest.mark.parametrize("shape", ["[a]({})", "<{}>", "![a]({})", "[a]\n\n[a]: {}"])
def test_no_address_of_a_forbidden_scheme_is_linked(shape: str, target: str) -> None:
    assert_harmless(render_markdown(shape.format(target)).html)


def test_a_text_past_the_limit_is_refused_and_names_the_field() -> None:
    with pytest.raises(Invalid) as refusal:
        render_markdown("a" * (MAX_SOURCE + 1))
    assert "32,000" in refusal.value.fields["body"]


HOSTILE = [
    "<script>", "</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "<svg/onload=x>", "[a](",
    ")", "](", "![", "`", "```\n",
    "\n\n", "<", ">", '"', "'", "&#x6a;avascript:", "&colon;", "<a href='javascript:x'>", "https://", "<style>",
    "<!--", "-->", "|", "|-|-|\n",
    "[^1]", "[^1]: ", "- [x] ", "\\", " onclick=x ", 'title" onmouseover="x', "<iframe src=//x>", "\t", "    ",
    "data:text/html,", "\u202e", "\x00",
    "[a]: javascript:x\n", "<https://x onerror=1>", "<math><mtext></p><style>", "```js onload=x\n", "class=x",
    "#", "~~", "**", "||", ":::spoiler ", "\n:::\n", "@bo-lind", "#7", "```python\n", "```html\n", '||"onfocus=x autofocus',
]  # fmt: skip
hostile_text = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), max_size=40).map("".join)


@settings(max_examples=150, deadline=None)
@given(hostile_text)
def test_no_generated_text_becomes_anything_that_runs(source: str) -> None:
    assert_harmless(render_markdown(source).html)


@settings(max_examples=100, deadline=None)
@given(hostile_text)
def test_rendering_twice_gives_the_same(source: str) -> None:
    assert render_markdown(source) == render_markdown(source)


PATTERNS = [
    "[", "![", "[^", "^[", "[](", "[a](", "[[](", "`", "` ", "*", "_", "**a ", "*a_ ", "*_", "~~*", "<", "<a",
    "<!--", "&", "\\", "> ", "- ", "-\n",
    "1. ", "|", "|a", "|a|\n|-|\n", "a|b\n-|-\n", "http://", "://", "mailto:", "https://a.b/(", "http://a.b ",
    "[a]: b\n", "[a]\n", "[^1]", "a\n\n",
    "- [ ] ", "\t", "\x00", "(", "](", "```\n", "||", "||a ", "||a|| ", "a||", "|||", ":::spoiler\n", ":::\n", ":",
    "@ab", "@abc ", "#1 ", "@#", "@a-",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_worst_text_of_each_kind_renders_within_a_second(pattern: str) -> None:
    source = (pattern * MAX_SOURCE)[:MAX_SOURCE]
    assert cpu_seconds(lambda: render_markdown(source)) < 1


@pytest.mark.parametrize(
    "source",
    [
        ">" * (MAX_SOURCE - 1) + "a",
        "\n".join(" " * (2 * depth) + "- a" for depth in range(170)),
        " ".join("`" * length for length in range(1, 240)),
        "|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "a\n" * 15_000,
        "".join(f"[^a{n}]: b\n" for n in range(900)) + "".join(f"[^a{n}]" for n in range(900)),
    ],
    ids=["quotes in quotes", "lists in lists", "runs of backticks", "a wide table of short rows", "many footnotes"],
)
def test_deeply_nested_text_renders_within_a_second(source: str) -> None:
    assert cpu_seconds(lambda: render_markdown(source)) < 1


def test_a_hundred_thousand_brackets_are_refused_at_once() -> None:
    with pytest.raises(Invalid):
        render_markdown("[" * 100_000)


class _Reader(HTMLParser):
    """Reads the output as a browser would and notes everything that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "style",
            "iframe",
            "svg",
            "math",
            "object",
            "embed",
            "form",
            "base",
            "meta",
            "link",
            "button",
        }:
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc", "formaction", "action", "name"}:
                self.bad.append(f"{tag} {name}")
            scheme = (value or "").strip().lower().split(":")[0] if ":" in (value or "") else ""
            if name in {"href", "src"} and scheme not in {"", "http", "https", "mailto"} and scheme.isalnum():
                self.bad.append(f"{tag} {name}={value}")
        if tag == "a" and dict(attrs).get("href") and dict(attrs).get("rel") != "nofollow ugc noopener":
            self.bad.append("a link without rel")


def assert_harmless(html: str) -> None:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.bad == [], html
