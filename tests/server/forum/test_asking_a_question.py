"""The ask page, its refusals and the preview."""

from html import escape
from urllib.parse import unquote, urlencode

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.text.markdown import MAX_SOURCE
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic

TYPED = {
    "title": "The export stops <early>",
    "space": "help",
    "body": "I press **Export** & wait.",
    "page_url": "https://x.test/a",
}


async def test_a_question_is_asked_and_shown(client: Client) -> None:
    await make_space()
    await client.sign_in(await make_person(name="Bo Lind"))
    response = await client.post_form("/ask", TYPED)
    assert response.status_code == 303
    page = await client.get(response.headers["location"])
    assert page.status_code == 200
    assert "The export stops &lt;early&gt;" in page.text
    assert "<strong>Export</strong> &amp; wait." in page.text
    assert "Bo Lind" in page.text
    assert "Your question is up" in page.text


async def test_a_refused_question_keeps_everything_typed_and_names_the_fields(client: Client) -> None:
    await make_space()
    await client.sign_in(await make_person())
    response = await client.post_form("/ask", {**TYPED, "title": "Help", "space": "nowhere"})
    assert response.status_code == 422
    assert escape(TYPED["body"]) in response.text
    assert 'value="Help"' in response.text
    assert 'value="https://x.test/a"' in response.text
    assert 'id="error-title"' in response.text
    assert 'id="error-space"' in response.text
    assert 'id="error-body"' not in response.text


async def test_asking_too_fast_keeps_the_text_and_says_when(client: Client) -> None:
    await make_space()
    asker = await make_person()
    for _ in range(10):
        await make_topic(asker)
    await client.sign_in(asker)
    response = await client.post_form("/ask", TYPED)
    assert response.status_code == 429
    assert 0 < int(response.headers["retry-after"]) <= 3600
    assert escape(TYPED["body"]) in response.text


async def test_the_address_fills_the_form_in(client: Client) -> None:
    await make_space()
    await client.sign_in(await make_person())
    asked = urlencode(
        {"title": 'Export "stops"', "space": "help", "page_url": "https://x.test/b", "body": "Since Monday"}
    )
    page = await client.get(f"/ask?{asked}")
    assert 'value="Export &#34;stops&#34;"' in page.text
    assert '<option value="help" selected>' in page.text
    assert "Since Monday</textarea>" in page.text
    assert 'hx-get="/ask/suggestions"' in page.text


async def test_a_stranger_is_led_to_sign_in_and_what_the_address_says_is_not_lost(client: Client) -> None:
    response = await client.get("/ask?title=My+export%20stops&space=help")
    assert response.status_code == 303
    path, _, back = response.headers["location"].partition("?next=")
    assert path == "/sign-in"
    assert unquote(back) == "/ask?title=My+export%20stops&space=help"


async def test_the_preview_is_what_will_be_stored_and_runs_nothing(client: Client) -> None:
    await client.sign_in(await make_person())
    response = await client.post_form(
        "/preview", {"text": "**Bold** <script>alert(1)</script> [x](javascript:alert(1))"}
    )
    assert response.status_code == 200
    assert "<strong>Bold</strong>" in response.text
    assert "<script>" not in response.text
    assert "javascript:alert" not in response.text.replace("[x](javascript:alert(1))", "")
    assert "Nothing to show" in (await client.post_form("/preview", {"text": ""})).text
    assert (await client.post_form("/preview", {"text": "x" * (MAX_SOURCE + 1)})).status_code == 422


async def test_a_form_without_its_token_writes_nothing(client: Client) -> None:
    await make_space()
    await client.sign_in(await make_person())
    assert (await client.post("/ask", data=TYPED)).status_code == 403
    assert await fetch_value("select count(*) from topic") == 0


async def test_an_admin_makes_a_space_and_others_do_not(client: Client) -> None:
    await client.sign_in(await make_person(Role.ADMIN))
    empty = await client.get("/")
    assert "Make a space" in empty.text
    refused = await client.post_form("/spaces/new", {"name": "x", "description": "About it", "visibility": "all"})
    assert refused.status_code == 422
    assert "About it" in refused.text
    made = await client.post_form("/spaces/new", {"name": "Billing & tax", "description": "", "visibility": "members"})
    assert made.headers["location"] == "/s/billing-and-tax"
    again = await client.post_form("/spaces/new", {"name": "Billing & tax", "visibility": "members"})
    assert again.status_code == 409
    await client.sign_in(await make_person(Role.MODERATOR))
    assert (await client.get("/spaces/new")).status_code == 403


async def test_the_preview_is_the_stored_post_letter_by_letter(client: Client) -> None:
    asker, other = await make_person(), await make_topic()
    await client.sign_in(asker)
    body = (
        f"Ask @{asker.username} about #{other.number}, ||not *now*||[^1].\n\n```python\ndef f(): pass\n```\n\n- [x] done\n\n"
        ":::spoiler Why\n|a|b|\n|-|-:|\n|1|2|\n:::\n\n[^1]: a note"
    )
    previewed = (await client.post_form("/preview", {"text": body})).text
    await client.post_form("/ask", {**TYPED, "body": body})
    stored = await fetch_value("select p.body_html from post p where p.author_id = $1", asker.person_id)
    for part in ("mention", "topic-link", "spoiler", "hl-keyword", "footnote-ref", "align-right", "task-list-item"):
        assert f'"{part}' in stored or f"{part}" in stored
    assert previewed == stored
