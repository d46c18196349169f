"""A language that brackets what it says and is 40 % longer shows what is said in English alone, and what would break in others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from litestar import Litestar

from kb.core.database import execute
from kb.core.policy import Role
from kb.languages import catalogues
from kb.languages.gathering import gather
from kb.languages.offered import LANGUAGES, Language
from kb.people.sessions import open_session
from server.languages.negotiating import LANGUAGE_COOKIE
from server.security.identifying import SESSION_COOKIE
from server.templating import templates
from tests.support.axe import overflow_of
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app

CODE = "eo"
"""Known to CLDR, so that it has plural forms, and not spoken here."""

OF_ALL = (
    "/",
    "/search?q=export",
    "/sign-in",
    "/sign-up",
    "/forgot-password",
    "/password/worn-out",
    "/kb",
    "/badges",
    "/no/such/page",
)
OF_STAFF = (
    "/ask", "/tickets", "/tickets/new", "/messages", "/notices", "/me/notices", "/me/profile", "/unread", "/new", "/bookmarks", "/desk",
    "/clusters", "/triage", "/issues", "/loop", "/outreach", "/people", "/settings/keys", "/settings/webhooks", "/spaces/new", "/kb/drafts",
    "/moderation", "/moderation/log", "/duplicates",
)  # fmt: skip

KNOWN = (
    "answerloop", "person", "member",
    "export", "stops", "early", "rows", "missing", "raise", "limit", "ines", "duarte", "tove", "lind", "help", "space", "ask",
    "here", "utc", "github", "markdown", "esperanto", "english", "deutsch", "atom", "rss", "api", "smtp", "url", "json", "https", "http",
    "example", "com", "posthog", "analytics", "events",
)  # fmt: skip
"""What people wrote, names, and addresses."""

UNBRACKETED = """
(known) => {
  const silent = "script, style, svg, time, code, pre, kbd, template, [lang]:not(html), .prose, [translate=no], [aria-hidden=true]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  let depth = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const isSilent = node.parentElement.closest(silent);
    let free = "";
    for (const letter of node.data) {
      if (letter === "⟦") depth++;
      else if (letter === "⟧") depth--;
      else if (!depth) free += letter;
    }
    if (!isSilent) found.push(free);
  }
  for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (element.closest(silent)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
      const text = element.getAttribute(name) ?? "";
      if (!text.includes("⟦")) found.push(text);
    }
  }
  const words = found.flatMap((text) => text.match(/[A-Za-z]{3,}/g) ?? []);
  return [...new Set(words)].filter((word) => !known.includes(word.toLowerCase()));
}
"""


def stretched(text: str) -> str:
    return f"⟦{text}{' éééé' * (2 * len(text) // 25 + 1)}⟧"


@pytest.fixture
def esperanto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A language of ours for as long as the test runs, its catalogue a file as those of the others are."""
    said = Catalog(locale=CODE)
    for message in gather():
        if isinstance(message.id, tuple | list):
            said.add(message.id, tuple(map(stretched, message.id)), locations=message.locations)
        elif message.id:
            said.add(message.id, stretched(message.id), locations=message.locations)
    path = tmp_path / CODE / "LC_MESSAGES" / "answerloop.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, said, width=0)
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    monkeypatch.setitem(LANGUAGES, CODE, Language(CODE, "Esperanto", "ltr", Locale.parse("en_GB")))
    yield CODE
    for kept in (catalogues.catalogue_of, catalogues.script_words, catalogues.forms_of, templates):
        kept.cache_clear()


async def test_the_main_pages_say_nothing_in_english_alone_and_stay_within_a_phone(
    app: Litestar, db: str, esperanto: str
) -> None:
    admin = await make_person(Role.ADMIN, name="Ines Duarte")
    assert admin.person_id is not None
    asker = await make_person(name="Tove Lind")
    topic = await make_topic(asker, title="Export stops early", body="Rows missing")
    await make_reply(topic, admin, body="Raise limit")
    await execute("update person set language = $1 where id = $2", esperanto, admin.person_id)
    known = [*KNOWN, *admin.username.split("-"), *asker.username.split("-"), admin.username, asker.username]
    trouble: list[str] = []
    async with serve_app(app) as base, open_browser() as browser:
        context = await browser.new_context(viewport={"width": 390, "height": 900}, base_url=base)
        await context.add_cookies([{"name": LANGUAGE_COOKIE, "value": esperanto, "url": base}])
        page = await context.new_page()
        for path in (*OF_ALL, topic.path, *OF_STAFF):
            if path == OF_STAFF[0]:
                await context.add_cookies(
                    [
                        {
                            "name": SESSION_COOKIE,
                            "value": await open_session(admin.person_id, user_agent="tests"),
                            "url": base,
                        }
                    ]
                )
            await page.goto(path)
            if words := await page.evaluate(UNBRACKETED, known):
                trouble.append(f"{path}: says {words}")
            if wider := await overflow_of(page):
                trouble.append(f"{path}: {wider} px wider than the window")
    assert not trouble, "\n".join(trouble)
