"""What attackers write, as readers receive it, in a real browser whose content policy reports what was tried."""

import json
from itertools import product

from playwright.async_api import expect

from kb.text.markdown import render_markdown
from kb.text.mentions import Known
from server.templating import FRONTEND
from tests.support.pages_in_browser import open_browser, show

PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><script>alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<body onload=alert(1)>", "<details open ontoggle=alert(1)>",
    "<math><mtext></p><style><img src onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>", "\"><script>alert(1)</script>",
    "javascript:alert(1)", "JaVa\tScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)",
    "x\" onmouseover=\"alert(1)", "x' onfocus='alert(1)' autofocus='", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)", "<style>@import '//evil.example'</style>", "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<form action=//evil.example>",
    "<input autofocus onfocus=alert(1)>", "<video><source onerror=alert(1)>", "<object data=//evil.example>", "--><script>alert(1)",
    "]]><script>alert(1)", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<template><script>alert(1)",
)  # fmt: skip
SHAPES = (
    "{}", "`{}`", "```html\n{}\n```", "```{}\nx\n```", "[x]({})", "[{}](/t/1)", '[x](/t/1 "{}")', "![{}](/x.png)", "![x]({})",
    "<{}>", "||{}||", ":::spoiler {}\n{}\n:::", "x[^1]\n\n[^1]: {}", "- [ ] {}", "|a|\n|-|\n|{}|", "# {}", "@bo-lind {}", "#7 {}",
    "[x]: {}\n\n[x]",
)  # fmt: skip


async def test_nothing_hostile_runs_loads_or_is_reported_by_the_content_policy() -> None:
    known = Known({"bo-lind": "/people/bo-lind"}, {7: "/t/7"})
    texts = [shape.replace("{}", payload) for shape, payload in product(SHAPES, PAYLOADS)]
    posts = "".join(f'<article class="prose">{render_markdown(text, known).html}</article>' for text in texts)
    html = f'<!doctype html><html lang="en"><title>Posts</title><body>{posts}</body></html>'
    async with open_browser() as browser, show(browser, html) as shown:
        dialogs: list[str] = []
        shown.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        assert await shown.page.locator("article").count() == len(texts)
        for target in await shown.page.locator("span.spoiler, summary").all():
            await target.focus()
        ran = await shown.page.evaluate(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes].filter(a => /^on|^style$/i.test(a.name)).map(a => a.name))"
        )
        acting = "script, iframe, object, embed, form, base, link, meta[http-equiv], style, svg, math, template"
        assert (dialogs, ran) == ([], [])
        assert await shown.page.locator(acting).count() == 0
        assert not [said for said in shown.complaints if "404" not in said]
        assert {request.url.split("/")[2] for request in shown.requests} == {"localhost"}


async def test_spoilers_open_without_scripts_by_the_keyboard() -> None:
    body = render_markdown("It was ||the cache||.\n\n:::spoiler The trace\nBoom.\n:::").html
    style = json.loads((FRONTEND / "dist" / "manifest.json").read_text())["app.css"]
    head = f'<title>Post</title><link rel="stylesheet" href="/static/{style}">'
    html = f'<!doctype html><html lang="en">{head}<body><article class="prose">{body}</article></body></html>'
    colour = "element => getComputedStyle(element).color"
    async with open_browser() as browser, show(browser, html) as shown:
        page, spoiler = shown.page, shown.page.locator("span.spoiler")
        assert await spoiler.evaluate(colour) == "rgba(0, 0, 0, 0)"
        assert not await page.get_by_text("Boom.").is_visible()
        await page.keyboard.press("Tab")
        await expect(spoiler).to_be_focused()
        await expect(spoiler).not_to_have_css("color", "rgba(0, 0, 0, 0)")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Boom.")).to_be_visible()
        assert await page.locator("script").count() == 0
