"""Saying at an article's end whether it helped: without scripts, with htmx, through the API, and without anything personal in the page."""

from collections.abc import Callable

from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from server.articles.readers import READER_COOKIE
from tests.server.answers.test_reading_the_knowledge_base import make_article, read
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key


async def test_a_no_without_scripts_leads_to_why_and_back_to_the_article(client: Client) -> None:
    number = await make_article()
    assert "Was this article helpful?" in await read(client, number)

    no = await client.post_form(f"/kb/{number}/feedback", {"helpful": "no"})
    assert (no.status_code, no.headers["location"]) == (303, f"/kb/{number}/feedback")
    why = await client.get(f"/kb/{number}/feedback")
    assert "What was wrong?" in why.text
    assert 'value="outdated"' in why.text
    said = await client.post_form(f"/kb/{number}/feedback", {"helpful": "no", "step": "why", "reason": "outdated"})
    assert said.status_code == 303
    assert said.headers["location"].startswith(f"/kb/{number}/")
    assert "Noted, thank you" in (await client.get(said.headers["location"])).text

    [row] = await fetch_all("select * from article_feedback")
    assert (row["helpful"], row["reason"], row["person_id"], row["revision"]) == (False, "outdated", None, 1)


async def test_with_htmx_only_the_question_is_replaced(client: Client) -> None:
    number = await make_article()

    yes = await client.post_form(f"/kb/{number}/feedback", {"helpful": "yes"}, HX_Request="true")
    no = await client.post_form(f"/kb/{number}/feedback", {"helpful": "no"}, HX_Request="true")

    assert "Noted, thank you" in yes.text
    assert "What was wrong?" in no.text
    assert all(said.status_code == 200 and "<html" not in said.text for said in (yes, no))
    assert await fetch_value("select count(*) from article_feedback") == 1


async def test_an_unknown_reason_is_refused_in_place(client: Client) -> None:
    number = await make_article()
    refused = await client.post_form(f"/kb/{number}/feedback", {"helpful": "no", "reason": "boring", "step": "why"})

    assert refused.status_code == 422
    assert "Choose one of the list." in refused.text


async def test_a_stranger_is_the_one_of_the_signed_cookie_and_a_forged_one_is_somebody_new(
    client: Client, new_client: Callable[[], Client]
) -> None:
    number = await make_article()
    for _ in range(2):
        await client.post_form(f"/kb/{number}/feedback", {"helpful": "yes"})
    [mine] = await fetch_all("select visitor from article_feedback")
    assert client.cookies[READER_COOKIE].startswith(mine["visitor"])

    async with new_client() as forger:
        forger.cookies.set(READER_COOKIE, f"{mine['visitor']}.{'0' * 32}")
        await forger.post_form(f"/kb/{number}/feedback", {"helpful": "no"})
    assert await fetch_value("select count(*) from article_feedback") == 2


async def test_the_page_is_the_same_after_a_word_as_before(client: Client) -> None:
    number = await make_article()
    token = 'name="_csrf_token"'
    before = [line for line in (await read(client, number)).splitlines() if token not in line]
    await client.post_form(f"/kb/{number}/feedback", {"helpful": "yes"}, HX_Request="true")

    assert [line for line in (await read(client, number)).splitlines() if token not in line] == before


async def test_those_who_write_see_what_readers_say_of_each_revision(
    client: Client, new_client: Callable[[], Client]
) -> None:
    number = await make_article()
    await client.post_form(f"/kb/{number}/feedback", {"helpful": "no", "step": "why", "reason": "incomplete"})
    assert "What readers say" not in await read(client, number)

    async with new_client() as agent:
        await agent.sign_in(await make_person(Role.AGENT))
        page = await read(agent, number)
    assert "What readers say" in page
    assert "Helpful: 0. Not helpful: 1." in page
    assert "Something is missing: 1" in page


async def test_programs_say_it_and_read_it(client: Client) -> None:
    number, agent = await make_article(), await make_person(Role.AGENT)
    member = {"authorization": f"Bearer {await make_key(await make_person())}"}
    path = f"/api/v1/articles/{number}/feedback"

    said = await client.post(path, json={"helpful": False, "reason": "failed"}, headers=member)
    assert (said.status_code, said.json()) == (201, {"revision": 1, "is_question": False})
    assert (await client.get(path, headers=member)).status_code == 403
    read_ = await client.get(path, headers={"authorization": f"Bearer {await make_key(agent)}"})
    assert read_.json()["items"] == [{"revision": 1, "helpful": 0, "not_helpful": 1, "reasons": {"failed": 1}}]


async def test_what_one_was_trying_to_do_comes_along_into_asking(client: Client) -> None:
    number, trying = await make_article(), "Send invoices once & only once"
    sent = {"helpful": "no", "step": "why", "reason": "failed", "trying": trying}

    with_scripts = await client.post_form(f"/kb/{number}/feedback", sent, HX_Request="true")
    without = await client.post_form(f"/kb/{number}/feedback", sent)

    for said in (with_scripts, without):
        assert said.status_code == 200
        assert "/ask?title=Send+invoices+once+%26+only+once&amp;body=Send" in said.text
        assert "/tickets/new?subject=Send+invoices" in said.text
    assert await fetch_value("select count(*) from unhelped_reader") == 1
    await client.sign_in(await make_person())
    ask = await client.get("/ask", params={"title": trying, "body": trying})
    assert "Send invoices once &amp; only once" in ask.text


async def test_a_text_that_is_refused_is_not_lost(client: Client) -> None:
    number = await make_article()
    sent = {"helpful": "no", "step": "why", "reason": "failed", "trying": "invoice"}
    refused = await client.post_form(f"/kb/{number}/feedback", sent)

    assert refused.status_code == 422
    assert "Say it in a few words more." in refused.text
    assert "\ninvoice</textarea>" in refused.text
    assert 'value="failed" checked' in refused.text


async def test_programs_say_what_somebody_was_trying_to_do(client: Client) -> None:
    number = await make_article()
    member = {"authorization": f"Bearer {await make_key(await make_person())}"}
    sent = {"helpful": False, "trying": "Send invoices once and only once"}

    said = [await client.post(f"/api/v1/articles/{number}/feedback", json=sent, headers=member) for _ in range(2)]

    assert [one.json()["is_question"] for one in said] == [True, False]
