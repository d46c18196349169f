"""The language a post is written in: told when it is written, edited, imported or rendered again, and only when it is sure."""

import pytest

from kb.core.database import execute, fetch_value
from kb.forum.editing import edit_post
from kb.forum.queries import get_topic_page
from kb.forum.rerendering import rerender_posts
from kb.text.languages import NOTED_FROM, language_of_post
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic

GERMAN = "Der Export bricht nach hundert Zeilen ab, obwohl ich alle Rechnungen ausgewählt habe."
ENGLISH = "The export stops after a hundred rows although I selected all of the invoices."
ARABIC = "يتوقف التصدير بعد مئة سطر مع أنني اخترت كل الفواتير في القائمة."


@pytest.mark.parametrize(
    ("html", "language"),
    [
        (f"<p>{GERMAN}</p>", "de"),
        (f"<p>{ENGLISH}</p>", "en"),
        (f"<p>{ARABIC}</p>", "ar"),
        (f"<p>{GERMAN[: NOTED_FROM - 1]}</p>", ""),
        ("<p>OK 👍</p>", ""),
        (f"<blockquote><p>{ENGLISH}</p></blockquote><p>{GERMAN}</p>", "de"),
        (f"<pre><code>{ENGLISH}</code></pre><p>Danke</p>", ""),
        (f"<p>{ENGLISH.replace(' ', '&nbsp;')}</p>", "en"),
        ("<p>404 0x7f3a ENOENT /var/lib/x 10.0.0.1 ==&gt; 99.9 % #42 #43 #44</p>", ""),
    ],
)
def test_the_language_is_that_of_the_prose_and_of_too_little_none_is_told(html: str, language: str) -> None:
    assert language_of_post(html) == language


async def test_a_post_knows_its_language_and_an_edit_tells_it_anew(db: str) -> None:
    author = await make_person()
    topic = await make_topic(author, body=GERMAN)
    reply, short = await make_reply(topic, author, body=ENGLISH), await make_reply(topic, author, body="Ja, genau so.")
    assert await _languages(topic.number) == ["de", "en", ""]
    await edit_post(author, short, ARABIC)
    await edit_post(author, reply, "Nein.")
    assert await _languages(topic.number) == ["de", "", "ar"]


async def test_older_posts_are_told_their_language_by_the_job_that_renders_them_again(db: str) -> None:
    topic = await make_topic(body=GERMAN)
    await execute("update post set language = '', renderer = '4.old'")
    assert await rerender_posts() == 1
    assert await _languages(topic.number) == ["de"]
    assert await fetch_value("select count(*) from post where renderer = '4.old'") == 0


async def _languages(number: int) -> list[str]:
    page = await get_topic_page(await make_person(), number)
    return [page.question.language, *(post.language for post in page.replies)]
